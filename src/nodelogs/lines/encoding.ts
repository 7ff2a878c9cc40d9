/** How a file keeps its text; `binary` is no text at all. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'binary';

/** How far a file is looked at to tell text from binary. */
export const SNIFF_BYTES = 8192;

/** Control characters that text may hold: tab, line feed, form feed, carriage return, escape. */
const TEXT_CONTROLS: ReadonlySet<number> = new Set([9, 10, 12, 13, 27]);

/**
 * Told by the first bytes. A log may hold stray NULs (a power cut leaves blocks of them), and is text all the same;
 * Windows PowerShell redirects to UTF-16.
 */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const sample = head.subarray(0, SNIFF_BYTES);
  let controls = 0;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < sample.length; at += 1) {
    const byte = sample[at] as number;
    if (byte < 32 && !TEXT_CONTROLS.has(byte)) controls += 1;
    if (byte !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  if (even + odd === 0) return controls > sample.length / 10 ? 'binary' : 'utf-8';
  if (even === 0 && odd > sample.length / 3) return 'utf-16le';
  if (odd === 0 && even > sample.length / 3) return 'utf-16be';
  return controls > sample.length / 10 ? 'binary' : 'utf-8';
}
