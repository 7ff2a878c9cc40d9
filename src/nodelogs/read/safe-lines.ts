import { bodyOf } from '../../core/log-prefix.ts';
import { neutralize, redact } from '../../core/redact.ts';
import { REDACTED } from '../../core/redact-marker.ts';
import { withoutNamedValue } from '../../core/redact-named.ts';
import { looksBase64 } from '../../core/redact-secret-object.ts';
import { type Hiding, SpanReader } from './span-reader.ts';

/** What comes before a line is looked at for so many bytes: no private key and no block is longer. */
export const LOOK_BACK_BYTES = 16 * 1024;

/**
 * Makes raw lines safe to show, one by one, so that numbers still fit. What spans lines is hidden on each of them:
 * a private key, a block of YAML, a value below or above its name, the argument below its flag. `before` is the text in
 * front of the first line.
 */
export function safeLines(lines: readonly string[], before: string, maxChars: number): readonly string[] {
  const first = before.split('\n').slice(0, -1).map(withoutEnd);
  const own = lines.map(withoutEnd);
  const reader = new SpanReader([...first, ...own].map(bodyOf));
  for (let i = 0; i < first.length; i += 1) reader.next();
  return own.map((line) => cutLine(shown(line, reader.next()), maxChars));
}

/** A line without its end and its control characters, secrets and all. */
export function harmlessLine(line: string): string {
  return neutralize(withoutEnd(line));
}

function withoutEnd(line: string): string {
  return line.replace(/\r?\n?$/, '');
}

function shown(line: string, hiding: Hiding): string {
  if (hiding === 'all') return REDACTED;
  const clean = redact(line);
  return neutralize(hiding === 'nothing' ? clean : withoutValue(clean, hiding));
}

/** `key: value`, `"key": "value"`, `key = value`, or the words of a login file. */
const KEY_AND_VALUE = /^([\s-]*["']?[\w./-]{1,253}["']?(?:\s{0,3}:|\s{1,3}=|=(?=["'[]))\s{0,20}|\s*password\s+)(\S.*)$/;

function withoutValue(line: string, hiding: Exclude<Hiding, 'all' | 'nothing'>): string {
  const { prefix, body } = bodyOf(line);
  const tail = line.slice(prefix.length + body.length);
  if (hiding === 'named value') return `${prefix}${withoutNamedValue(body)}${tail}`;
  const [, head = '', value = body.trim()] = KEY_AND_VALUE.exec(body) ?? [];
  if (/^[|>][-+\d]{0,3}$|^(?:"",?|[{}\]],?)?$/.test(value)) return line;
  const isShown = hiding === 'base64' && !looksBase64(value.replace(/^["']|["']?,?$/g, ''));
  const [, quote = '', comma = ''] = /^(["']).*\1(,?)\s*$/.exec(value) ?? [];
  return isShown ? line : `${prefix}${head}${quote}${REDACTED}${quote}${comma}${tail}`;
}

/** Redacted before it is cut, so that half a secret does not pass for none. */
export function cutLine(line: string, maxChars: number): string {
  return line.length > maxChars ? `${line.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
