import { punctuationAtEnd, REDACTED } from './redact-marker.ts';

/** How much of an unquoted value is looked at before it is known to be a secret; keeps the work linear. */
const JUDGED_CHARS = 512;

/** Where a value stands in a text. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** A quoted string, or a list of such: headers of a mirror's hosts.toml are lists, and those that Go dumps. */
const OPENING = /^((?:\[\]string\{|\[)\s{0,3})?(\\{0,31}["'`])/;
/** No list of secrets is longer; keeps the work linear. */
const LIST_CHARS = 2_048;

/** What begins at `at`: a quoted string, with the quotes' own depth of escaping, or list of such; else a word's head. */
export function valueAt(text: string, at: number): Value {
  const [head, bracket, opening] = OPENING.exec(text.slice(at, at + 48)) ?? [];
  if (head !== undefined && opening !== undefined) {
    const start = at + head.length;
    const end = bracket === undefined ? undefined : endOfList(text, start);
    return { start, end: end ?? closingQuote(text, start, opening), quoted: true };
  }
  if (text.startsWith(REDACTED, at)) return { start: at, end: at + REDACTED.length, quoted: false };
  return { start: at, end: at + wordEnd(text.slice(at, at + JUDGED_CHARS), 0), quoted: false };
}

/** A backslash ends a word only where it escapes a quote or a line end. */
const WORD = /[^\s"`&;<>\\]*(?:\\(?![nrt"\\])[^\s"`&;<>\\]*)*/y;

/** Where the word that begins at `at` ends, without punctuation of the sentence around it. */
export function wordEnd(text: string, at: number): number {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0] ?? '';
  return at + word.length - punctuationAtEnd(word);
}

function endOfList(text: string, start: number): number | undefined {
  const found = /\\{0,31}["'`]\s{0,3},?\s{0,3}[\]}]/.exec(text.slice(start, start + LIST_CHARS));
  return found === null ? undefined : start + found.index;
}

/** Index of the quote that closes; one behind a longer run of backslashes is part of the value. */
export function closingQuote(text: string, start: number, opening: string): number {
  const depth = opening.length - 1;
  for (let at = text.indexOf(opening, start); at >= 0; at = text.indexOf(opening, at + opening.length)) {
    const run = backslashesBefore(text, at + depth, start);
    if (run === depth || (depth === 0 && run % 2 === 0)) return at;
  }
  const lineEnd = text.indexOf('\n', start);
  return lineEnd < 0 ? text.length : lineEnd;
}

function backslashesBefore(text: string, quote: number, floor: number): number {
  let at = quote;
  while (at > floor && text[at - 1] === '\\') at -= 1;
  return quote - at;
}
