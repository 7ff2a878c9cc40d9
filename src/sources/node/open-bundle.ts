import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import { neutralize } from '../../core/redact.ts';
import { UsageError } from '../../core/usage-error.ts';
import { reasonOf } from '../bundle/files.ts';
import { collectionBundle } from './collection-bundle.ts';
import { readRecord } from './collection-record.ts';
import { type CollectionStore, isCollectionId } from './collection-store.ts';
import { fileNotes } from './file-notes.ts';
import { importPath } from './import-path.ts';
import { notCollected } from './not-collected.ts';
import { isPlaceId, placeBundle, placeNotes, withNode } from './place-bundle.ts';
import { isArchive, plainFile, plainFiles } from './plain-files.ts';
import type { UnpackOptions } from './unpack/unpack.ts';

export interface OpenBundleOptions extends UnpackOptions {
  readonly store: CollectionStore;
}

/**
 * Evidence of nodes by what people have in hand: the id of a collection, a path on disk (folder, log file, archive),
 * or the name of a node: its newest collection. Archives are unpacked into the store, once.
 * Throws `UsageError` when there is nothing of that name.
 */
export async function openBundle(where: string, options: OpenBundleOptions): Promise<NodeBundle> {
  if (where === '-')
    throw new UsageError('--from -: standard input is not taken here; write it to a file and give its path');
  if (isCollectionId(where)) return options.store.open(where);
  if (isPlaceId(where)) return openPath(await placeOfId(where, options.store), options);
  if (/[/\\]/.test(where) || where.startsWith('.') || (await exists(where))) return openPath(where, options);
  return openNode(where, options);
}

/** A collection by its id, or the newest one of a node: never a path, whatever lies in the current folder. */
export async function openCollected(name: string, options: OpenBundleOptions): Promise<NodeBundle> {
  return isCollectionId(name) || isPlaceId(name) ? openBundle(name, options) : openNode(name, options);
}

async function openNode(node: string, { store }: OpenBundleOptions): Promise<NodeBundle> {
  const found = await store.latestOf(node);
  if (found === undefined) throw await notCollected(node, store, 'does, pullwhy node history lists what there is');
  return store.open(found.id);
}

/** One bundle for each place. */
export async function openBundles(places: readonly string[], options: OpenBundleOptions): Promise<NodeBundle[]> {
  const bundles: NodeBundle[] = [];
  for (const where of places) bundles.push(await openBundle(where, options));
  return bundles;
}

async function openPath(path: string, options: OpenBundleOptions): Promise<NodeBundle> {
  const info = await stat(path).catch((error: unknown) => {
    throw new UsageError(
      `--from ${path}: ${reasonOf(error)}; give a folder, a log file, an archive or a collection id`,
    );
  });
  if (info.isDirectory()) return openFolder(path, options);
  if (!info.isFile()) throw new UsageError(`--from ${path}: neither a file nor a folder`);
  if (await isArchive(path)) return options.store.open(await importPath(path, options.store, options));
  return openFile(path, options);
}

async function openFile(path: string, { store }: OpenBundleOptions): Promise<NodeBundle> {
  const file = await plainFile(path, basename(path));
  if ('gap' in file) throw new UsageError(`--from ${path}: ${file.gap.how ?? 'it cannot be read'}`);
  return placeBundle(path, { files: [file], gaps: [] }, store);
}

/** A folder of ours is a collection; any other is read in place, the archives in it with it. */
async function openFolder(path: string, options: OpenBundleOptions): Promise<NodeBundle> {
  const record = await readRecord(path);
  if (record !== undefined) {
    const bundle = await collectionBundle(path, record);
    // Anybody can make a folder that calls itself a collection, with findings of his own among its notes.
    return (await isKept(path, record.id, options.store))
      ? bundle
      : { ...bundle, ...(await placeNotes(path, options.store)) };
  }
  const { archives, ...plain } = await plainFiles(path, options.signal);
  const own = await placeBundle(path, plain, options.store);
  if (archives.length === 0) return own;
  const inner: { prefix: string; bundle: NodeBundle }[] = [];
  for (const archive of archives) {
    const id = await importPath(archive.full, options.store, options);
    inner.push({ prefix: neutralize(archive.path), bundle: await options.store.open(id) });
  }
  return {
    ...own,
    ...joined([{ prefix: '', bundle: own }, ...inner]),
    origin: own.files.length === 0 ? originOf(inner.map(({ bundle }) => bundle)) : own.origin,
  };
}

/** Whether a folder is that collection of the store, not only called so. */
async function isKept(path: string, id: string, store: CollectionStore): Promise<boolean> {
  if (!isCollectionId(id)) return false;
  const [given, kept] = await Promise.all(
    [path, store.pathOf(id)].map((each) => realpath(each).catch(() => undefined)),
  );
  return given !== undefined && given === kept;
}

/** Several bundles as one; paths begin with what tells them apart. */
export function mergeBundles(bundles: readonly NodeBundle[], store: CollectionStore): NodeBundle {
  const [first] = bundles;
  if (first === undefined) throw new UsageError('no evidence was given: name a node, or use --from');
  if (bundles.length === 1) return first;
  const id = `m-${createHash('sha256')
    .update(bundles.map((bundle) => bundle.id).join(' '))
    .digest('hex')
    .slice(0, 12)}`;
  const parts = bundles.map((bundle) => ({ prefix: prefixOf(bundle, bundles), bundle }));
  return { id, origin: originOf(bundles), ...joined(parts), notes: fileNotes(store.notesFolder(id)) };
}

/** Loose files keep their names when these differ. */
function prefixOf(bundle: NodeBundle, all: readonly NodeBundle[]): string {
  const others = new Set(all.filter((other) => other !== bundle).flatMap(({ files }) => files.map(({ path }) => path)));
  if (bundle.files.length === 1 && bundle.files.every(({ path }) => !others.has(path))) return '';
  const name = bundle.nodes.length === 1 ? (bundle.nodes[0] ?? bundle.id) : bundle.id;
  const unique = all.every((other) => other === bundle || other.nodes.length !== 1 || other.nodes[0] !== name);
  return unique ? name : bundle.id;
}

interface Part {
  readonly prefix: string;
  readonly bundle: NodeBundle;
}

function joined(parts: readonly Part[]): Pick<NodeBundle, 'nodes' | 'files' | 'gaps' | 'collectedAt'> {
  const times = parts.flatMap(({ bundle }) => bundle.collectedAt ?? []).sort();
  const newest = times.at(-1);
  return {
    nodes: [...new Set(parts.flatMap(({ bundle }) => bundle.nodes))],
    files: parts.flatMap(({ prefix, bundle }) => {
      const only = bundle.nodes.length === 1 ? bundle.nodes[0] : undefined;
      return bundle.files.map((file) => under(prefix, withNode(file, only)));
    }),
    gaps: parts.flatMap(({ bundle }) => bundle.gaps),
    ...(newest === undefined ? {} : { collectedAt: newest }),
  };
}

function under(prefix: string, file: NodeFile): NodeFile {
  return prefix === '' ? file : { ...file, path: `${prefix}/${file.path}` };
}

function originOf(bundles: readonly NodeBundle[]): string {
  const origins = new Set(bundles.map(({ origin }) => origin));
  return [...origins].join(', ');
}

async function placeOfId(id: string, store: CollectionStore): Promise<string> {
  const place = await fileNotes(store.notesFolder(id)).get('place');
  if (place === undefined) throw new UsageError(`no evidence ${id} is known here: give its path`);
  return place;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
