import { neutralize, redact } from '../../core/redact.ts';
import { REDACTED } from '../../core/redact-marker.ts';

const BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
const END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/;

/** A private key is no longer than this. */
export const KEY_BYTES = 16 * 1024;

/** Whether text that ends here ends inside a private key. */
export function endsInKey(text: string): boolean {
  const begin = text.lastIndexOf('-----BEGIN ');
  return begin >= 0 && BEGIN.test(text.slice(begin)) && !END.test(text.slice(begin));
}

/** Makes raw lines safe to show, one by one, so that numbers still fit; a private key is hidden over all its lines. */
export function safeLines(lines: readonly string[], inKey: boolean, maxChars: number): readonly string[] {
  let hidden = inKey;
  return lines.map((line) => {
    const begins = BEGIN.test(line);
    const ends = END.test(line);
    const hide = hidden || begins;
    hidden = (hidden || begins) && !ends;
    return hide ? REDACTED : safeLine(line, maxChars);
  });
}

/** Redacted before it is cut, so that half a secret does not pass for none. */
function safeLine(line: string, maxChars: number): string {
  const clean = neutralize(redact(line.replace(/\r?\n?$/, '')));
  return clean.length > maxChars ? `${clean.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')}…` : clean;
}
