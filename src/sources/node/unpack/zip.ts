import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { type ArchiveEntry, ArchiveError, isoTime } from './entry.ts';

const CHUNK = 1024 * 1024;
/** The directory of a zip with a million entries has some 100 MiB. */
const MAX_DIRECTORY = 128 * 1024 * 1024;
/** The end record plus the longest comment. */
const END_RECORD = 22;
const END_SEARCH = END_RECORD + 0xffff;

/**
 * The entries of a zip file by its directory at the end (PKWARE APPNOTE 6.3). Names and sizes of the directory may lie:
 * bytes are counted by whoever reads them. Throws `ArchiveError` when there is no directory: the file is cut.
 */
export async function* zipEntries(
  handle: FileHandle,
  onPacked: (bytes: number) => void = () => undefined,
): AsyncGenerator<ArchiveEntry> {
  const { size } = await handle.stat();
  const { at, length, count } = await findDirectory(handle, size);
  if (length > MAX_DIRECTORY) throw new ArchiveError('the archive has a directory beyond all measure');
  const directory = await readAt(handle, at, length);
  let offset = 0;
  for (let number = 0; number < count; number += 1) {
    const item = itemAt(directory, offset);
    if (item === undefined) throw new ArchiveError(`the archive is damaged: ${count - number} of its entries are lost`);
    offset = item.next;
    yield entryOf(handle, size, item, onPacked);
  }
}

interface Directory {
  readonly at: number;
  readonly length: number;
  readonly count: number;
}

async function findDirectory(handle: FileHandle, size: number): Promise<Directory> {
  const from = Math.max(0, size - END_SEARCH);
  const tail = await readAt(handle, from, size - from);
  for (let at = tail.length - END_RECORD; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== 0x06054b50) continue;
    const small = {
      count: tail.readUInt16LE(at + 10),
      length: tail.readUInt32LE(at + 12),
      at: tail.readUInt32LE(at + 16),
    };
    const large = small.count === 0xffff || small.length === 0xffffffff || small.at === 0xffffffff;
    return large ? await findLargeDirectory(handle, tail, at) : small;
  }
  throw new ArchiveError('the archive ends in the middle: its directory is missing');
}

/** Zip64: the end record is pointed at by a locator of 20 bytes before the small one. */
async function findLargeDirectory(handle: FileHandle, tail: Buffer, end: number): Promise<Directory> {
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== 0x07064b50) throw new ArchiveError('the archive is damaged');
  const record = await readAt(handle, safe(tail.readBigUInt64LE(locator + 8)), 56);
  if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50) throw new ArchiveError('the archive is damaged');
  return {
    count: safe(record.readBigUInt64LE(32)),
    length: safe(record.readBigUInt64LE(40)),
    at: safe(record.readBigUInt64LE(48)),
  };
}

interface Item {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packed: number;
  readonly unpacked: number;
  readonly header: number;
  readonly mode: number;
  readonly modifiedAt: string | undefined;
  readonly next: number;
}

const ITEM = 46;

function itemAt(directory: Buffer, at: number): Item | undefined {
  if (at + ITEM > directory.length || directory.readUInt32LE(at) !== 0x02014b50) return undefined;
  const nameLength = directory.readUInt16LE(at + 28);
  const extraLength = directory.readUInt16LE(at + 30);
  const next = at + ITEM + nameLength + extraLength + directory.readUInt16LE(at + 32);
  if (next > directory.length) return undefined;
  const extra = directory.subarray(at + ITEM + nameLength, at + ITEM + nameLength + extraLength);
  const sizes = largeSizes(
    {
      unpacked: directory.readUInt32LE(at + 24),
      packed: directory.readUInt32LE(at + 20),
      header: directory.readUInt32LE(at + 42),
    },
    extra,
  );
  return {
    ...sizes,
    next,
    name: directory.toString('utf8', at + ITEM, at + ITEM + nameLength),
    method: directory.readUInt16LE(at + 10),
    encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
    mode: directory.readUInt16LE(at + 40),
    modifiedAt: dosTime(directory.readUInt16LE(at + 14), directory.readUInt16LE(at + 12)),
  };
}

type Sizes = Pick<Item, 'unpacked' | 'packed' | 'header'>;

/** Numbers that do not fit are all ones; the real ones follow in this order in extra field 1. */
function largeSizes(small: Sizes, extra: Buffer): Sizes {
  const field = extraField(extra, 1);
  let at = 0;
  const large = (value: number): number => {
    if (value !== 0xffffffff || field === undefined || at + 8 > field.length) return value;
    at += 8;
    return safe(field.readBigUInt64LE(at - 8));
  };
  const unpacked = large(small.unpacked);
  const packed = large(small.packed);
  return { unpacked, packed, header: large(small.header) };
}

function extraField(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

function entryOf(handle: FileHandle, size: number, item: Item, onPacked: (bytes: number) => void): ArchiveEntry {
  return {
    // Zips made on Windows may separate folders by backslashes.
    name: item.name.includes('/') ? item.name : item.name.replaceAll('\\', '/'),
    type: typeOf(item),
    size: item.unpacked,
    ...(item.modifiedAt === undefined ? {} : { modifiedAt: item.modifiedAt }),
    content: () => contentOf(handle, size, item, onPacked),
  };
}

/** The upper half of the attributes is the mode of Unix, when the zip was made there. */
function typeOf({ name, mode, encrypted }: Item): ArchiveEntry['type'] {
  const format = mode & 0o170000;
  if (format === 0o120000) return 'symbolic-link';
  if (format === 0o040000 || name.endsWith('/') || name.endsWith('\\')) return 'folder';
  if (format !== 0 && format !== 0o100000) return 'device';
  return encrypted ? 'encrypted' : 'file';
}

async function* contentOf(
  handle: FileHandle,
  size: number,
  item: Item,
  onPacked: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const local = await readAt(handle, item.header, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== 0x04034b50)
    throw new ArchiveError('the archive is damaged: the content is not where its directory says');
  const start = item.header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const packed = chunksAt(handle, start, Math.min(start + item.packed, size), onPacked);
  if (item.method === 0) yield* packed;
  else if (item.method === 8) yield* inflate(packed);
  else throw new ArchiveError(`packed by a method that is not read here (${item.method})`);
  if (start + item.packed > size) throw new ArchiveError('the archive ends in the middle');
}

async function* inflate(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createInflateRaw({ chunkSize: 64 * 1024 });
  const source = Readable.from(packed);
  source.on('error', (error) => unzip.destroy(error));
  source.pipe(unzip);
  try {
    yield* unzip as AsyncIterable<Uint8Array>;
  } catch {
    throw new ArchiveError('the archive is damaged');
  } finally {
    source.destroy();
    unzip.destroy();
  }
}

async function* chunksAt(
  handle: FileHandle,
  start: number,
  end: number,
  onPacked: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const chunk = await readAt(handle, at, Math.min(CHUNK, end - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    onPacked(chunk.length);
    yield chunk;
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, length));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new ArchiveError('the archive is damaged: a size beyond all measure');
  return Number(value);
}

/** MS-DOS date and time, without a zone. */
function dosTime(date: number, time: number): string | undefined {
  const year = 1980 + (date >> 9);
  const month = ((date >> 5) & 0xf) - 1;
  return isoTime(Date.UTC(year, month, date & 0x1f, time >> 11, (time >> 5) & 0x3f, (time & 0x1f) * 2));
}
