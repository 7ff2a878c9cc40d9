/** One challenge of a `WWW-Authenticate` header. */
export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case; the first of two equal names counts. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Longer headers are cut; real ones stay below 1,000 characters. */
const MAX_CHARS = 8_192;
const MAX_CHALLENGES = 16;

/**
 * All challenges of a `WWW-Authenticate` header (RFC 9110, 11.6.1): several in one line, quoted values with commas
 * and escaped quotes, one per header line. One forward scan; what cannot be read is passed over.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const scan: Scan = { text: header.slice(0, MAX_CHARS), at: 0 };
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  while (challenges.length < MAX_CHALLENGES) {
    skip(scan, ' \t,\r\n');
    if (scan.at >= scan.text.length) break;
    const word = token(scan);
    if (word === '') {
      scan.at += 1;
      continue;
    }
    const parameter = valueAfter(scan);
    const current = challenges.at(-1);
    if (parameter === undefined) challenges.push({ scheme: word.toLowerCase(), parameters: {} });
    else if (current !== undefined) current.parameters[word.toLowerCase()] ??= parameter;
  }
  return challenges;
}

interface Scan {
  readonly text: string;
  at: number;
}

function skip(scan: Scan, characters: string): void {
  while (scan.at < scan.text.length && characters.includes(scan.text.charAt(scan.at))) scan.at += 1;
}

/** Characters of RFC 9110 tokens, and those that sloppy servers leave unquoted in values. */
const WORD = /[\w!#$%&'*+.^`|~:/?@-]/;

function token(scan: Scan): string {
  const start = scan.at;
  while (scan.at < scan.text.length && WORD.test(scan.text.charAt(scan.at))) scan.at += 1;
  return scan.text.slice(start, scan.at);
}

/** The value behind `=`; undefined when the word before was the name of a scheme. */
function valueAfter(scan: Scan): string | undefined {
  const start = scan.at;
  skip(scan, ' \t');
  if (scan.text.charAt(scan.at) !== '=') {
    scan.at = start;
    return undefined;
  }
  scan.at += 1;
  skip(scan, ' \t');
  return scan.text.charAt(scan.at) === '"' ? quoted(scan) : token(scan);
}

/** A quoted string without its end goes on to the end of the header. */
function quoted(scan: Scan): string {
  let value = '';
  for (scan.at += 1; scan.at < scan.text.length; scan.at += 1) {
    const char = scan.text.charAt(scan.at);
    if (char === '"') {
      scan.at += 1;
      break;
    }
    if (char === '\\') scan.at += 1;
    value += scan.text.charAt(scan.at);
  }
  return value;
}
