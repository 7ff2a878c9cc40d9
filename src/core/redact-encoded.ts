import { looksSecret, REDACTED } from './redact-marker.ts';
import { STRONG, WEAK } from './redact-names.ts';

/** A percent sign, encoded again up to three times. */
const PERCENT = '%(?:25){0,3}';
const QUOTE = `(?:${PERCENT}2[27]|\\\\{1,31}(?:u00|x)2[27]|&(?:amp;){0,2}(?:quot|apos|#0?3[49]|#x2[27]);)`;
const EQUALS = `(?:${PERCENT}3d|\\\\{1,31}(?:u00|x)3d|&(?:amp;){0,2}#(?:61|x3d);)`;
const COLON = `(?:${PERCENT}3a|\\\\{1,31}(?:u00|x)3a|&(?:amp;){0,2}#(?:58|x3a);)`;
const BLANKS = `(?:[ +]|${PERCENT}20|\\\\{1,31}u0020){0,3}`;
/** Parameters of signed URLs, which are no names elsewhere. */
const PARAMETER = `(?<![a-z])(?:sig|signature|x-(?:amz|goog)-(?:security-token|credential))(?=${EQUALS})`;

const PAIR = new RegExp(
  `(?:(${STRONG}|${PARAMETER})|${WEAK})` +
    `(?:${QUOTE}${BLANKS}(?:[:=]|${EQUALS}|${COLON})${BLANKS}|(${EQUALS})|${COLON}${BLANKS})(${QUOTE})?`,
  'gi',
);
/** What ends a value, and what else ends one that no quote opened. */
const END = new RegExp(`[\\s"'<>&]|${QUOTE}`, 'i');
const BARE_END = new RegExp(`[\\s"'<>&,;}]|${QUOTE}|${PERCENT}(?:26|2c|7d|5d|0a)|\\\\{1,31}(?:u00|x)(?:26|2c|7d)`, 'i');
const PLAIN = /^(?:|true|false|null|\[redacted\].*)$/;
/** No value is longer; keeps the work linear. */
const MAX_VALUE = 8_192;

/** `scheme://user:password@` in percent encoding; what follows is no digest of an image. */
const USER = new RegExp(
  `(${PERCENT}3a(?:${PERCENT}2f){2})(?:(?!${PERCENT}(?:40|2f|3f))[^\\s"'<>&]){1,256}(?=${PERCENT}40(?!sha\\d))`,
  'gi',
);

/** Removes secrets whose quotes, colons and equal signs are encoded: for a URL, in JSON (`\u0022`), in HTML. */
export function redactEncoded(text: string): string {
  let out = '';
  let copied = 0;
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(text); match !== null; match = PAIR.exec(text)) {
    const [, strong, equals, quote] = match;
    const at = PAIR.lastIndex;
    const value = valueAt(text, at, quote === undefined ? BARE_END : END);
    const isKnown = quote !== undefined || (strong !== undefined && equals !== undefined);
    if (PLAIN.test(value) || !(isKnown || looksSecret(value, 8))) continue;
    out += text.slice(copied, at) + REDACTED;
    copied = at + value.length;
    PAIR.lastIndex = copied;
  }
  return (copied === 0 ? text : out + text.slice(copied)).replace(USER, `$1${REDACTED}`);
}

function valueAt(text: string, at: number, ending: RegExp): string {
  const rest = text.slice(at, at + MAX_VALUE);
  const end = rest.search(ending);
  return end < 0 ? rest : rest.slice(0, end);
}
