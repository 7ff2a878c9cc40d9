/** Bytes, or where Go's decoder stopped. */
export type Base64Result =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly position: number };

/** `padded` is Go's StdEncoding, `unpadded` its RawStdEncoding. */
export type Base64Padding = 'padded' | 'unpadded';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SEXTET = new Map([...ALPHABET].map((char, value) => [char.charCodeAt(0), value]));
const PAD = 61;
const LF = 10;
const CR = 13;

/**
 * Decodes base64 as Go's `encoding/base64` does: line feeds and carriage returns are skipped anywhere,
 * unused bits of the last character are ignored, anything else stops with Go's own byte position.
 */
export function decodeBase64(text: string, padding: Base64Padding = 'padded'): Base64Result {
  const out = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let written = 0;
  let at = 0;
  while (at < text.length) {
    const quantum = readQuantum(text, at, padding);
    if (typeof quantum === 'number') return { ok: false, position: quantum };
    out.set(quantum.bytes, written);
    written += quantum.bytes.length;
    at = quantum.next;
  }
  return { ok: true, bytes: out.slice(0, written) };
}

/** The words of Go's CorruptInputError. */
export function illegalBase64(position: number): string {
  return `illegal base64 data at input byte ${position}`;
}

/** Text of bytes; invalid UTF-8 becomes U+FFFD and a byte order mark is kept, as in a Go string conversion of JSON. */
export function utf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** The text behind base64url without padding (JWT parts), or undefined. */
export function decodeBase64Url(text: string): string | undefined {
  const standard = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '');
  const decoded = decodeBase64(standard, 'unpadded');
  return decoded.ok ? utf8(decoded.bytes) : undefined;
}

interface Quantum {
  readonly bytes: readonly number[];
  readonly next: number;
}

/** Up to four characters as up to three bytes, or the position of the error (Go base64.go, decodeQuantum). */
function readQuantum(text: string, start: number, padding: Base64Padding): Quantum | number {
  const sextets: number[] = [];
  let at = start;
  while (sextets.length < 4) {
    if (at === text.length) return endOfInput(sextets, at, padding);
    const code = text.charCodeAt(at);
    at += 1;
    const sextet = SEXTET.get(code);
    if (sextet !== undefined) sextets.push(sextet);
    else if (code === PAD && padding === 'padded') return endOfPadding(text, sextets, at);
    else if (!isNewline(code)) return at - 1;
  }
  return { bytes: joinSextets(sextets), next: at };
}

function endOfInput(sextets: readonly number[], at: number, padding: Base64Padding): Quantum | number {
  const complete = sextets.length === 0 || (padding === 'unpadded' && sextets.length > 1);
  return complete ? { bytes: joinSextets(sextets), next: at } : at - sextets.length;
}

/** `at` is just behind the first `=`. */
function endOfPadding(text: string, sextets: readonly number[], at: number): Quantum | number {
  if (sextets.length < 2) return at - 1;
  let next = at;
  if (sextets.length === 2) {
    next = skipNewlines(text, next);
    if (next === text.length) return text.length;
    if (text.charCodeAt(next) !== PAD) return next - 1;
    next += 1;
  }
  next = skipNewlines(text, next);
  return next < text.length ? next : { bytes: joinSextets(sextets), next };
}

function joinSextets(sextets: readonly number[]): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = sextets;
  const bytes = [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d];
  return bytes.slice(0, Math.max(0, sextets.length - 1));
}

function skipNewlines(text: string, at: number): number {
  let next = at;
  while (next < text.length && isNewline(text.charCodeAt(next))) next += 1;
  return next;
}

function isNewline(code: number): boolean {
  return code === LF || code === CR;
}
