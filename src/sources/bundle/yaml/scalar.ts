/** Thrown where the text uses YAML that kubectl never writes; the general parser takes over. */
export class Unusual extends Error {}

/** Type of an unquoted scalar by YAML's core schema. */
export function plainValue(text: string): unknown {
  if (/^[&*!%@`|>?,[\]{}#'"]|^[-?:](?:\s|$)|\s#|:\s|:$/.test(text)) throw new Unusual();
  switch (text) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    default:
      return /^[-+.\d]/.test(text) ? numberOrText(text) : text;
  }
}

function numberOrText(text: string): unknown {
  if (/^[-+]?\d+$/.test(text) || /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (/^(?:0[xo]|[-+]?\.(?:inf|nan))/i.test(text)) throw new Unusual();
  return text;
}

/** Offset of the quote that ends a scalar which began with one before `from`; -1 when it goes on in the next line. */
export function closingQuote(text: string, quote: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (quote === '"' || text[at + 1] !== "'") return at;
      at += 1;
    }
  }
  return -1;
}

/** The value of a quoted scalar from its lines, without the quotes. */
export function quotedValue(quote: string, lines: readonly string[]): string {
  if (quote === "'") return foldLines(lines, () => false).replaceAll("''", "'");
  return resolveEscapes(foldLines(lines, endsInEscape));
}

/** A line break becomes a blank, an empty line a line break; an escaped line break is none. */
export function foldLines(lines: readonly string[], escapesBreak: (line: string) => boolean): string {
  let result = '';
  let current = lines[0] ?? '';
  let empty = 0;
  for (let index = 1; index < lines.length; index += 1) {
    const line = trimBlanksStart(lines[index] ?? '');
    const last = index === lines.length - 1;
    if (line === '' && !last) {
      empty += 1;
      continue;
    }
    if (!escapesBreak(current)) result += trimBlanksEnd(current) + (empty > 0 ? '\n'.repeat(empty) : ' ');
    else if (empty > 0) throw new Unusual();
    else result += current.slice(0, -1);
    current = last ? line : trimBlanksEnd(line);
    empty = 0;
  }
  return result + current;
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

function trimBlanksStart(line: string): string {
  let start = 0;
  while (isBlank(line[start])) start += 1;
  return line.slice(start);
}

function trimBlanksEnd(line: string): string {
  let end = line.length;
  while (end > 0 && isBlank(line[end - 1])) end -= 1;
  return line.slice(0, end);
}

function endsInEscape(line: string): boolean {
  let count = 0;
  for (let at = line.length - 1; at >= 0 && line[at] === '\\'; at -= 1) count += 1;
  return count % 2 === 1;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

function resolveEscapes(text: string): string {
  return text.replaceAll(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g, (_, x, u, U, char) => {
    const hex = (x ?? u ?? U) as string | undefined;
    if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
    const known = Object.hasOwn(ESCAPES, char as string) ? ESCAPES[char as string] : undefined;
    if (known === undefined) throw new Unusual();
    return known;
  });
}

function codePoint(code: number): string {
  if (code > 0x10ffff) throw new Unusual();
  return String.fromCodePoint(code);
}
