import type { FileHandle } from 'node:fs/promises';
import { type ArchiveEntry, ArchiveError } from './entry.ts';
import { dosTime, LOCAL_HEADER, LOCAL_SIGN, plainName, readAt, unpacked, type ZipFile } from './zip-content.ts';
import { scanEntries } from './zip-scan.ts';

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
  const found = await findDirectory(handle, size);
  if (found === undefined) {
    yield* scanEntries({ handle, size, onPacked });
    throw new ArchiveError('the archive ends in the middle: its directory is missing');
  }
  const { at, length, count } = found;
  if (length > MAX_DIRECTORY) throw new ArchiveError('the archive has a directory beyond all measure');
  const directory = await readAt(handle, at, length);
  let offset = 0;
  for (let number = 0; number < count; number += 1) {
    const item = itemAt(directory, offset);
    if (item === undefined) throw new ArchiveError(`the archive is damaged: ${count - number} of its entries are lost`);
    offset = item.next;
    yield entryOf({ handle, size, onPacked }, item);
  }
}

interface Directory {
  readonly at: number;
  readonly length: number;
  readonly count: number;
}

async function findDirectory(handle: FileHandle, size: number): Promise<Directory | undefined> {
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
  return undefined;
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

function entryOf(file: ZipFile, item: Item): ArchiveEntry {
  return {
    name: plainName(item.name),
    type: typeOf(item),
    size: item.unpacked,
    ...(item.modifiedAt === undefined ? {} : { modifiedAt: item.modifiedAt }),
    content: () => contentOf(file, item),
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

async function* contentOf(file: ZipFile, { header, method, packed }: Item): AsyncGenerator<Uint8Array> {
  const local = await readAt(file.handle, header, LOCAL_HEADER);
  if (local.length < LOCAL_HEADER || local.readUInt32LE(0) !== LOCAL_SIGN)
    throw new ArchiveError('the archive is damaged: the content is not where its directory says');
  const start = header + LOCAL_HEADER + local.readUInt16LE(26) + local.readUInt16LE(28);
  yield* unpacked(file, method, start, start + packed);
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new ArchiveError('the archive is damaged: a size beyond all measure');
  return Number(value);
}
