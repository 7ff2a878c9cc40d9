import { redact } from '../../core/redact.ts';

/** Longer lines are cut: no log or configuration has them, and a secret must not hide in two halves. */
const MAX_LINE = 256 * 2 ** 10;
const CHUNK = 2 ** 20;

/** A text without secret values, line by line: nothing else of it changes. */
export function cleanText(text: string, keep: (line: string) => boolean = () => true): string {
  return keepOutsideKeys(text)
    .split('\n')
    .filter(keep)
    .map((line) => redact(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line))
    .join('\n');
}

/** The same for bytes that may be large, piece by piece; a piece ends with a line. */
export async function* cleanBytes(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < buffer.length; ) {
    const newline = buffer.indexOf(0x0a, Math.min(start + CHUNK, buffer.length));
    const end = newline < 0 ? buffer.length : newline + 1;
    yield Buffer.from(cleanText(buffer.toString('utf8', start, end)));
    start = end;
  }
}

/** Private keys span lines. */
function keepOutsideKeys(text: string): string {
  return text.includes('PRIVATE KEY-----') ? redact(text) : text;
}
