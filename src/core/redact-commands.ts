import { REDACTED } from './redact-marker.ts';
import { SECRET_NAME } from './redact-names.ts';
import { mayHoldFlag } from './redact-suspect.ts';

/** One argument: in quotes of any depth of escaping, or a word. */
const WORD = '\\\\{0,31}"[^"\\n]*"|\\\\{0,31}\'[^\'\\n]*\'|[^\\s"\']+';
/** Between a flag and its value: a blank, or the quotes of a list or of an audit record (`a2="-p" a3="…"`). */
const NEXT = '\\\\{0,31}["\'](?:,\\s{0,3}| a\\d{1,3}=)(?=\\\\{0,31}["\'])';

/** `--docker-password VALUE`, `--auth VALUE`, `--src-creds user:VALUE`. */
const SECRET_FLAG = new RegExp(
  `((?:^|[\\s"'])--?(?:[a-z-]{0,40}(?:password|passwd|pass|token|api-key|creds|client-secret)|auth)` +
    `(?:\\s{1,4}|=(?<=creds=)|${NEXT}))(?!-|<[\\w -]{1,40}>)(${WORD})`,
  'gi',
);
/** Flags that may also name a file. */
const KEY_FLAG = new RegExp(
  `((?:^|[\\s"'])--?[a-z-]{0,40}(?:secret|certificate|access|private|encryption|signing|account)-key(?:\\s{1,4}|=|${NEXT}))` +
    `(?![-=]|\\\\{0,31}["']?(?:[./~$]|file:|id=))(${WORD})`,
  'gi',
);
/** `login … -p VALUE`. */
const LOGIN_PASSWORD = new RegExp(
  `(\\b(?:(?:login\\b[^\\n]{0,300}?|sshpass)[\\s"']-p|redis-cli\\b[^\\n]{0,300}?[\\s"']-a)(?:${NEXT}|[ =]?))(?!-|<[\\w -]{1,40}>)(${WORD})`,
  'g',
);
/** `mysql -pVALUE`, without a blank. */
const MYSQL_PASSWORD = /(\bmysql[a-z]{0,8}\b[^\n|;&]{0,200}?[\s"']-p)(?![\s"'[])([^\s"',\]]+)/g;
const USER_FLAG = new RegExp(
  `([\\s"'](?:-[uU]|--(?:proxy-|http-)?user)(?:[ =]?\\\\{0,31}["']?|${NEXT}\\\\{0,31}["'])[^\\s:"'/,=]{1,100}:)(?!//)([^\\s"']+)`,
  'g',
);
/** `openssl … -passin pass:VALUE`. */
const PASS_SOURCE = /(\s-pass(?:in|out)?\s{1,4}["']?pass:)([^\s"']+)/g;
const LITERAL = new RegExp(`(--from-literal(?:=|\\s{1,4})["']?[\\w.-]{1,253}=)(${WORD})`, 'g');

/** `ENV API_TOKEN VALUE` of a Dockerfile, `setenv NAME VALUE`, `aws configure set NAME VALUE`. */
const SET_BY_WORDS = new RegExp(
  `(\\b(?:ENV|ARG|setenv|set-env|config(?:ure)?[ ]set)[ \\t]{1,8}${SECRET_NAME}[ \\t]{1,8})(?![=$-])(["'][^"'\\n]*["']?|\\S[^\\n"'\\\\]*)`,
  'gi',
);
/** `machine h login u password VALUE`. */
const NETRC =
  /\b((?:machine\s{1,20}\S{1,255}(?:\s{1,20}(?:login|account)\s{1,20}\S{1,255}){0,2}|default\s{1,20}login\s{1,20}\S{1,255})\s{1,20}password\s{1,20})(\S+)/g;

/** What a command reads from its standard input as a secret: `… | docker login --password-stdin`. */
const READS_SECRET = '(?:--password-stdin|\\b(?:passwd|chpasswd|base64 (?:-d|-D|--decode)))';
/** Takes every such command whole, piped or not: no part of it is looked at twice. */
const PIPED = new RegExp(
  `(\\b(?:echo|printf)\\s(?:-\\w{1,3}\\s|["']%s(?:\\\\+n)?["']\\s)?)(?!["']?\\$[A-Z({])([^\\n|;&]{4,4000})(?=(\\|[^\\n;&]{0,300}?${READS_SECRET})?)`,
  'g',
);
const HERE_STRING = new RegExp(`(--password-stdin[^\\n]{0,300}?<<<\\s{0,4})(?!["']?\\$[A-Z({])(${WORD})`, 'g');
/** `SetCredential=NAME:VALUE` of a unit. */
const UNIT_CREDENTIAL = /(\bSetCredential(?:Encrypted)?=[\w.-]{1,200}:)([^\n"']+)/g;

/** Few texts have one: the rest is not worth the larger pattern. */
const SETS_BY_WORDS = /\b(?:ENV|ARG|setenv|set-env|config(?:ure)? set)[ \t]/i;

/** Removes what command lines, Dockerfiles, login files and units hand over as a secret. */
export function redactCommands(text: string): string {
  let clean = mayHoldFlag(text) ? redactFlags(text) : text;
  if (SETS_BY_WORDS.test(clean)) clean = clean.replace(SET_BY_WORDS, `$1${REDACTED}`);
  if (/password[ \t\n]/.test(clean)) clean = clean.replace(NETRC, `$1${REDACTED}`);
  if (/(?:echo|printf) /.test(clean) && clean.includes('|')) clean = clean.replace(PIPED, redactPiped);
  if (clean.includes('<<<')) clean = clean.replace(HERE_STRING, `$1${REDACTED}`);
  return clean.includes('SetCredential') ? clean.replace(UNIT_CREDENTIAL, `$1${REDACTED}`) : clean;
}

function redactPiped(match: string, command: string, value: string, reader: string | undefined): string {
  return reader === undefined ? match : `${command}${REDACTED}${/\s{0,4}$/.exec(value.slice(-4))?.[0] ?? ''}`;
}

function redactFlags(text: string): string {
  const clean = text
    .replace(SECRET_FLAG, `$1${REDACTED}`)
    .replace(KEY_FLAG, `$1${REDACTED}`)
    .replace(LOGIN_PASSWORD, `$1${REDACTED}`)
    .replace(MYSQL_PASSWORD, `$1${REDACTED}`)
    .replace(USER_FLAG, `$1${REDACTED}`)
    .replace(PASS_SOURCE, `$1${REDACTED}`);
  return clean.includes('--from-literal') ? clean.replace(LITERAL, `$1${REDACTED}`) : clean;
}
