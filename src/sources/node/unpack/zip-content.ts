import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { ArchiveError, isoTime } from './entry.ts';
import { CUT } from './tar.ts';

/** A zip file that is being read; packed bytes are reported as they are taken. */
export interface ZipFile {
  readonly handle: FileHandle;
  readonly size: number;
  readonly onPacked: (bytes: number) => void;
}

export const LOCAL_HEADER = 30;
export const LOCAL_SIGN = 0x04034b50;

const CHUNK = 256 * 1024;

/** The content between two places. `onEnd` gets the place where a deflated content really ended. */
export async function* unpacked(
  file: ZipFile,
  method: number,
  start: number,
  end: number,
  onEnd: (at: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const packed = chunksAt(file, start, Math.min(end, file.size));
  if (method === 0) yield* packed;
  else if (method === 8) yield* inflate(packed, (count) => onEnd(start + count));
  else throw new ArchiveError(`packed by a method that is not read here (${method})`);
  if (method === 0 && end > file.size) throw new ArchiveError(CUT);
}

async function* inflate(packed: AsyncIterable<Uint8Array>, onEnd: (count: number) => void): AsyncGenerator<Uint8Array> {
  const unzip = createInflateRaw({ chunkSize: 64 * 1024 });
  const source = Readable.from(packed);
  source.on('error', (error) => unzip.destroy(error));
  source.pipe(unzip);
  try {
    yield* unzip as AsyncIterable<Uint8Array>;
    onEnd(unzip.bytesWritten);
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    throw new ArchiveError(/unexpected end/i.test(text) ? CUT : 'the archive is damaged');
  } finally {
    source.destroy();
    unzip.destroy();
  }
}

async function* chunksAt({ handle, onPacked }: ZipFile, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const chunk = await readAt(handle, at, Math.min(CHUNK, end - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    onPacked(chunk.length);
    yield chunk;
  }
}

export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, length));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}

/** Zips made on Windows may separate folders by backslashes. */
export function plainName(name: string): string {
  return name.includes('/') ? name : name.replaceAll('\\', '/');
}

/** MS-DOS date and time, without a zone. */
export function dosTime(date: number, time: number): string | undefined {
  const year = 1980 + (date >> 9);
  const month = ((date >> 5) & 0xf) - 1;
  return isoTime(Date.UTC(year, month, date & 0x1f, time >> 11, (time >> 5) & 0x3f, (time & 0x1f) * 2));
}
