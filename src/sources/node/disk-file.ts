import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { ByteRange, NodeFile } from '../../core/node/bundle.ts';

const CHUNK = 1024 * 1024;

export interface DiskFileOptions extends Omit<NodeFile, 'read' | 'diskPath'> {
  readonly diskPath: string;
}

/** A file of a bundle that lies on this machine; gzip is unpacked while it is read. */
export function diskFile(options: DiskFileOptions): NodeFile {
  const { diskPath, compressed } = options;
  return {
    ...options,
    read: (range = {}, signal) =>
      compressed ? readUnpacked(diskPath, range, signal) : readPlain(diskPath, range, signal),
  };
}

async function* readPlain(
  path: string,
  { start = 0, end = Number.POSITIVE_INFINITY }: ByteRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (end <= start) return;
  const stream = createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK, ...(signal ? { signal } : {}) });
  yield* stream as AsyncIterable<Uint8Array>;
}

/** Compressed bytes can only be reached from the beginning. */
async function* readUnpacked(
  path: string,
  { start = 0, end = Number.POSITIVE_INFINITY }: ByteRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (end <= start) return;
  const source = createReadStream(path, { highWaterMark: CHUNK, ...(signal ? { signal } : {}) });
  const unzip = createGunzip({ chunkSize: CHUNK });
  source.on('error', (error) => unzip.destroy(error));
  source.pipe(unzip);
  let at = 0;
  try {
    for await (const chunk of unzip as AsyncIterable<Uint8Array>) {
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, chunk.length);
      at += chunk.length;
      if (from < to) yield chunk.subarray(from, to);
      if (at >= end) return;
    }
  } finally {
    source.destroy();
    unzip.destroy();
  }
}
