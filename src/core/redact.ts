import { redactCommands } from './redact-commands.ts';
import { redactEncoded } from './redact-encoded.ts';
import { redactHeaders } from './redact-headers.ts';
import { looksSecret, punctuationAtEnd, REDACTED } from './redact-marker.ts';
import { redactMarkup } from './redact-markup.ts';
import { redactNamed } from './redact-named.ts';
import { redactPairs } from './redact-pairs.ts';
import { redactPrivateKeys } from './redact-private-key.ts';
import { redactSecretObjects } from './redact-secret-object.ts';
import { mayHoldPair, mayHoldSecret } from './redact-suspect.ts';
import { mayHoldToken, redactTokens } from './redact-tokens.ts';

/** Longer inputs are cut before anything is looked at; no event, log line or body comes near. */
const MAX_INPUT = 1_000_000;
const EXCERPT_CHARS = 2_000;

/** `scheme://user:password@host`; the password may hold a slash when no port could stand there. */
const URL_USER = /:\/\/[^\s/?#"'<>]{0,512}@|:\/\/[^\s/:@"'<>]{1,128}:(?!\d{1,5}\/)[^\s"'<>@]{1,512}@/g;
/** `user:password@host.tld` without a scheme, as in proxy settings. */
const BARE_USER = /(?<![\w./:@-])[\w.+$-]{1,64}:(?!\/\/)[^\s/"'<>@]{1,256}@(?=[\w-]{1,63}(?:[.:][\w.:-]|\())/g;
/** A digest may be cut short; a port has five digits at most. */
const DIGEST_AHEAD = /^(?:sha\d{3}:|[a-z0-9]{1,20}:[0-9a-f]{6})/;

/** One parameter of a query; `&` is `\u0026` in JSON and `&amp;` in HTML. */
const QUERY_PARAMETER = /([?&]|\\{1,31}u0026|&amp;)([A-Za-z][\w.%~-]{0,60})=([^\s"'<>&\\]+)/g;
/** The signature of a query that stands alone. */
const SIGNATURE = /((?:^|[\s;"'])(?:sig|signature)=)([^\s"'<>&\\]{16,})/gi;
/** What a query may say: registry API, Kubernetes API, and the dates of signed URLs. Every other value goes. */
const OPEN_PARAMETERS = new Set(
  (
    'ns scope service account client_id offline_token n last digest from mount tag artifacttype platform ref page page_size ' +
    'resource api-version watch limit continue fieldselector labelselector resourceversion timeout timeoutseconds container ' +
    'taillines sincetime previous follow query x-amz-date x-amz-expires x-amz-algorithm x-amz-signedheaders expires'
  ).split(' '),
);

/** Few texts have one: the rest is not worth the larger patterns. */
const ENCODED = /%(?:25|2[27]|3[ad]|40)|\\(?:u00|x)[23]|&(?:amp;)?(?:quot|apos|#)/i;
const ELEMENT_ENDS = /(?:<|&lt;)\/|\]\]>/;

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
  if (!mayHoldSecret(text)) return text;
  let clean = text.includes('BEGIN') ? redactPrivateKeys(text) : text;
  if (mayHoldToken(clean)) clean = redactTokens(clean);
  if (clean.includes('@')) clean = redactUserInfo(clean);
  if (/[?&]|u0026/.test(clean)) clean = clean.replace(QUERY_PARAMETER, redactParameter);
  if (/sig/i.test(clean)) clean = clean.replace(SIGNATURE, redactSignature);
  clean = redactNamed(redactHeaders(redactSecretObjects(clean)));
  if (ENCODED.test(clean)) clean = redactEncoded(clean);
  if (ELEMENT_ENDS.test(clean)) clean = redactMarkup(clean);
  clean = redactCommands(clean);
  return mayHoldPair(clean) ? redactPairs(clean) : clean;
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

function redactSignature(match: string, name: string, value: string): string {
  return looksSecret(value, 16) || value.includes('%') ? `${name}${REDACTED}` : match;
}

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
