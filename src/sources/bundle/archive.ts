import { ReadableStream, type ReadableWritablePair } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { Unzip, type UnzipFile, UnzipInflate } from 'fflate';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import type { Limits } from './limits.ts';

export type ArchiveKind = 'gzip' | 'tar' | 'zip';

/** A file inside an archive. */
interface ArchivedFile {
  /** As written in the archive: a name to show, never a path to write to. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One file after the other; last, if it came to that, why not all was read, in one clause. */
export type Unpacked = ArchivedFile | { readonly problem: string };

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

/** Unpacks one level in memory. Never throws for what the archive holds: what came before the damage is given. */
export async function* unpack(
  kind: ArchiveKind,
  bytes: Uint8Array,
  name: string,
  limits: Limits,
  budget: Budget,
): AsyncGenerator<Unpacked> {
  try {
    if (kind === 'gzip') yield* gunzip(bytes, name, limits, budget);
    else if (kind === 'tar') yield* untar(bytes, limits, budget);
    else yield* unzip(bytes, limits, budget);
  } catch (error) {
    yield { problem: problemOf(error) };
  }
}

/** A gzip holds one stream; what its name is without the ending. A cut stream gives what came before the cut. */
async function* gunzip(bytes: Uint8Array, name: string, limits: Limits, budget: Budget): AsyncGenerator<Unpacked> {
  const chunks: Uint8Array[] = [];
  const stream = createGunzip();
  const allowed = bytes.length * limits.ratio + TAR_BLOCK;
  let size = 0;
  let failure: unknown;
  stream.end(bytes);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > allowed) throw new LimitError('it unpacks to far more than its size');
      budget.takeBytes(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    failure = error;
  }
  if (chunks.length > 0) {
    yield { name: name.replace(/\.tgz$/i, '.tar').replace(/\.gz$/i, ''), bytes: Buffer.concat(chunks) };
  }
  if (failure !== undefined) throw failure;
}

async function* untar(bytes: Uint8Array, limits: Limits, budget: Budget): AsyncGenerator<Unpacked> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  let tooLarge = 0;
  const decoder = createTarDecoder() as unknown as ReadableWritablePair<ParsedTarEntry, Uint8Array>;
  for await (const { header, body } of source.pipeThrough(decoder)) {
    budget.takeFile();
    const isFile = header.type === undefined || header.type === 'file';
    if (!isFile || header.size > limits.fileBytes) {
      if (isFile) tooLarge += 1;
      await body.cancel();
      continue;
    }
    budget.takeBytes(header.size);
    yield { name: header.name, bytes: new Uint8Array(await new Response(body).arrayBuffer()) };
  }
  if (tooLarge > 0) yield { problem: `${tooLarge} of its files are too large` };
}

/** Small steps, so that a bomb is noticed before much of it is unpacked. */
const ZIP_CHUNK = 16 * 1024;

/** Bytes are counted while they unpack: the sizes in the archive's own directory may lie. */
async function* unzip(bytes: Uint8Array, limits: Limits, budget: Budget): AsyncGenerator<Unpacked> {
  const ready: ArchivedFile[] = [];
  let entries = 0;
  const unzipper = new Unzip((file) => {
    entries += 1;
    budget.takeFile();
    if (!file.name.endsWith('/')) collect(file, ready, limits, budget);
  });
  unzipper.register(UnzipInflate);
  let failure: unknown;
  for (let at = 0; at < bytes.length && failure === undefined; at += ZIP_CHUNK) {
    try {
      unzipper.push(bytes.subarray(at, at + ZIP_CHUNK), at + ZIP_CHUNK >= bytes.length);
    } catch (error) {
      failure = error;
    }
    yield* ready.splice(0);
  }
  if (failure !== undefined) throw failure;
  if (entries === 0 && bytes[2] === 0x03) yield { problem: 'no file in it can be read' };
}

function collect(file: UnzipFile, ready: ArchivedFile[], limits: Limits, budget: Budget): void {
  const chunks: Uint8Array[] = [];
  let size = 0;
  file.ondata = (error, chunk, final) => {
    if (error) throw error;
    size += chunk.length;
    if (size > limits.fileBytes) throw new LimitError('one of its files is too large');
    budget.takeBytes(chunk.length);
    chunks.push(chunk);
    if (final) ready.push({ name: file.name, bytes: Buffer.concat(chunks) });
  };
  file.start();
}

function problemOf(error: unknown): string {
  if (error instanceof LimitError) return error.message;
  const text = error instanceof Error ? error.message : '';
  return /unexpected end|truncated/i.test(text) ? 'it ends in the middle' : 'it is damaged';
}
