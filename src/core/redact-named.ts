import { REDACTED } from './redact-marker.ts';
import { SECRET_NAME } from './redact-names.ts';
import { type Value, valueAt } from './redact-value.ts';

const QUOTE = '(?:\\\\{0,31}["\'])?';
/** `name: DB_PASSWORD`, one half of an entry of a list of variables, in JSON, YAML or a dump of a struct. */
const NAME = `\\b(?:name|key)${QUOTE}\\s{0,3}[:=]\\s{0,3}(?:&\\w{1,40} )?${QUOTE}${SECRET_NAME}(?![\\w./-])${QUOTE}`;
const VALUE = `\\bvalue${QUOTE}\\s{0,3}[:=]\\s{0,3}`;
/** What parts the halves: a comma, and a new line with its indentation. */
const BETWEEN = `\\s{0,3}[,;]?\\s{0,200}${QUOTE}`;
/** Other keys of the entry may stand between them on the line. */
const OTHERS = `(?:[,; \\t][^{}\\[\\]\\n]{0,200}?[,; \\t]{1,3}${QUOTE})`;

const NAME_AND_VALUE = new RegExp(`(${NAME}(?:${BETWEEN}|${OTHERS}))?${VALUE}`, 'gi');
const NAME_BEHIND = new RegExp(`${QUOTE}(?:${BETWEEN}|${OTHERS})${NAME}`, 'iy');
/** Few texts have one: the rest is not worth the larger pattern. */
const ANY_VALUE = new RegExp(VALUE, 'i');
const NONE = /^(?:|null|nil|<[^>]*>|\[redacted\])$/;
/** No value is longer; keeps the work linear. */
const MAX_VALUE = 8_192;

/** Removes the value that stands beside the name of a secret: `{"name":"DB_PASSWORD","value":"…"}`. */
export function redactNamed(text: string): string {
  if (!ANY_VALUE.test(text)) return text;
  let out = '';
  let copied = 0;
  NAME_AND_VALUE.lastIndex = 0;
  for (let match = NAME_AND_VALUE.exec(text); match !== null; match = NAME_AND_VALUE.exec(text)) {
    const at = NAME_AND_VALUE.lastIndex;
    const { start, end } = valueIn(text.slice(at, at + MAX_VALUE), match[0]);
    NAME_BEHIND.lastIndex = at + end;
    const isSecret = match[1] !== undefined || NAME_BEHIND.test(text);
    if (!isSecret || NONE.test(text.slice(at + start, at + end))) continue;
    out += text.slice(copied, at + start) + REDACTED;
    copied = at + end;
    NAME_AND_VALUE.lastIndex = copied;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/** In YAML words without quotes are one value: to the end of the line, or of the entry where that stands in braces. */
function valueIn(text: string, head: string): Pick<Value, 'start' | 'end'> {
  const value = valueAt(text, 0);
  if (value.quoted || !/:\s*$/.test(head)) return value;
  const end = text.search(head.includes('\n') ? /\n/ : /[,}\n]/);
  if (end < 0 && !head.includes('\n')) return value;
  return { start: 0, end: Math.max(value.end, text.slice(0, end < 0 ? text.length : end).trimEnd().length) };
}

const NAME_LINE = new RegExp(`(?:^|[\\s{,[-])${QUOTE}${NAME}\\s{0,3}[,;]?\\s*(?:\\s#.*)?$`, 'i');
const VALUE_LINE = new RegExp(`^[\\s{,-]{0,200}${QUOTE}${VALUE}(?=\\S)`, 'i');

/** Whether a line is the first half of such an entry, so that the next may be its value. */
export function endsInSecretName(line: string): boolean {
  return NAME_LINE.test(line.slice(-MAX_VALUE));
}

/** The second half of such an entry, without the value. */
export function withoutNamedValue(line: string): string {
  const head = VALUE_LINE.exec(line)?.[0];
  return head === undefined || NONE.test(line.slice(head.length)) ? line : `${head}${REDACTED}`;
}
