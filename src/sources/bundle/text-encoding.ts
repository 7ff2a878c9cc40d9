/** How far a file is looked at to tell text from binary. */
const SAMPLE = 8192;

/**
 * Bytes as text; undefined for binary. Windows PowerShell writes UTF-16 with a byte order mark when redirecting,
 * so that is text as well. Broken sequences become U+FFFD: a truncated file is still evidence.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const encoding = encodingOf(bytes);
  if (encoding === undefined) return undefined;
  const text = new TextDecoder(encoding).decode(bytes);
  return withPlainLineEnds(withoutMarkup(text));
}

/** The sequences that colour words on a terminal, and move on it. */
const TERMINAL = /\u001b\[[0-9;?]{0,20}[A-Za-z]/g;

/** Where a text was copied out of a page or a terminal: its quotes as HTML writes them, where it has no others, and no colours. */
export function withoutMarkup(text: string): string {
  const plain = text.includes('\u001b') ? text.replaceAll(TERMINAL, '') : text;
  if (plain.includes('"') || !/&(?:quot|#34|#x22);/.test(plain)) return plain;
  return plain.replaceAll(/&(quot|#34|#x22|apos|#39|#x27|lt|gt|amp);/g, (_, name: string) => HTML[name] ?? '');
}

const HTML: Readonly<Record<string, string>> = {
  quot: '"',
  '#34': '"',
  '#x22': '"',
  apos: "'",
  '#39': "'",
  '#x27': "'",
  lt: '<',
  gt: '>',
  amp: '&',
};

/** Line ends of Windows and of old Macs as `\n`. */
export function withPlainLineEnds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

function encodingOf(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = sample.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0);
  if (zeros === 0) return 'utf-8';
  return zeros > sample.length / 3 ? utf16WithoutMark(sample) : undefined;
}

/** ASCII in UTF-16 has its zeros all on one side. */
function utf16WithoutMark(sample: Uint8Array): Encoding | undefined {
  let even = 0;
  let odd = 0;
  for (let index = 0; index < sample.length; index += 1) {
    if (sample[index] !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  if (even === 0) return 'utf-16le';
  return odd === 0 ? 'utf-16be' : undefined;
}
