import { bodyOf } from './log-prefix.ts';
import { looksSecret, REDACTED } from './redact-marker.ts';
import { STRONG, WEAK } from './redact-names.ts';
import { closingQuote, type Value, valueAt, wordEnd } from './redact-value.ts';

/** The comma of a tuple of strings: `('password', '…')`. */
const TUPLE = `,(?<=\\(\\s{0,3}["'][\\w.-]{1,80}["']\\s{0,3},)(?=\\s{0,3}["'])`;
const PAIR = new RegExp(
  `(?:(${STRONG})|(${WEAK}))(\\\\*["'\`]\\]?)?(\\s{0,3})(:=|=>|->|::?|=|${TUPLE})(\\s{0,3}(?:(?:![!\\w]{1,40}|&\\w{1,40})[ \\t]{1,4}){0,2})`,
  'gi',
);
/** `$NAME` and `$(curl`: a shell puts the value there. */
const SHELL_WORD = /^\$(?:[A-Z_]{2,40}|\{[A-Z_]{2,40}\}|\(curl)$/;
/** Not worth hiding, and often the point of the message. */
const PLAIN_VALUE = /^(?:true|false|null|nil|<nil>|none|yes|no|\d{1,3}|\*+|x{3,}|<[^>]*>|\[redacted\]|redacted)$/i;
/** `namespace/name`, as the kubelet's structured log prints objects. */
const OBJECT_NAME = /^[a-z0-9.-]+\/[a-z0-9.-]+$/;

/** How much of the text before a name tells its place on the line. */
const CONTEXT_CHARS = 64;
/** No word of a sentence is longer. */
const LONGEST_WORD = 200;
/** No value in a file of variables is longer; keeps the work linear. */
const LONGEST_LINE_VALUE = 8_192;

/** Names that hold the path of a file as well. */
const NAMES_OF_FILES = /^(?:auth|pwd|credentials?|pgpass|\.dockerconfigjson|\.dockercfg|tls\.key)$/;

interface Pair {
  readonly strong: boolean;
  readonly name: string;
  /** Written in capitals, as variables are and images never. */
  readonly isVariable: boolean;
  /** The name stands in quotes: JSON. */
  readonly quotedName: boolean;
  readonly separator: string;
  readonly spaced: boolean;
  /** The value stands in quotes. */
  readonly opensQuote: boolean;
  /** `name= other`: what follows is not its value. */
  readonly isEmpty: boolean;
  /** What stands before the name. */
  readonly before: string;
  /** Where the name begins. */
  readonly at: number;
}

/** Removes the values of secret names from JSON, YAML, TOML, query, environment and struct dump forms. */
export function redactPairs(text: string): string {
  let out = '';
  let copied = 0;
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(text); match !== null; match = PAIR.exec(text)) {
    const pair = pairOf(text, match);
    if (cannotBeSecret(pair)) continue;
    const value = valueAt(text, PAIR.lastIndex);
    if (!isSecret(pair, value, text)) continue;
    const end = value.quoted ? value.end : endOfBare(text, pair, value.start);
    out += text.slice(copied, value.start) + REDACTED;
    copied = end;
    PAIR.lastIndex = end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/** What other languages write for an equal sign or a colon. */
const SAME: Readonly<Record<string, string>> = { ':=': '=', '=>': '=', ',': '=', '->': ':', '::': ':' };

function pairOf(text: string, match: RegExpExecArray): Pair {
  const [, strong, weak, quote, blanksBefore = '', separator = '', blanks = ''] = match;
  return {
    strong: strong !== undefined,
    name: (strong ?? weak ?? '').toLowerCase(),
    isVariable: /^[A-Z0-9_]+$/.test(strong ?? weak ?? ''),
    quotedName: quote !== undefined,
    separator: SAME[separator] ?? separator,
    spaced: blanks !== '',
    opensQuote: /^\\*["']/.test(text.slice(PAIR.lastIndex, PAIR.lastIndex + 32)),
    isEmpty: separator === '=' && blanksBefore === '' && blanks !== '',
    before: text.slice(Math.max(0, match.index - CONTEXT_CHARS), match.index),
    at: match.index,
  };
}

const VARIABLE_IN_QUOTES = /(\\{0,7}["'])[A-Z0-9_]{0,48}$/;
const VARIABLE_ON_LINE = /(?:^|\n)(?:export |Environment=)?[A-Z0-9_]{0,48}$/;

/** Where a value without quotes ends. */
function endOfBare(text: string, pair: Pair, start: number): number {
  const end = wordEnd(text, start);
  if (pair.separator === ':') return Math.max(end, start + words(text, pair, start).length);
  if (pair.spaced && pair.strong && startsLine(text, pair))
    return Math.max(end, start + restOfLine(text, start).length);
  return pair.isVariable ? Math.max(end, endOfVariable(text, pair, start)) : end;
}

/** In `"DB_PASSWORD=…"` the quotes end the value, in a file of variables a blank does; `a&b;c` is one value in both. */
function endOfVariable(text: string, pair: Pair, start: number): number {
  const opening = VARIABLE_IN_QUOTES.exec(pair.before)?.[1];
  if (opening !== undefined) return closingQuote(text, start, opening);
  if (!VARIABLE_ON_LINE.test(pair.before)) return start;
  const blank = text.slice(start, start + LONGEST_LINE_VALUE).search(/\s/);
  return blank < 0 ? Math.min(text.length, start + LONGEST_LINE_VALUE) : start + blank;
}

/** In YAML words without quotes are one value: to the end of the line, or of the entry where that stands in braces. */
function words(text: string, pair: Pair, start: number): string {
  if (!pair.strong || !pair.spaced) return '';
  if (IN_BRACES.test(pair.before))
    return /^[^\s,}\n][^,}\n]{0,200}?(?=\s{0,3}[,}])/.exec(text.slice(start, start + 256))?.[0] ?? '';
  const head = headOfLine(text, pair);
  if (head === undefined) return '';
  const rest = restOfLine(text, start);
  // Without indentation it may be a message: `password: must not be empty`.
  return /^[\s-]{2}/.test(head) || rest.split(/\s+/, 12).some((word) => looksSecret(word, 6)) ? rest : '';
}

function restOfLine(text: string, start: number): string {
  return /^[^\n]*?(?=\s*(?:\n|\\{1,31}[nr"]|$))/.exec(text.slice(start, start + LONGEST_LINE_VALUE))?.[0] ?? '';
}

/** Decided before the value is read: `imagePullSecret=` names an object, `app/token:v1` is an image. */
function cannotBeSecret(pair: Pair): boolean {
  if (pair.isEmpty) return true;
  if (pair.name === 'secret' && /pull$/i.test(pair.before)) return true;
  const isGlued = !pair.quotedName && pair.separator === ':' && !pair.spaced && !opensValue(pair);
  const ahead = pair.isVariable ? pair.before.replace(/[A-Z0-9_]{1,48}$/, '') : pair.before;
  return isGlued && !(pair.strong && /(?:^|[\s{,([])$/.test(ahead));
}

/** `Auth:"…"`, but not `'auth:'`. */
function opensValue(pair: Pair): boolean {
  return pair.opensQuote && !/["'`][\w.-]{0,40}$/.test(pair.before);
}

function isSecret(pair: Pair, value: Value, text: string): boolean {
  const word = text.slice(value.start, value.end);
  // Between such quotes stand whole sentences too.
  if (text[value.start - 1] === '`' && /\s/.test(word)) return false;
  if (word === '' || PLAIN_VALUE.test(word) || SHELL_WORD.test(word)) return false;
  if (pair.name === 'secret' && OBJECT_NAME.test(word)) return false;
  if (NAMES_OF_FILES.test(pair.name) && /^(?:\.{0,2}|~)\//.test(word)) return false;
  if (pair.quotedName) return value.quoted || pair.strong;
  if (pair.separator === '=') return pair.name !== 'auth' || looksSecret(word, 8);
  if (pair.strong && (value.quoted || !pair.spaced)) return true;
  if (value.quoted && !pair.spaced) return looksSecret(word, 8);
  return isSecretAfterColon(pair, value, word, text);
}

/** `name: value` is also how errors are joined; only a value that stands alone or reads like one is a secret. */
function isSecretAfterColon(pair: Pair, value: Value, word: string, text: string): boolean {
  const readsLikeOne = pair.strong ? looksSecret(word, 6) : looksSecret(word, 12) && /\d/.test(word);
  if (readsLikeOne || word.length > LONGEST_WORD) return true;
  if (!pair.strong && word.length < 12 && !looksSecret(word, 6)) return false;
  const behind = text.slice(value.end, value.end + CONTEXT_CHARS);
  if (IN_BRACES.test(pair.before)) return /^[^\n,}]{0,64}(?:[\r\n,}]|$)/.test(behind);
  if (!startsLine(text, pair)) return false;
  return STANDS_ALONE.test(behind) || (pair.strong && words(text, pair, value.start) !== '');
}

const STANDS_ALONE = /^[ \t]*(?:[\r\n,;}\])]|\\{1,31}[nr"]|$)/;
/** An opening brace or a comma stands before the name: a flow map. */
const IN_BRACES = /[{,([]\s{0,3}$/;
/** Only indentation and a list's dash stand before the name, or what logs put before each line. */
const INDENTATION = /^[\s>|+-]*(?:\\{0,31}["'])?[\w.-]{0,40}$/;
const LONGEST_PREFIX = 400;

function startsLine(text: string, pair: Pair): boolean {
  return headOfLine(text, pair) !== undefined;
}

/** What stands before a name on its line, where that is no more than indentation. */
function headOfLine(text: string, { at }: Pair): string | undefined {
  const from = Math.max(0, at - LONGEST_PREFIX);
  const before = text.slice(from, at);
  // `\n` in quotes: a file's line inside of a log's line.
  const feed = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\\n') + 1);
  if (feed < 1 && from > 0) return undefined;
  const line = before.slice(feed < 1 ? before.search(/[^\n]|$/) : feed + 1);
  return [line, bodyOf(line).body].find((head) => INDENTATION.test(head));
}
