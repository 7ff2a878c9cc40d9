import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { excerpt } from '../../core/redact.ts';
import { UsageError } from '../../core/usage-error.ts';
import { reasonOf } from '../bundle/files.ts';
import type { CollectionStore } from './collection-store.ts';
import type { CollectionWriter } from './collection-writer.ts';
import { commonTop } from './common-top.ts';
import { identify } from './identity.ts';
import { isArchive, type PlainFiles, plainFile, plainFiles } from './plain-files.ts';
import { type UnpackOptions, unpackArchive } from './unpack/unpack.ts';

export interface ImportOptions extends UnpackOptions {
  /** Before anything is read into it; the collection can be followed from then on. */
  readonly onBegin?: (id: string) => void;
}

/**
 * Brings an archive, a folder or a file into the store; the same one, unchanged, only once. Returns the collection's id.
 * Throws `UsageError` when there is nothing to bring in.
 */
export async function importPath(path: string, store: CollectionStore, options: ImportOptions = {}): Promise<string> {
  const source = await sourceOf(path, options.signal);
  const spec = { origin: 'files', source: source.place, token: source.token };
  // What lies on this machine can be brought in again: no need to wait for the disk after each file.
  const { id, writer } = await store.begin(spec, { syncEach: false });
  options.onBegin?.(id);
  if (writer === undefined) await store.settled(id, options);
  else await fill(source, writer, options);
  return id;
}

interface Source {
  readonly place: string;
  readonly name: string;
  /** The same for the same content, as far as sizes and times tell. */
  readonly token: string;
  readonly isArchive?: true;
  readonly fill: (writer: CollectionWriter, options: UnpackOptions) => Promise<void>;
}

async function sourceOf(path: string, signal: AbortSignal | undefined): Promise<Source> {
  const info = await stat(path).catch((error: unknown) => {
    throw new UsageError(`${path}: ${reasonOf(error)}; give an archive, a folder or a log file`);
  });
  const place = await realpath(path);
  const name = basename(place);
  if (info.isDirectory()) {
    const plain = await plainFiles(place, signal);
    const token = `import ${place} ${await stampOf(plain)}`;
    return { place, name, token, fill: (writer, options) => copyAll(plain, writer, options) };
  }
  if (!info.isFile()) throw new UsageError(`${path}: neither a file nor a folder`);
  const token = `import ${place} ${info.size} ${info.mtimeMs}`;
  if (await isArchive(place))
    return {
      place,
      name,
      token,
      isArchive: true,
      fill: (writer, options) => unpackArchive(place, name, writer, options),
    };
  const file = await plainFile(place, name);
  if ('gap' in file) throw new UsageError(`${path}: ${file.gap.how ?? 'it cannot be read'}`);
  const plain = { files: [file], gaps: [], archives: [] };
  return { place, name, token, fill: (writer, options) => copyAll(plain, writer, options) };
}

async function stampOf({ files, archives }: PlainFiles): Promise<string> {
  const packed = await Promise.all(archives.map(({ full }) => stat(full)));
  const bytes = [...files, ...packed].reduce((sum, { size }) => sum + size, 0);
  const newest = [...files.map(({ modifiedAt }) => modifiedAt ?? ''), ...packed.map(({ mtime }) => mtime.toISOString())]
    .sort()
    .at(-1);
  return `${files.length + packed.length} ${bytes} ${newest}`;
}

async function copyAll(
  { files, gaps, archives }: PlainFiles,
  writer: CollectionWriter,
  options: UnpackOptions,
): Promise<void> {
  for (const gap of gaps) await writer.addGap(gap);
  for (const [index, { path, diskPath, kind, compressed, modifiedAt }] of files.entries()) {
    await options.onProgress?.(index, 0);
    const meta = { kind, compressed, ...(modifiedAt === undefined ? {} : { modifiedAt }) };
    await writer.addFile(path, createReadStream(diskPath ?? ''), meta, options.signal);
  }
  for (const { full, path } of archives) await unpackArchive(full, path, writer, { ...options, prefix: `${path}/` });
}

async function fill(
  { name, isArchive, fill: run }: Source,
  writer: CollectionWriter,
  options: UnpackOptions,
): Promise<void> {
  try {
    await writer.startOver();
    await run(writer, {
      ...options,
      onProgress: async (files, bytes) => {
        await writer.progress({ doing: `bringing in ${excerpt(name, 100)}`, done: files });
        await options.onProgress?.(files, bytes);
      },
    });
    await learnIdentity(name, writer);
    // Only now: the folder may tell which instance, which node, and when.
    const paths = writer.files().map(({ path }) => path);
    const top = isArchive === true ? commonTop(name, paths) : undefined;
    if (top !== undefined) await writer.dropTop(top);
    await writer.finish(writer.gaps().some(({ why }) => why === 'truncated') ? 'partial' : 'complete');
  } catch (error) {
    const cancelled = options.signal?.aborted === true;
    await writer.finish(cancelled ? 'cancelled' : 'failed', error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function learnIdentity(name: string, writer: CollectionWriter): Promise<void> {
  const files = writer.files().flatMap(({ path }) => writer.stored(path) ?? []);
  const { origin, nodes, instances, collectedAt, nodeOf } = await identify(name, files);
  const newest = files.map(({ modifiedAt }) => modifiedAt ?? '').reduce((a, b) => (a > b ? a : b), '');
  const taken = collectedAt ?? (newest === '' ? undefined : newest);
  await writer.learn({ origin, nodes, instances, ...(taken === undefined ? {} : { collectedAt: taken }) });
  if (nodes.length > 1) await writer.nameNodes(nodeOf);
}
