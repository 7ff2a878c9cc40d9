import { REDACTED } from './redact-marker.ts';

/** Dashes and blanks as they are, or as JSON and URLs write them. */
const DASHES = '(?:-{4,5}|(?:\\\\{1,8}u002d){4,5}|(?:%2d){4,5}) ?';
const KEY = '(?:[A-Z0-9 +]|%20){0,48}PRIVATE(?:[ +]|%20)KEY';
const PEM_BEGIN = new RegExp(`${DASHES}BEGIN(?:[ +]|%20)${KEY}`, 'gi');
const PEM_END = new RegExp(`${DASHES}END(?:[ +]|%20)${KEY}(?:(?:[ +]|%20)BLOCK)?${DASHES}`, 'gi');
const BEGIN = new RegExp(PEM_BEGIN.source, 'i');
const END = new RegExp(PEM_END.source, 'i');

/** A key without its end line is removed to the end of the text. */
export function redactPrivateKeys(text: string): string {
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

/** Whether a private key begins on this line. */
export function beginsPrivateKey(line: string): boolean {
  return line.includes('BEGIN') && BEGIN.test(line);
}

/** Whether one ends on it. */
export function endsPrivateKey(line: string): boolean {
  return line.includes('END') && END.test(line);
}
