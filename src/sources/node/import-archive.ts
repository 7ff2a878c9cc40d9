import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { excerpt } from '../../core/redact.ts';
import type { Begun, CollectionStore } from './collection-store.ts';
import type { CollectionWriter } from './collection-writer.ts';
import { identify } from './identity.ts';
import { type UnpackOptions, unpackArchive } from './unpack/unpack.ts';

/** Brings an archive into the store; the same file, unchanged, only once. Returns the collection's id. */
export async function importArchive(
  path: string,
  store: CollectionStore,
  options: UnpackOptions = {},
): Promise<string> {
  const { id, writer } = await beginImport(path, store);
  if (writer !== undefined) await fillImport(path, writer, options);
  return id;
}

async function beginImport(path: string, store: CollectionStore): Promise<Begun> {
  const place = await realpath(path);
  const { size, mtimeMs } = await stat(place);
  const token = `import ${place} ${size} ${mtimeMs}`;
  return store.begin({ origin: 'archive', source: place, token }, { syncEach: false });
}

async function fillImport(path: string, writer: CollectionWriter, options: UnpackOptions): Promise<void> {
  const name = basename(path);
  try {
    await writer.startOver();
    await unpackArchive(path, name, writer, {
      ...options,
      onProgress: async (files, bytes) => {
        await writer.progress({ doing: `unpacking ${excerpt(name, 100)}`, done: files });
        await options.onProgress?.(files, bytes);
      },
    });
    await learnIdentity(name, writer);
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
