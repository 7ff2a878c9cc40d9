import { looksSecret, REDACTED } from './redact-marker.ts';
import { closingQuote, type Value, valueAt, wordEnd } from './redact-value.ts';

/** Names whose value is always a secret. */
const STRONG =
  'pass(?:word|wd|phrase)|(?:identity|registry|access|refresh|session|auth|bearer|private)[_-]?token|client[_-]?secret|' +
  'secret[_-]?(?:access[_-]?)?key(?:[_-]?base)?|client[_-]?key[_-]?data|(?<=_)(?:pass|credentials?|dsn)|pgpass|' +
  '(?:private|api|access|account|sharedaccess|encryption|signing|master)[_-]?key|art-api|x-registry-auth|' +
  'sharedaccesssignature|connection[_-]?string|\\.dockerconfigjson|\\.dockercfg';
/** Names that also occur in ordinary sentences and as names of objects. */
const WEAK = 'secret|token|pwd|auth';
const PAIR = new RegExp(`(?:(${STRONG})|(${WEAK}))(\\\\*["'])?(\\s{0,3})([:=])(\\s{0,3})`, 'gi');

/** `--docker-password VALUE`, `login … -p VALUE`, `-u user:VALUE`. */
const SECRET_FLAG =
  /((?:^|[\s"'])--?(?:[a-z-]{0,40}(?:password|passwd|pass|token|api-key|creds)|auth)(?:\s{1,4}|=(?<=creds=)|\\{0,7}["'],\s{0,3}(?=\\{0,7}["'])))(?!-)(\\{0,7}"[^"\n]*"|\\{0,7}'[^'\n]*'|[^\s"']+)/gi;
const LOGIN_PASSWORD =
  /(\blogin\b[^\n]{0,300}?[\s"']-p(?:\\{0,7}["'],\s{0,3}(?=\\{0,7}["'])|[ =]?))(\\{0,7}"[^"\n]*"|\\{0,7}'[^'\n]*'|[^\s"']+)/g;
/** `mysql -pVALUE`, without a blank. */
const MYSQL_PASSWORD = /(\bmysql[a-z]{0,8}\b[^\n|;&]{0,200}?[\s"']-p)(?![\s"'[])([^\s"',\]]+)/g;
const USER_FLAG = /(\s(?:-u|--user)[ =]?\\{0,7}["']?[^\s:"'/]{1,100}:)(?!\/\/)([^\s"']+)/gi;

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
const NAMES_OF_FILES = /^(?:pwd|credentials?|pgpass)$/;

interface Pair {
  readonly strong: boolean;
  readonly name: string;
  /** Written in capitals, as variables are and images never. */
  readonly isVariable: boolean;
  /** The name stands in quotes: JSON. */
  readonly quotedName: boolean;
  readonly separator: string;
  readonly spaced: boolean;
  /** `name= other`: what follows is not its value. */
  readonly isEmpty: boolean;
  /** What stands before the name. */
  readonly before: string;
}

/** Removes the values of secret names from JSON, YAML, TOML, query, environment, struct dump and command-line forms. */
export function redactPairs(text: string): string {
  const flagged = text
    .replace(SECRET_FLAG, `$1${REDACTED}`)
    .replace(LOGIN_PASSWORD, `$1${REDACTED}`)
    .replace(MYSQL_PASSWORD, `$1${REDACTED}`)
    .replace(USER_FLAG, `$1${REDACTED}`);
  let out = '';
  let copied = 0;
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(flagged); match !== null; match = PAIR.exec(flagged)) {
    const pair = pairOf(flagged, match);
    if (cannotBeSecret(pair)) continue;
    const value = valueAt(flagged, PAIR.lastIndex);
    if (!isSecret(pair, value, flagged)) continue;
    const end = value.quoted ? value.end : endOfWord(flagged, pair, value.start);
    out += flagged.slice(copied, value.start) + REDACTED;
    copied = end;
    PAIR.lastIndex = end;
  }
  return copied === 0 ? flagged : out + flagged.slice(copied);
}

function pairOf(text: string, match: RegExpExecArray): Pair {
  const [, strong, weak, quote, blanksBefore = '', separator = '', blanks = ''] = match;
  return {
    strong: strong !== undefined,
    name: (strong ?? weak ?? '').toLowerCase(),
    isVariable: /^[A-Z0-9_]+$/.test(strong ?? weak ?? ''),
    quotedName: quote !== undefined,
    separator,
    spaced: blanks !== '',
    isEmpty: separator === '=' && blanksBefore === '' && blanks !== '',
    before: text.slice(Math.max(0, match.index - CONTEXT_CHARS), match.index),
  };
}

const VARIABLE_IN_QUOTES = /(\\{0,7}["'])[A-Z0-9_]{0,48}$/;
const VARIABLE_ON_LINE = /(?:^|\n)(?:export |Environment=)?[A-Z0-9_]{0,48}$/;

/** In `"DB_PASSWORD=…"` the quotes end the value, in a file of variables a blank does; `a&b;c` is one value in both. */
function endOfWord(text: string, pair: Pair, start: number): number {
  const end = wordEnd(text, start);
  if (pair.separator !== '=' || !pair.isVariable) return end;
  const opening = VARIABLE_IN_QUOTES.exec(pair.before)?.[1];
  if (opening !== undefined) return Math.max(end, closingQuote(text, start, opening));
  if (!VARIABLE_ON_LINE.test(pair.before)) return end;
  const blank = text.slice(start, start + LONGEST_LINE_VALUE).search(/\s/);
  return Math.max(end, blank < 0 ? Math.min(text.length, start + LONGEST_LINE_VALUE) : start + blank);
}

/** Decided before the value is read: `imagePullSecret=` names an object, `app/token:v1` is an image. */
function cannotBeSecret(pair: Pair): boolean {
  if (pair.isEmpty) return true;
  if (pair.name === 'secret' && /pull$/i.test(pair.before)) return true;
  const isGlued = !pair.quotedName && pair.separator === ':' && !pair.spaced;
  const ahead = pair.isVariable ? pair.before.replace(/[A-Z0-9_]{1,48}$/, '') : pair.before;
  return isGlued && !(pair.strong && /(?:^|[\s{,([])$/.test(ahead));
}

function isSecret(pair: Pair, value: Value, text: string): boolean {
  const word = text.slice(value.start, value.end);
  if (word === '' || PLAIN_VALUE.test(word) || SHELL_WORD.test(word)) return false;
  if (pair.name === 'secret' && OBJECT_NAME.test(word)) return false;
  if (NAMES_OF_FILES.test(pair.name) && word.startsWith('/')) return false;
  if (pair.quotedName) return value.quoted || pair.strong;
  if (pair.separator === '=') return pair.name !== 'auth' || looksSecret(word, 8);
  if (pair.strong && (value.quoted || !pair.spaced)) return true;
  return isSecretAfterColon(pair, value, word, text);
}

/** `name: value` is also how errors are joined; only a value that stands alone or reads like one is a secret. */
function isSecretAfterColon(pair: Pair, value: Value, word: string, text: string): boolean {
  const readsLikeOne = pair.strong ? looksSecret(word, 6) : looksSecret(word, 12) && /\d/.test(word);
  if (readsLikeOne || word.length > LONGEST_WORD) return true;
  const standsAlone = /^[ \t]*(?:[\r\n,;}\])]|$)/.test(text.slice(value.end, value.end + CONTEXT_CHARS));
  const isSetting = standsAlone && startsLine(pair.before);
  return isSetting && (pair.strong || word.length >= 12 || looksSecret(word, 6));
}

/** Only indentation, a list dash, an opening brace or a comma stands before the name on its line: YAML, flow maps. */
function startsLine(before: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const reachesStart = line.length < CONTEXT_CHARS;
  return (reachesStart && /^[\s>-]*["']?[\w.-]{0,40}$/.test(line)) || /[{,([]\s{0,3}$/.test(line);
}
