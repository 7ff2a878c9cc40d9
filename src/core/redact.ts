import { redactHeaders } from './redact-headers.ts';
import { punctuationAtEnd, REDACTED } from './redact-marker.ts';
import { redactNamed } from './redact-named.ts';
import { redactPairs } from './redact-pairs.ts';

/** Longer inputs are cut before anything is looked at; no event, log line or body comes near. */
const MAX_INPUT = 1_000_000;
const EXCERPT_CHARS = 2_000;

/**
 * Anything that could introduce a secret value. Most messages have none of it and cost this one test.
 * A rule that is added below needs its introduction here.
 */
const SUSPECT = new RegExp(
  [
    '@', // user info of a URL
    '[?&]', // queries
    '\\b(?:basic|bearer)\\s', // headers quoted without their name
    'authorization\\\\*["\']?\\s{0,3}[:=]',
    // Names of secret values, followed by a value; or a command-line flag.
    '(?:pass(?:word|wd|phrase)?|pwd|token|secret|key(?:[_-]?(?:data|base))?|auth|credentials?|dsn|art-api|signature|connection[_-]?string|cookie|\\.dockercfg|\\.dockerconfigjson)\\\\*["\']?\\s{0,3}[:=]',
    'value\\\\*["\']?\\s{0,3}[:=]', // the value of a variable that is named beside it
    '(?:^|[\\s"\'])-{1,2}[a-z]',
    '-----BEGIN',
    'eyJ|gh[pousr]_|github_pat_|dckr_|gl[a-z]{2,5}-|xox[a-z]-|ya29\\.|hv[sb]\\.|npm_|pypi-|AKCp|cmVmdGtu|LS0tLS1CRUdJTi', // TOKEN_SHAPE
  ].join('|'),
  'i',
);

/** Tokens that are known by their shape, wherever they stand. AWS key ids (AKIA…) are names, not secrets. */
const TOKEN_SHAPE = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    'gh[pousr]_[A-Za-z0-9]{16,}', // GitHub
    'github_pat_\\w{16,}',
    'dckr_[po]at_[\\w-]{10,}', // Docker Hub
    'gl(?:pat|dt|rt|cbt|ptt|soat|ft|imt|agent)-[\\w.-]{8,}', // GitLab
    'xox[abeoprs]-[\\w-]{8,}', // Slack
    'ya29\\.[\\w.-]{8,}', // Google
    'hv[sb]\\.[\\w-]{16,}', // Vault
    'npm_[A-Za-z0-9]{16,}',
    'pypi-[\\w-]{16,}',
    'AKCp[A-Za-z0-9]{16,}', // Artifactory API key
    'cmVmdGtu[A-Za-z0-9]{16,}', // Artifactory reference token
    'eyJ[\\w-]{8,}\\.[\\w-]{4,}(?:\\.[\\w-]*)*', // JSON web token
    'LS0tLS1CRUdJTi(?!BDRVJUSUZJ|BQVUJMSUM)[\\w+/-]{8,}={0,2}', // base64 of PEM but for certificates and public keys
    'eyJ[\\w+/-]{40,}={0,2}', // base64 of a JSON object: an ECR password, a docker config
  ].join('|')})`,
  'g',
);

/** `scheme://user:password@host`; the password may hold a slash when no port could stand there. */
const URL_USER = /:\/\/[^\s/?#"'<>]{0,512}@|:\/\/[^\s/:@"'<>]{1,128}:(?!\d{1,5}\/)[^\s"'<>@]{1,512}@/g;
/** `user:password@host.tld` without a scheme, as in proxy settings. */
const BARE_USER = /(?<![\w./:@-])[\w.+$-]{1,64}:(?!\/\/)[^\s/"'<>@]{1,256}@(?=[\w-]{1,63}[.:][\w.:-])/g;
/** A digest may be cut short; a port has five digits at most. */
const DIGEST_AHEAD = /^(?:sha\d{3}:|[a-z0-9]{1,20}:[0-9a-f]{6})/;

/** One parameter of a query; `&` is `\u0026` in JSON and `&amp;` in HTML. */
const QUERY_PARAMETER = /([?&]|\\u0026|&amp;)([A-Za-z][\w.%~-]{0,60})=([^\s"'<>&\\]+)/g;
/** What a query may say: registry API, Kubernetes API, and the dates of signed URLs. Every other value goes. */
const OPEN_PARAMETERS = new Set(
  (
    'ns scope service account client_id offline_token n last digest from mount tag artifacttype platform ref page page_size ' +
    'resource api-version watch limit continue fieldselector labelselector resourceversion timeout timeoutseconds container ' +
    'taillines sincetime previous follow query x-amz-date x-amz-expires x-amz-algorithm x-amz-signedheaders expires'
  ).split(' '),
);

const PEM_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g;
const PEM_END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/g;

/** A single blank stays as it is. */
const BLANKS = /\s{2,}|[^\S ]/g;
/** Cheap test: nearly every message is printable ASCII. */
const BEYOND_ASCII = /[^\t\n\x20-\x7e]/;
/** C0 without tab and line feed, C1, soft hyphen, bidirectional and zero-width controls, separators, tags, lone surrogates. */
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}\p{Cs}]/gu;

/**
 * Removes secret values from free text: credentials in headers, URLs and key-value pairs, signed queries, known token
 * shapes, private keys. Words, hosts, digests, image names and status texts stay. Linear in the length of the text.
 */
export function redact(text: string): string {
  if (!SUSPECT.test(text)) return text;
  let clean = text.includes('-----BEGIN') ? redactPrivateKeys(text) : text;
  clean = clean.replace(TOKEN_SHAPE, REDACTED);
  if (clean.includes('@')) clean = redactUserInfo(clean);
  clean = clean.replace(QUERY_PARAMETER, redactParameter);
  return redactPairs(redactNamed(redactHeaders(clean)));
}

/** Makes control characters harmless by showing them: `\x1b`, `\u202e`. Tab and line feed stay. */
export function neutralize(text: string): string {
  return BEYOND_ASCII.test(text) ? text.replace(INVISIBLE, visible) : text;
}

/** Text that may be shown or stored as evidence: redacted, one line, harmless, at most `max` characters. */
export function excerpt(text: string, max: number = EXCERPT_CHARS): string {
  const oneLine = redact(text.slice(0, MAX_INPUT)).replace(BLANKS, ' ').trim();
  const harmless = neutralize(oneLine);
  if (harmless.length <= max && text.length <= MAX_INPUT) return harmless;
  const cut = harmless.slice(0, Math.max(0, max - 1)).replace(/[\ud800-\udbff]$/, '');
  return `${cut}…`;
}

function redactUserInfo(text: string): string {
  const keepDigests = (match: string, ...rest: unknown[]): string => {
    const [offset, whole] = rest.slice(-2) as [number, string];
    if (DIGEST_AHEAD.test(whole.slice(offset + match.length, offset + match.length + 24))) return match;
    return `${match.startsWith('://') ? '://' : ''}${REDACTED}@`;
  };
  return text.replace(URL_USER, keepDigests).replace(BARE_USER, keepDigests);
}

function redactParameter(match: string, separator: string, name: string, value: string): string {
  if (OPEN_PARAMETERS.has(name.toLowerCase()) || /redacted/i.test(value)) return match;
  return `${separator}${name}=${REDACTED}${value.slice(value.length - punctuationAtEnd(value))}`;
}

/** A key without its end line is removed to the end of the text. */
function redactPrivateKeys(text: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    PEM_BEGIN.lastIndex = at;
    const begin = PEM_BEGIN.exec(text);
    if (begin === null) return out + text.slice(at);
    PEM_END.lastIndex = PEM_BEGIN.lastIndex;
    const end = PEM_END.exec(text);
    out += text.slice(at, begin.index) + REDACTED;
    if (end === null) return out;
    at = PEM_END.lastIndex;
  }
}

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
