import { type ArchiveEntry, ArchiveError } from './entry.ts';
import { dosTime, LOCAL_HEADER, LOCAL_SIGN, plainName, readAt, unpacked, type ZipFile } from './zip-content.ts';

/** Sizes follow the content; without them only deflate tells where it ends. */
const SIZES_FOLLOW = 1 << 3;
/** A descriptor behind a content has at most 24 bytes. */
const DESCRIPTOR = 24;

/**
 * The entries of a zip whose directory is missing, one after the other by their own headers, as far as they go.
 * Without the directory nothing tells a link from a file: contents are only ever stored as text, so that does no harm.
 */
export async function* scanEntries(file: ZipFile): AsyncGenerator<ArchiveEntry> {
  for (let at: number | undefined = 0; at !== undefined; ) {
    const header = await readAt(file.handle, at, LOCAL_HEADER);
    if (header.length < LOCAL_HEADER || header.readUInt32LE(0) !== LOCAL_SIGN) return;
    const nameLength = header.readUInt16LE(26);
    const name = (await readAt(file.handle, at + LOCAL_HEADER, nameLength)).toString('utf8');
    const method = header.readUInt16LE(8);
    const start = at + LOCAL_HEADER + nameLength + header.readUInt16LE(28);
    const open = (header.readUInt16LE(6) & SIZES_FOLLOW) !== 0;
    const known = open ? undefined : start + header.readUInt32LE(18);
    let end: number | undefined = known;
    const content = (): AsyncGenerator<Uint8Array> =>
      unpacked(file, method, start, known ?? file.size, (ended) => {
        end = ended;
      });
    const modifiedAt = dosTime(header.readUInt16LE(12), header.readUInt16LE(10));
    yield {
      name: plainName(name),
      type: typeOf(header, name),
      size: open ? 0 : header.readUInt32LE(22),
      ...(modifiedAt === undefined ? {} : { modifiedAt }),
      content,
    };
    if (end === undefined && method !== 8) return;
    // Nobody read it: its end must be found all the same.
    if (end === undefined) for await (const _ of content());
    at = await nextHeader(file, end);
  }
}

function typeOf(header: Buffer, name: string): ArchiveEntry['type'] {
  if (name.endsWith('/')) return 'folder';
  return (header.readUInt16LE(6) & 1) === 1 ? 'encrypted' : 'file';
}

async function nextHeader({ handle }: ZipFile, from: number | undefined): Promise<number | undefined> {
  if (from === undefined) throw new ArchiveError('the archive is damaged');
  const bytes = await readAt(handle, from, DESCRIPTOR + 4);
  const sign = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
  const found = bytes.indexOf(sign);
  return found < 0 ? undefined : from + found;
}
