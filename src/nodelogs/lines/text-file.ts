import type { ByteRange, NodeFile } from '../../core/node/bundle.ts';
import { type Encoding, encodingOf, SNIFF_BYTES } from './encoding.ts';

/** A file as UTF-8 bytes, whatever it is kept in. Offsets are into these bytes. */
export interface TextFile {
  readonly file: NodeFile;
  readonly encoding: Encoding;
  /** Any place can be read without reading all before it; a search program sees the same bytes. */
  readonly seekable: boolean;
  chunks(range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Looks at the first bytes; throws when the file cannot be read at all. */
export async function openText(file: NodeFile, signal?: AbortSignal): Promise<TextFile> {
  const encoding = encodingOf(await headOf(file, signal));
  const wide = encoding === 'utf-16le' || encoding === 'utf-16be';
  return {
    file,
    encoding,
    seekable: !file.compressed && !wide,
    chunks: (range, abort) => (wide ? sliced(transcoded(file, encoding, abort), range) : file.read(range, abort)),
  };
}

async function headOf(file: NodeFile, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of file.read({ start: 0, end: SNIFF_BYTES }, signal)) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= SNIFF_BYTES) break;
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

async function* transcoded(file: NodeFile, encoding: Encoding, signal: AbortSignal | undefined) {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of file.read(undefined, signal)) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* sliced(
  chunks: AsyncIterable<Uint8Array>,
  { start = 0, end = Number.POSITIVE_INFINITY }: ByteRange = {},
) {
  let at = 0;
  for await (const chunk of chunks) {
    const from = Math.max(0, start - at);
    const to = Math.min(chunk.length, end - at);
    at += chunk.length;
    if (from < to) yield chunk.subarray(from, to);
    if (at >= end) return;
  }
}
