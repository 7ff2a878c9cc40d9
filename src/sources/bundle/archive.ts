import { ReadableStream, type ReadableWritablePair } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { Unzip, UnzipInflate } from 'fflate';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import type { Limits } from './limits.ts';

export type ArchiveKind = 'gzip' | 'tar' | 'zip';

/** A file inside an archive. */
export interface ArchivedFile {
  /** As written in the archive: a name to show, never a path to write to. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What an archive gave before it ended or broke. */
export interface Unpacked {
  readonly files: readonly ArchivedFile[];
  /** Why not all was read; one clause. */
  readonly problem?: string;
}

/** Bytes that may still be unpacked in this run; archives inside archives share it. */
export class Budget {
  #bytes: number;
  #files: number;

  constructor(limits: Limits) {
    this.#bytes = limits.totalBytes;
    this.#files = limits.files;
  }

  takeBytes(count: number): void {
    this.#bytes -= count;
    if (this.#bytes < 0) throw new LimitError('it unpacks to more than is read of one bundle');
  }

  takeFile(): void {
    this.#files -= 1;
    if (this.#files < 0) throw new LimitError('it holds more files than are read of one bundle');
  }
}

class LimitError extends Error {}

/** By the magic numbers of the formats; names may lie. */
export function archiveKind(bytes: Uint8Array): ArchiveKind | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05)) return 'zip';
  return isTar(bytes) ? 'tar' : undefined;
}

const USTAR_AT = 257;
const TAR_BLOCK = 512;

function isTar(bytes: Uint8Array): boolean {
  if (bytes.length < TAR_BLOCK) return false;
  return Buffer.from(bytes.subarray(USTAR_AT, USTAR_AT + 5)).toString('latin1') === 'ustar';
}

/** Unpacks one level in memory. Never throws for what the archive holds: what came before the damage is kept. */
export async function unpack(
  kind: ArchiveKind,
  bytes: Uint8Array,
  name: string,
  limits: Limits,
  budget: Budget,
): Promise<Unpacked> {
  switch (kind) {
    case 'gzip':
      return gunzip(bytes, name, limits, budget);
    case 'tar':
      return untar(bytes, limits, budget);
    case 'zip':
      return unzip(bytes, limits, budget);
  }
}

/** A gzip holds one stream; its name without the ending says what it is. */
async function gunzip(bytes: Uint8Array, name: string, limits: Limits, budget: Budget): Promise<Unpacked> {
  const chunks: Uint8Array[] = [];
  const stream = createGunzip();
  const allowed = Math.min(limits.totalBytes, bytes.length * limits.ratio + TAR_BLOCK);
  let size = 0;
  let problem: string | undefined;
  stream.end(bytes);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > allowed) throw new LimitError('it unpacks to far more than its size');
      budget.takeBytes(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    problem = problemOf(error);
  }
  const files =
    chunks.length === 0
      ? []
      : [{ name: name.replace(/\.tgz$/i, '.tar').replace(/\.gz$/i, ''), bytes: Buffer.concat(chunks) }];
  return { files, ...(problem === undefined ? {} : { problem }) };
}

async function untar(bytes: Uint8Array, limits: Limits, budget: Budget): Promise<Unpacked> {
  const files: ArchivedFile[] = [];
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const skipped: string[] = [];
  try {
    const decoder = createTarDecoder() as unknown as ReadableWritablePair<ParsedTarEntry, Uint8Array>;
    for await (const { header, body } of source.pipeThrough(decoder)) {
      budget.takeFile();
      const isFile = header.type === undefined || header.type === 'file';
      if (!isFile || header.size > limits.fileBytes) {
        if (isFile) skipped.push(header.name);
        await body.cancel();
        continue;
      }
      budget.takeBytes(header.size);
      files.push({ name: header.name, bytes: new Uint8Array(await new Response(body).arrayBuffer()) });
    }
  } catch (error) {
    return { files, problem: problemOf(error) };
  }
  return skipped.length === 0 ? { files } : { files, problem: `${skipped.length} of its files are too large` };
}

/** Entries are counted while they unpack: the sizes in the archive's own directory may lie. */
function unzip(bytes: Uint8Array, limits: Limits, budget: Budget): Unpacked {
  const files: ArchivedFile[] = [];
  let problem: string | undefined;
  let entries = 0;
  const unzipper = new Unzip((file) => {
    entries += 1;
    budget.takeFile();
    if (file.name.endsWith('/')) return;
    const chunks: Uint8Array[] = [];
    let size = 0;
    file.ondata = (error, chunk, final) => {
      if (error) throw error;
      size += chunk.length;
      if (size > limits.fileBytes) throw new LimitError('one of its files is too large');
      budget.takeBytes(chunk.length);
      chunks.push(chunk);
      if (final) files.push({ name: file.name, bytes: Buffer.concat(chunks) });
    };
    file.start();
  });
  unzipper.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.length; at += ZIP_CHUNK) {
      unzipper.push(bytes.subarray(at, at + ZIP_CHUNK), at + ZIP_CHUNK >= bytes.length);
    }
  } catch (error) {
    problem = problemOf(error);
  }
  if (problem === undefined && entries === 0 && bytes[2] === 0x03) problem = 'no entry in it can be read';
  return { files, ...(problem === undefined ? {} : { problem }) };
}

/** Small steps, so that a bomb is noticed before much of it is unpacked. */
const ZIP_CHUNK = 16 * 1024;

function problemOf(error: unknown): string {
  if (error instanceof LimitError) return error.message;
  const text = error instanceof Error ? error.message : '';
  return /unexpected end|truncated/i.test(text) ? 'it ends in the middle' : 'it is damaged';
}
