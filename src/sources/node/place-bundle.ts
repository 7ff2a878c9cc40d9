import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BundleNotes, NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import type { CollectionStore } from './collection-store.ts';
import { fileNotes } from './file-notes.ts';
import { identify } from './identity.ts';
import type { PlainFiles } from './plain-files.ts';

/** Files that lie together, as a bundle; `where` gives it its id, so that notes on it are found again. */
export async function placeBundle(
  where: string,
  { files, gaps }: Pick<PlainFiles, 'files' | 'gaps'>,
  store: CollectionStore,
): Promise<NodeBundle> {
  const place = await realpath(where);
  const identity = await identify(basename(place), files);
  const only = identity.nodes.length === 1 ? identity.nodes[0] : undefined;
  return {
    ...(await placeNotes(place, store)),
    nodes: identity.nodes,
    origin: identity.origin,
    ...(identity.collectedAt === undefined ? {} : { collectedAt: identity.collectedAt }),
    files: files.map((file) => withNode(file, identity.nodeOf(file.path) ?? only)),
    gaps,
  };
}

/** What tells a place from others, and what we remember of it: in the store, for the place itself may be anybody's. */
export async function placeNotes(
  where: string,
  store: CollectionStore,
): Promise<{ readonly id: string; readonly notes: BundleNotes }> {
  const place = await realpath(where);
  const id = placeId(place);
  const notes = fileNotes(store.notesFolder(id));
  await notes.put('place', place);
  return { id, notes };
}

export function withNode(file: NodeFile, node: string | undefined): NodeFile {
  return node === undefined || file.node !== undefined ? file : { ...file, node };
}

function placeId(place: string): string {
  return `p-${createHash('sha256').update(place).digest('hex').slice(0, 12)}`;
}

export function isPlaceId(text: string): boolean {
  return /^p-[0-9a-f]{12}$/.test(text);
}
