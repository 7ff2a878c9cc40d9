import { characterAt, type Mistake } from './layout.ts';
import {
  asciiLookAlike,
  firstBlank,
  firstOdd,
  isBlank,
  isQuote,
  nameOf,
  oddCharacter,
  shown,
} from './odd-characters.ts';
import { findPlaceholder } from './placeholder.ts';

/** Mistakes of the text as a whole: what was pasted, typed or left in around a reference. First match is told. */
const CHECKS: readonly ((raw: string) => Mistake | undefined)[] = [
  emptiness,
  placeholder,
  scheme,
  pastedKeyOrCommand,
  quotes,
  blanks,
  oddCharacters,
  backslash,
  credentials,
];

export function mistakeInText(raw: string): Mistake | undefined {
  for (const check of CHECKS) {
    const mistake = check(raw);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

function emptiness(raw: string): Mistake | undefined {
  for (const char of raw) {
    if (!isBlank(char)) return undefined;
  }
  const hint = raw === '' ? 'the image is empty' : 'the image holds nothing but blanks';
  return { position: 0, hint: `${hint}; a variable may have had no value`, problem: 'empty' };
}

function placeholder(raw: string): Mistake | undefined {
  const found = findPlaceholder(raw);
  if (found === undefined) return undefined;
  return { position: found.start, hint: `"${shown(raw.slice(found.start, found.end))}" ${found.explains}` };
}

/** What else than a web address uses the form `name://`. */
const SCHEME_OWNERS: ReadonlyMap<string, string> = new Map([
  ['docker', 'the transport prefix of skopeo and podman'],
  ['oci', 'the prefix for charts in Helm'],
  ['docker-pullable', 'a prefix that old kubelets print in the image id'],
  ['docker-image', 'the prefix of a build tool'],
  ['containerd', 'the prefix of a container id'],
]);
const SCHEME_MAX = 32;

function scheme(raw: string): Mistake | undefined {
  const found = /^[a-z][a-z0-9+-]*:\/{1,3}/i.exec(raw.slice(0, SCHEME_MAX))?.[0];
  // One slash may also end a port that is missing: `registry.acme.example:/app`.
  if (found === undefined || (!found.endsWith('//') && !/^https?:/i.test(found))) return undefined;
  const owner = SCHEME_OWNERS.get(found.slice(0, found.indexOf(':')).toLowerCase());
  const what = owner === undefined ? `the scheme ${found}` : `${found}, ${owner},`;
  return { position: 0, hint: `${what} is not part of an image reference; remove it`, fixed: raw.slice(found.length) };
}

const COMMAND_MAX = 512;

function pastedKeyOrCommand(raw: string): Mistake | undefined {
  if (raw.length > COMMAND_MAX) return undefined;
  const key = /^(?:- )?image:\s+/.exec(raw)?.[0];
  if (key !== undefined) {
    return { position: 0, hint: 'the key "image:" slipped into the value; remove it', fixed: raw.slice(key.length) };
  }
  const words = raw.trim().split(/\s+/);
  const image = words.at(-1);
  const isPull = /^(?:docker|podman|nerdctl|crictl|ctr)$/.test(words[0] ?? '') && words.includes('pull');
  if (!isPull || image === undefined || image === 'pull') return undefined;
  return { position: 0, hint: 'a whole pull command was pasted; keep only the image', fixed: image };
}

function quotes(raw: string): Mistake | undefined {
  let start = 0;
  let end = raw.length;
  while (start < end && isQuote(raw.charAt(start))) start += 1;
  while (end > start && isQuote(raw.charAt(end - 1))) end -= 1;
  if (start === 0 && end === raw.length) return undefined;
  const position = start > 0 ? 0 : end;
  return {
    position,
    hint: `the quotation mark ${nameOf(raw.charAt(position))} is part of the value; it was quoted twice, remove the inner marks`,
    fixed: raw.slice(start, end),
  };
}

function blanks(raw: string): Mistake | undefined {
  let start = 0;
  let end = raw.length;
  while (isBlank(raw.charAt(start))) start += 1;
  while (isBlank(raw.charAt(end - 1))) end -= 1;
  const inner = start === 0 ? firstBlank(raw.slice(0, end)) : -1;
  if (inner >= 0) return innerBlank(raw, inner);
  if (start === 0 && end === raw.length) return undefined;
  const position = start > 0 ? 0 : end;
  const where = start > 0 ? 'before' : 'after';
  const hint = `${nameOf(raw.charAt(position))} stands ${where} the reference; remove it`;
  return { position, hint, fixed: raw.slice(start, end), problem: 'whitespace' };
}

/** A blank beside a separator is surely a slip; between two words it may stand for anything. */
function innerBlank(raw: string, position: number): Mistake {
  let end = position;
  while (isBlank(raw.charAt(end))) end += 1;
  const slip = ':/@'.includes(raw.charAt(position - 1)) || ':/@'.includes(raw.charAt(end));
  const comment = raw[end] === '#';
  const hint = comment
    ? 'a comment slipped into the value; remove it'
    : `${nameOf(raw.charAt(position))} stands inside the reference; remove it`;
  const rest = comment ? '' : raw.slice(end);
  return { position, hint, problem: 'whitespace', ...((slip || comment) && { fixed: raw.slice(0, position) + rest }) };
}

function oddCharacters(raw: string): Mistake | undefined {
  const position = firstOdd(raw);
  if (position < 0) return undefined;
  const char = characterAt(raw, position);
  const name = nameOf(char);
  switch (oddCharacter(char)) {
    case 'invisible':
      return {
        position,
        hint: `${name}, which cannot be seen, stands here; delete it or type the reference anew`,
        fixed: plainText(raw),
      };
    case 'look-alike':
      return { position, hint: `${name} is not the plain character; type it on the keyboard`, fixed: plainText(raw) };
    case 'ellipsis':
      return { position, hint: 'the reference was cut where the ellipsis stands; copy it whole' };
    case 'quote':
      return { position, hint: `the quotation mark ${name} cannot stand in a reference; remove it` };
    default:
      return { position, hint: `${name} is not a plain ASCII character; type the reference anew` };
  }
}

/** Without invisible characters, and with look-alikes turned into what they look like. */
function plainText(raw: string): string {
  return raw.replace(/[^ -~]/gu, (char) => (oddCharacter(char) === 'invisible' ? '' : (asciiLookAlike(char) ?? char)));
}

function backslash(raw: string): Mistake | undefined {
  const position = raw.indexOf('\\');
  if (position < 0) return undefined;
  const tail = raw.slice(position);
  if (/^(?:\\[nrt])+$/.test(tail.slice(0, 8)) && tail.length <= 8) {
    return { position, hint: 'an escaped line break or tab ends the value; remove it', fixed: raw.slice(0, position) };
  }
  return {
    position,
    hint: 'a backslash cannot stand in a reference; its parts are joined by /',
    fixed: raw.replaceAll('\\', '/'),
  };
}

/** `user:password@host/app`. Neither is repeated in the hint. */
function credentials(raw: string): Mistake | undefined {
  const position = raw.indexOf('@');
  const slash = raw.indexOf('/');
  if (position < 0 || slash < position) return undefined;
  return {
    position,
    hint: 'user name and password cannot stand in a reference; remove them and use a pull secret',
    fixed: raw.slice(position + 1),
  };
}
