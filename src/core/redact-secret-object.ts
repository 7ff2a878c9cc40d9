import { REDACTED } from './redact-marker.ts';
import { valueAt } from './redact-value.ts';

const QUOTE = '\\\\{0,31}["\']';
/** The map of a Secret's values as JSON, as a flow map of YAML, or as Go prints it. */
const MAP = new RegExp(
  `(?<![\\w-])(?:binary|string)?data(?:${QUOTE})?\\s{0,3}:\\s{0,3}(?:\\{|map\\[string\\](?:\\[\\](?:byte|uint8)|string)\\{|map\\[)`,
  'gi',
);
const MEMBER = new RegExp(`[\\s,]{0,200}(?:${QUOTE})?[\\w.-]{1,253}(?:${QUOTE})?\\s{0,3}:\\s{0,3}`, 'y');
const KIND = new RegExp(
  `\\bkind(?:${QUOTE})?\\s{0,3}[:=]\\s{0,3}(?:${QUOTE})?Secret(?:List)?(?![\\w-])|(?:&|v1\\.)Secret\\{`,
);
/** Bytes as Go prints them, or a word of a map without quotes. */
const BARE = /\[[\d ]{0,65536}\]|[^\s,}\]]{0,8192}/y;
/** Few texts have one. */
const ANY_MAP = /data\\*["']?\s{0,3}:\s{0,3}(?:\{|map\[)/i;

/** Removes the values of Secrets, whatever their keys are called; elsewhere what looks like a Secret's base64. */
export function redactSecretObjects(text: string): string {
  if (!ANY_MAP.test(text)) return text;
  const ofSecret = KIND.test(text);
  let out = '';
  let copied = 0;
  MAP.lastIndex = 0;
  for (let map = MAP.exec(text); map !== null; map = MAP.exec(text)) {
    const all = ofSecret || /^(?:stringdata|\w*data:\s{0,3}map\[string\]\[\])/i.test(map[0]);
    let at = MAP.lastIndex;
    for (let member = memberAt(text, at); member !== undefined; member = memberAt(text, at)) {
      at = member.next;
      const value = text.slice(member.start, member.end);
      if (value === '' || value === REDACTED || !(all || looksBase64(value))) continue;
      out += text.slice(copied, member.start) + REDACTED;
      copied = member.end;
    }
    MAP.lastIndex = at;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

interface Member {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

function memberAt(text: string, at: number): Member | undefined {
  MEMBER.lastIndex = at;
  if (!MEMBER.test(text)) return undefined;
  const start = MEMBER.lastIndex;
  if (text[start] === '{') return undefined;
  const value = text[start] === '[' ? undefined : valueAt(text, start);
  if (value?.quoted === true) {
    const { start: inside, end } = value;
    return { start: inside, end, next: end + (inside - start) };
  }
  if (text.startsWith(REDACTED, start)) return { start, end: start + REDACTED.length, next: start + REDACTED.length };
  BARE.lastIndex = start;
  const end = start + (BARE.exec(text)?.[0].length ?? 0);
  return { start, end, next: end };
}

/** Whether a value reads like base64 of something rather than like a word: `cGFzc3dvcmQ=`, not `NotFound`. */
export function looksBase64(value: string): boolean {
  if (value.length < 8 || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return false;
  if (value.endsWith('=')) return true;
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && !/^(?:[A-Z]?[a-z]+)(?:[A-Z][a-z]+)*\d?$/.test(value);
}
