import { ByteReader } from './byte-reader.ts';
import { type ArchiveEntry, ArchiveError, isoTime } from './entry.ts';
import { NO_PAX, type PaxValues, parsePax } from './pax.ts';

const BLOCK = 512;
/** Long names and extended headers; real ones have a few hundred bytes. */
const MAX_META = 1024 * 1024;

export const CUT = 'the archive ends in the middle';

/**
 * The entries of a tar stream: POSIX ustar and pax, GNU, and the old format without a mark.
 * Stops with an `ArchiveError` where the stream is cut or is no tar any more.
 */
export async function* tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveEntry> {
  const reader = new ByteReader(source);
  try {
    let next = await nextHeader(reader);
    for (; next !== undefined; next = await nextHeader(reader)) {
      const before = reader.at;
      yield entryOf(next, reader);
      const left = next.size - (reader.at - before);
      if ((await reader.skip(left)) < left) throw new ArchiveError(CUT);
      await reader.skip(paddingOf(next.size));
    }
  } finally {
    await reader.close();
  }
}

/** Links, devices and folders; some tools give them a size all the same. */
const WITHOUT_CONTENT: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);

interface Header {
  readonly name: string;
  readonly size: number;
  readonly flag: string;
  readonly target: string;
  readonly mtime: number;
  readonly sparse: boolean;
}

/** Collects the long names and extended headers before an entry; undefined at the end of the archive. */
async function nextHeader(reader: ByteReader): Promise<Header | undefined> {
  let longName: string | undefined;
  let longTarget: string | undefined;
  let pax: PaxValues = NO_PAX;
  for (;;) {
    const block = await nextBlock(reader);
    if (block === undefined) return undefined;
    const flag = String.fromCharCode(block[156] ?? 0);
    const size = numberAt(block, 124, 12);
    if (flag === 'L') longName = await metaText(reader, size);
    else if (flag === 'K') longTarget = await metaText(reader, size);
    else if (flag === 'x') pax = parsePax(await meta(reader, size));
    else if (flag === 'g') await meta(reader, size);
    else {
      const oldSparse = flag === 'S';
      if (oldSparse) await skipSparseMaps(reader, block);
      return {
        name: pax.path ?? longName ?? ownName(block),
        size: WITHOUT_CONTENT.has(flag) ? 0 : (pax.size ?? size),
        flag,
        target: pax.target ?? longTarget ?? textAt(block, 157, 100),
        mtime: (pax.mtime ?? numberAt(block, 136, 12)) * 1000,
        sparse: oldSparse || pax.sparse,
      };
    }
  }
}

/** Two empty blocks end an archive; so does the end of the file between entries, as some tools write it. */
async function nextBlock(reader: ByteReader): Promise<Uint8Array | undefined> {
  for (let empty = 0; empty < 2; empty += 1) {
    const block = await reader.read(BLOCK);
    if (block.length === 0) return undefined;
    if (block.length < BLOCK) throw new ArchiveError(CUT);
    if (block.some((byte) => byte !== 0)) return checked(block);
  }
  return undefined;
}

function checked(block: Uint8Array): Uint8Array {
  if (!isTarHeader(block)) throw new ArchiveError('the archive is damaged: no header where one must be');
  return block;
}

/** Whether the sum of the bytes is the one that the header says; the sum's own field counts as blanks. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK) return false;
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  const said = /^[ \0]*([0-7]+)/.exec(latin1(block, 148, 8))?.[1];
  return said !== undefined && Number.parseInt(said, 8) === sum;
}

function entryOf({ name, size, flag, target, mtime, sparse }: Header, reader: ByteReader): ArchiveEntry {
  const modifiedAt = isoTime(mtime);
  return {
    name,
    type: sparse ? 'sparse' : typeOf(flag, name),
    size,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(target === '' ? {} : { target }),
    content: () => contentOf(reader, size),
  };
}

async function* contentOf(reader: ByteReader, size: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const part of reader.stream(size)) {
    seen += part.length;
    yield part;
  }
  if (seen < size) throw new ArchiveError(CUT);
}

function typeOf(flag: string, name: string): ArchiveEntry['type'] {
  switch (flag) {
    case '0':
    case '7':
    case '\0':
      return name.endsWith('/') ? 'folder' : 'file';
    case '1':
      return 'hard-link';
    case '2':
      return 'symbolic-link';
    case '3':
    case '4':
    case '6':
      return 'device';
    case '5':
      return 'folder';
    default:
      return 'other';
  }
}

/** ustar splits long names; GNU uses the same bytes for other things. */
function ownName(block: Uint8Array): string {
  const name = textAt(block, 0, 100);
  const prefix = latin1(block, 257, 6) === 'ustar\0' ? textAt(block, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or a binary number when the first bit is set. */
function numberAt(block: Uint8Array, at: number, length: number): number {
  const first = block[at] ?? 0;
  if ((first & 0x80) === 0) {
    const digits = /^[ \0]*([0-7]*)/.exec(latin1(block, at, length))?.[1] ?? '';
    return digits === '' ? 0 : Number.parseInt(digits, 8);
  }
  if (first === 0xff) throw new ArchiveError('the archive is damaged: a negative size or time');
  let value = first & 0x7f;
  for (let index = 1; index < length; index += 1) value = value * 256 + (block[at + index] ?? 0);
  if (!Number.isSafeInteger(value)) throw new ArchiveError('the archive is damaged: a size beyond all measure');
  return value;
}

async function meta(reader: ByteReader, size: number): Promise<Uint8Array> {
  if (size > MAX_META) throw new ArchiveError('the archive is damaged: a header of more than 1 MiB');
  const bytes = await reader.read(size);
  const padding = paddingOf(size);
  if (bytes.length < size || (await reader.skip(padding)) < padding) throw new ArchiveError(CUT);
  return bytes;
}

function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

async function metaText(reader: ByteReader, size: number): Promise<string> {
  return Buffer.from(await meta(reader, size))
    .toString('utf8')
    .replace(/\0.*$/s, '');
}

/** Old GNU sparse files continue their map in blocks before the data. */
async function skipSparseMaps(reader: ByteReader, header: Uint8Array): Promise<void> {
  let more = header[482] !== 0;
  while (more) {
    const block = await reader.read(BLOCK);
    if (block.length < BLOCK) throw new ArchiveError(CUT);
    more = block[504] !== 0;
  }
}

function textAt(block: Uint8Array, at: number, length: number): string {
  const bytes = block.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function latin1(block: Uint8Array, at: number, length: number): string {
  return Buffer.from(block.buffer, block.byteOffset + at, length).toString('latin1');
}
