/** Characters that editors, chat programs and word processors leave in a pasted image reference. */

export type OddCharacter = 'blank' | 'invisible' | 'quote' | 'look-alike' | 'ellipsis' | 'foreign';

const NAMES: ReadonlyMap<string, string> = new Map([
  ['\t', 'tab'],
  ['\n', 'line break'],
  ['\r', 'carriage return'],
  [' ', 'blank'],
  ['\u00a0', 'no-break space'],
  ['\u00ad', 'soft hyphen'],
  ['\u200b', 'zero-width space'],
  ['\u200c', 'zero-width non-joiner'],
  ['\u200d', 'zero-width joiner'],
  ['\u200e', 'left-to-right mark'],
  ['\u200f', 'right-to-left mark'],
  ['\u2060', 'word joiner'],
  ['\u3000', 'full-width space'],
  ['\ufeff', 'byte order mark'],
  ['\u2010', 'typographic hyphen'],
  ['\u2011', 'non-breaking hyphen'],
  ['\u2013', 'en dash'],
  ['\u2014', 'em dash'],
  ['\u2212', 'minus sign'],
  ['\u2026', 'ellipsis'],
]);

const BLANK = /[ \t\n\v\f\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const QUOTES = '"\'`\u00b4\u00ab\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a\u300c\u300d';

/** Letters of other scripts that look like Latin ones, and dashes that look like a hyphen. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ...pairs('\u2010\u2011\u2012\u2013\u2014\u2015\u2212', '-------'),
  ...pairs('\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458', 'aeopcyxisj'),
  ...pairs('\u03bf\u03bd\u03b9\u2044\u2215\u2236\ua789', 'ovi//::'),
]);

/** What is odd about a character; undefined for printable ASCII other than quotes and the blank. */
export function oddCharacter(char: string): OddCharacter | undefined {
  if (isBlank(char)) return 'blank';
  if (isQuote(char)) return 'quote';
  const code = char.codePointAt(0) ?? 0;
  if (code > 0x20 && code < 0x7f) return undefined;
  if (isInvisible(code)) return 'invisible';
  if (char === '\u2026') return 'ellipsis';
  return asciiLookAlike(char) === undefined ? 'foreign' : 'look-alike';
}

/** The ASCII character that this one was probably meant to be: `：` is `:`, an en dash is `-`. */
export function asciiLookAlike(char: string): string | undefined {
  const known = LOOK_ALIKES.get(char);
  if (known !== undefined) return known;
  const plain = char.normalize('NFKC');
  return plain !== char && plain.length === 1 && plain > ' ' && plain < '\u007f' ? plain : undefined;
}

/** Index of the first blank of any kind, or -1. */
export function firstBlank(text: string): number {
  return text.search(BLANK);
}

/** Index of the first character that is odd in any way, or -1. */
export function firstOdd(text: string): number {
  return text.search(/[^!#-&(-_a-~]/);
}

export function isBlank(char: string): boolean {
  return BLANK.test(char);
}

export function isQuote(char: string): boolean {
  return char !== '' && QUOTES.includes(char);
}

/** `U+200B (zero-width space)`, or the character itself in quotation marks where it can be seen. */
export function nameOf(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const name = NAMES.get(char);
  if (name !== undefined) return char < '\u0080' ? `a ${name}` : `U+${code} (${name})`;
  const kind = oddCharacter(char);
  if (kind === undefined || (kind === 'quote' && char < '\u0080')) return `"${char}"`;
  return kind === 'look-alike' ? `U+${code} (looks like "${asciiLookAlike(char)}")` : `U+${code}`;
}

const SHOWN_MAX = 40;

/** A piece of a hostile string for a one-line message: bounded, odd characters as `\u{…}`. */
export function shown(text: string): string {
  let out = '';
  let count = 0;
  for (const char of text) {
    if (count === SHOWN_MAX) return `${out}...`;
    const code = char.codePointAt(0) ?? 0;
    out += code >= 0x20 && code < 0x7f ? char : `\\u{${code.toString(16)}}`;
    count += 1;
  }
  return out;
}

function isInvisible(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0xad ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff ||
    (code >= 0xe0000 && code <= 0xe007f)
  );
}

function pairs(from: string, to: string): [string, string][] {
  return [...from].map((char, index) => [char, to.charAt(index)]);
}
