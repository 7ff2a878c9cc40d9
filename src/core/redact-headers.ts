import { looksSecret, REDACTED } from './redact-marker.ts';

/** Between a header and its value: HTTP, JSON, a dump of `http.Header`, a tuple of strings. */
const IS = '(?:\\\\*["\']\\s{0,3}[:=,]|\\s{0,3}[:=])\\s{0,3}(?:\\[\\]string\\{)?[\\\\["\']{0,32}';
const NAME = `authorization${IS}`;
/** `Authorization:` in a header line, a Go header dump (`Authorization:[Basic …]`) or JSON. */
const AUTHORIZATION = new RegExp(`(${NAME})(?:([a-z][a-z0-9-]{2,20})(\\s{1,4}))?([^\\s"'\\\\\\]]+)`, 'gi');
/** Schemes whose credentials are a list to the end of the line. */
const AUTHORIZATION_LIST = new RegExp(`(${NAME}(?:digest|aws4-hmac-sha256|oauth|hawk)\\s)[^\\r\\n]+`, 'gi');
const SCHEME = /^(?:basic|bearer|negotiate|ntlm|token|apikey)$/i;
/** `Basic …` or `Bearer …` that stands alone. */
const SCHEME_VALUE = /\b(basic|bearer)(\s{1,4})([\w+/.~=-]{6,})/gi;
/** `the token is …` in a sentence, with digits and letters. */
const TOLD = /\b((?:token|password|passphrase)\s(?:is\s|was\s)?)(?=\S*\d)([\w+/.~!$%^*#-]{10,})/gi;
const COOKIE = new RegExp(`\\b((?:set-)?cookie${IS})([^\\s=;,"']{1,100}=[^\\r\\n"'\\\\\\]]+)`, 'gi');
/** Headers of one's own whose name says what they carry: `X-Auth-Token`, `PRIVATE-TOKEN`. */
const OWN = new RegExp(
  `(?<![\\w-])((?:x-[\\w-]{0,40}?(?:token|key|secret|password|auth|art-api|signature)|(?:private|job|deploy)-token)${IS})([^\\s"'\\\\\\]}]+)`,
  'gi',
);

/** Removes credentials from HTTP headers; a challenge (`Bearer realm="…"`) stays. */
export function redactHeaders(text: string): string {
  return text
    .replace(AUTHORIZATION_LIST, `$1${REDACTED}`)
    .replace(AUTHORIZATION, redactAuthorization)
    .replace(SCHEME_VALUE, redactSchemeValue)
    .replace(TOLD, (match: string, head: string, value: string) =>
      /[a-z]/i.test(value) && looksSecret(value, 10) ? `${head}${REDACTED}` : match,
    )
    .replace(COOKIE, `$1${REDACTED}`)
    .replace(OWN, redactOwn);
}

function redactAuthorization(match: string, name: string, scheme = '', blanks = '', value = ''): string {
  // `$TOKEN` is a shell's variable, not its value.
  if (REDACTED.startsWith(value) || /^(?:realm=|\$[A-Z]+$)/i.test(value)) return match;
  if (SCHEME.test(scheme)) return `${name}${scheme}${blanks}${REDACTED}`;
  if (looksSecret(scheme, 8)) return `${name}${REDACTED}${blanks}${value}`;
  return looksSecret(value, 8) ? `${name}${scheme}${blanks}${REDACTED}` : match;
}

function redactSchemeValue(match: string, scheme: string, blanks: string, value: string): string {
  const isCredential = /\d|[a-z][A-Z]|[=+_]/.test(value) && !/^(?:realm|scope|service|error)=?/i.test(value);
  return isCredential ? `${scheme}${blanks}${REDACTED}` : match;
}

function redactOwn(match: string, name: string, value: string): string {
  return /^(?:\[?redacted|true|false|null|nil|<nil>$|\$[A-Z({])/i.test(value) ? match : `${name}${REDACTED}`;
}
