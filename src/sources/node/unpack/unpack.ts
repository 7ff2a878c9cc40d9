import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Gap } from '../../../core/fact.ts';
import type { NodeFile } from '../../../core/node/bundle.ts';
import { excerpt } from '../../../core/redact.ts';
import type { CollectionWriter } from '../collection-writer.ts';
import { kindByContent } from '../content-kind.ts';
import { safePath } from '../safe-path.ts';
import { withheldReason } from '../withheld.ts';
import { LimitError, UnpackBudget } from './budget.ts';
import { decompress, PROGRAMS } from './decompress.ts';
import { type ArchiveEntry, ArchiveError } from './entry.ts';
import { HEAD_BYTES, holdsTar, type Packing, packingOf, unpackHead } from './format.ts';
import { UNPACK_LIMITS, type UnpackLimits } from './limits.ts';
import { type Peeked, peek } from './peek.ts';
import { Refusals } from './refusals.ts';
import { tarEntries } from './tar.ts';
import { zipEntries } from './zip.ts';

export interface UnpackOptions {
  readonly limits?: Partial<UnpackLimits>;
  readonly signal?: AbortSignal;
  /** Before each path; ends with `/`. */
  readonly prefix?: string;
  readonly onProgress?: (files: number, bytes: number) => Promise<void> | void;
}

/**
 * Unpacks an archive into a collection: streaming, within limits, and nowhere else on the disk.
 * What cannot be unpacked is said in the collection's gaps. Throws only when this machine cannot write.
 */
export async function unpackArchive(
  path: string,
  name: string,
  writer: CollectionWriter,
  options: UnpackOptions = {},
): Promise<void> {
  const budget = new UnpackBudget({ ...UNPACK_LIMITS, ...options.limits }, writer.folder);
  await new Unpacking(writer, budget, options).file(path, name, options.prefix ?? '');
}

/** One archive with those inside it. */
class Unpacking {
  readonly #writer: CollectionWriter;
  readonly #budget: UnpackBudget;
  readonly #options: UnpackOptions;
  #files = 0;

  constructor(writer: CollectionWriter, budget: UnpackBudget, options: UnpackOptions) {
    this.#writer = writer;
    this.#budget = budget;
    this.#options = options;
  }

  async file(path: string, name: string, prefix: string, depth = 0): Promise<void> {
    const handle = await open(path, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
      const packing = packingOf(head.subarray(0, bytesRead));
      if (packing === 'zip') {
        const entries = zipEntries(handle, (count) => this.#budget.readPacked(count));
        await this.#entries(entries, name, prefix, depth);
      } else {
        const bytes = this.#budget.packed(createReadStream(path, { highWaterMark: HEAD_BYTES * 4 }));
        await this.#entries(tarEntries(this.#unwrapped(packing, bytes)), name, prefix, depth);
      }
    } finally {
      await handle.close();
    }
  }

  /** All entries, up to where the archive ends, breaks, or becomes too much. */
  async #entries(entries: AsyncGenerator<ArchiveEntry>, name: string, prefix: string, depth: number): Promise<void> {
    const refusals = new Refusals();
    const links = new Map<string, string>();
    try {
      for await (const entry of entries) {
        this.#options.signal?.throwIfAborted();
        this.#budget.takeFile();
        const refused = await this.#entry(entry, prefix, depth, links);
        if (refused !== undefined) refusals.add(entry.name, refused);
      }
    } catch (error) {
      if (!(error instanceof ArchiveError || error instanceof LimitError)) throw error;
      await this.#writer.addGap(restGap(name, error.message));
      // The limits are those of the whole: whoever unpacks around this archive has to stop as well.
      if (error instanceof LimitError && depth > 0) throw error;
    } finally {
      for (const gap of refusals.gaps(name)) await this.#writer.addGap(gap);
    }
  }

  /** Why the entry is not kept, if it is not. */
  async #entry(
    entry: ArchiveEntry,
    prefix: string,
    depth: number,
    links: Map<string, string>,
  ): Promise<string | undefined> {
    if (entry.type === 'folder') return undefined;
    const safe = safePath(entry.name);
    if ('refused' in safe) return safe.refused;
    if (entry.type === 'hard-link') return this.#hardLink(entry, safe.path, prefix, links);
    if (entry.type !== 'file') return REFUSED_TYPES[entry.type];
    if (entry.size > this.#budget.fileBytes) return 'larger than any one file may be';
    const content = await peek(entry.content());
    try {
      return await this.#content(entry, `${prefix}${safe.path}`, content, depth, links);
    } finally {
      await content.close();
    }
  }

  async #content(
    entry: ArchiveEntry,
    path: string,
    { head, rest }: Peeked,
    depth: number,
    links: Map<string, string>,
  ): Promise<string | undefined> {
    const packing = packingOf(head);
    const archive = packing !== undefined && (packing !== 'gzip' || holdsTar(head)) && isArchiveName(path, packing);
    if (!archive && packing !== undefined && packing in PROGRAMS)
      return this.#unpackedLog(entry, path, packing, rest, links);
    if (!archive) return this.#store(entry, path, head, rest, links);
    if (depth >= this.#budget.depth) return 'an archive too deep in others';
    await this.#inner(packing, rest, path, depth + 1);
    return undefined;
  }

  /** A log in a packing that nothing here reads as it lies: kept unpacked. */
  async #unpackedLog(
    entry: ArchiveEntry,
    path: string,
    packing: Packing,
    content: AsyncIterable<Uint8Array>,
    links: Map<string, string>,
  ): Promise<string | undefined> {
    const inner = await peek(decompress(packing, content));
    try {
      return await this.#store(entry, path.replace(/\.(?:xz|bz2|zst)$/i, ''), inner.head, inner.rest, links);
    } finally {
      await inner.close();
    }
  }

  async #store(
    entry: ArchiveEntry,
    path: string,
    head: Uint8Array,
    content: AsyncIterable<Uint8Array>,
    links: Map<string, string>,
  ): Promise<string | undefined> {
    const compressed = packingOf(head) === 'gzip';
    const text = Buffer.from(compressed ? unpackHead(head) : head).toString('utf8');
    const withheld = withheldReason(text);
    if (withheld !== undefined) return withheld;
    const kind = kindByContent(path, text);
    const twice = this.#writer.has(path);
    const meta = {
      compressed,
      kind,
      beside: true,
      ...(entry.modifiedAt === undefined ? {} : { modifiedAt: entry.modifiedAt }),
    };
    const added = await this.#writer.addFile(path, this.#counted(content), meta, this.#options.signal);
    if (added.broken instanceof LimitError) throw added.broken;
    if ('refused' in added) return added.refused;
    links.set(entry.name, added.file.path);
    this.#files += 1;
    await this.#options.onProgress?.(this.#files, this.#budget.unpacked);
    return twice ? `the name stands there more than once; later files are kept with a number (~2)` : undefined;
  }

  /** The same file under another name, if it came before in this archive. */
  async #hardLink(
    entry: ArchiveEntry,
    path: string,
    prefix: string,
    links: ReadonlyMap<string, string>,
  ): Promise<string | undefined> {
    const stored = links.get(entry.target ?? '');
    const file = stored === undefined ? undefined : this.#writer.stored(stored);
    if (file === undefined) return 'a hard link to what is not in the archive before it';
    const target = `${prefix}${path}`;
    if (this.#writer.has(target)) return 'a hard link over another file';
    const { compressed, modifiedAt } = file;
    const meta = { compressed, kind: file.kind, ...(modifiedAt === undefined ? {} : { modifiedAt }) };
    const added = await this.#writer.addFile(target, this.#counted(readStored(file)), meta, this.#options.signal);
    if (added.broken instanceof LimitError) throw added.broken;
    return 'refused' in added ? added.refused : undefined;
  }

  /** An archive inside the archive; a zip is read from its end and has to lie on the disk for that. */
  async #inner(packing: Packing, bytes: AsyncIterable<Uint8Array>, name: string, depth: number): Promise<void> {
    if (packing === 'zip') {
      const path = await this.#writer.keepAside(this.#counted(bytes));
      try {
        await this.file(path, name, `${name}/`, depth);
      } finally {
        await rm(path, { force: true });
      }
      return;
    }
    await this.#entries(tarEntries(this.#unwrapped(packing, bytes)), name, `${name}/`, depth);
  }

  #unwrapped(packing: Packing | undefined, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const asItIs = packing === undefined || packing === 'tar' || packing === 'zip';
    return asItIs ? bytes : this.#budget.streamed(decompress(packing, bytes));
  }

  async *#counted(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let size = 0;
    for await (const chunk of content) {
      size += chunk.length;
      if (size > this.#budget.fileBytes) throw new LimitError('one of its files is larger than any one file may be');
      await this.#budget.take(chunk.length);
      yield chunk;
    }
  }
}

const REFUSED_TYPES: Readonly<Record<Exclude<ArchiveEntry['type'], 'file' | 'folder' | 'hard-link'>, string>> = {
  'symbolic-link': 'a symbolic link',
  device: 'a device or pipe',
  sparse: 'a sparse file',
  encrypted: 'encrypted',
  other: 'an entry that is no file',
};

/** Office documents and Java archives are zips as well: only what is named as an archive is opened. */
function isArchiveName(path: string, packing: Packing): boolean {
  if (packing === 'tar') return /\.tar$/i.test(path);
  return /\.(?:tar\.\w+|t[gxb]z2?|tzst|zip)$/i.test(path);
}

/** As it lies there, compressed or not. */
function readStored({ diskPath }: NodeFile): AsyncIterable<Uint8Array> {
  return createReadStream(diskPath ?? '');
}

function restGap(name: string, problem: string): Gap {
  return { wanted: `the rest of ${excerpt(name, 200)}`, why: 'truncated', how: `${problem}: collect it again` };
}
