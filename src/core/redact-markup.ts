import { REDACTED } from './redact-marker.ts';
import { SECRET_NAME } from './redact-names.ts';

const OPEN = '(?:<|&lt;)';
const CLOSE = '(?:>|&gt;)';
const NAME = `(?:[\\w.-]{1,40}:)?${SECRET_NAME}`;

/** `<password>VALUE</password>`, with attributes, as CDATA, escaped for HTML. */
const ELEMENT = new RegExp(
  `(${OPEN}(?<name>${NAME})(?:\\s[^<>\\n]{0,200})?${CLOSE}(?:<!\\[CDATA\\[)?)([^<&]{1,8192}?)(?=\\s{0,80}(?:${OPEN}/\\k<name>${CLOSE}|\\]\\]>))`,
  'gi',
);
/** `<key>password</key><string>VALUE</string>`. */
const KEY_AND_VALUE = new RegExp(`(<key>${NAME}</key>\\s{0,200}<(?:string|data)>)([^<]{1,8192})`, 'gi');
const LONGEST_TAG = 1_024;
const OPENS = new RegExp(`^\\s*<${NAME}(?:\\s[^<>\\n]{0,200})?>\\s*(?:<!\\[CDATA\\[)?\\s*$`, 'i');

/** Removes the text of elements that are named like secrets. */
export function redactMarkup(text: string): string {
  return text.replace(ELEMENT, hideText).replace(KEY_AND_VALUE, hideText);
}

function hideText(match: string, head: string, value: string): string {
  return value.trim() === '' || value.startsWith(REDACTED) ? match : `${head}${REDACTED}`;
}

/** Whether an element begins on this line and ends on a later one. */
export function opensSecretElement(line: string): boolean {
  return line.includes('<') && line.length < LONGEST_TAG && OPENS.test(line);
}
