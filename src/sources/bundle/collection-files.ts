import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Gap } from '../../core/fact.ts';
import { readRecord } from '../node/collection-record.ts';
import { CollectionStore, isCollectionId } from '../node/collection-store.ts';
import { importPath } from '../node/import-path.ts';
import { readJournal } from '../node/journal.ts';
import { isArchive } from '../node/plain-files.ts';
import { type Found, foundFile } from './files.ts';
import type { Limits } from './limits.ts';

/** A file of a collection of node evidence; its record knows more than its path. */
export type CollectedFile = Found & { readonly node?: string };

/** The folder of the collection that a path or id of `--from` means, if it may mean one; undefined: it is something else. */
export async function collectionBehind(
  path: string,
  store: CollectionStore | undefined,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return isCollectionId(path) ? knownFolder(path, store ?? new CollectionStore()) : undefined;
  if (info.isDirectory()) return (await readRecord(path)) === undefined ? undefined : path;
  if (store === undefined || !info.isFile() || !(await isArchive(path))) return undefined;
  return store.pathOf(await importPath(path, store, signal === undefined ? {} : { signal }));
}

async function knownFolder(id: string, store: CollectionStore): Promise<string> {
  await store.info(id);
  return store.pathOf(id);
}

/** The files of a collection, and what its collector could not get. */
export async function* collectedFiles(
  folder: string,
  limits: Limits,
  signal?: AbortSignal,
): AsyncGenerator<CollectedFile> {
  const record = await readRecord(folder);
  const { files, gaps } = await readJournal(folder);
  for (const gap of gaps) yield { gap };
  const only = record?.nodes.length === 1 ? record.nodes[0] : undefined;
  for (const { path, node = only, cut } of files) {
    signal?.throwIfAborted();
    const found = await collectedFile(join(folder, 'files', path), path, limits);
    // An instance id is no name of a node: logs and objects call it otherwise.
    const known = node === undefined || /^i-[0-9a-f]{8,17}$/.test(node) ? {} : { node };
    yield { ...found, ...known };
    if (cut !== undefined) yield { gap: cutGap(path, cut) };
  }
}

async function collectedFile(full: string, path: string, limits: Limits): Promise<Found> {
  try {
    return await foundFile(full, path, false, limits);
  } catch {
    return { gap: { wanted: `file ${basename(path)} of the collection`, why: 'unreadable', how: 'collect it again' } };
  }
}

function cutGap(path: string, cut: string): Gap {
  return { wanted: `the rest of ${path}`, why: 'truncated', how: cut };
}
