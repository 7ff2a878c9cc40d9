import type { CollectionInfo, CollectionState } from '../../core/node/status.ts';
import { printable } from '../../core/printable.ts';
import { UsageError } from '../../core/usage-error.ts';
import { type CollectionStore, isCollectionId, type SettledOptions } from '../../sources/node/collection-store.ts';
import { notCollected } from '../../sources/node/not-collected.ts';

export interface NodeStatusOptions extends SettledOptions {
  /** Until nothing more comes. */
  readonly wait?: boolean;
}

/** How a collection stands: by its id, the newest of a node, or the newest of all. */
export async function nodeStatus(
  store: CollectionStore,
  name: string | undefined,
  { wait = false, ...options }: NodeStatusOptions = {},
): Promise<CollectionInfo> {
  const id = await idOf(store, name);
  return printable(await (wait ? store.settled(id, options) : store.info(id)));
}

async function idOf(store: CollectionStore, name: string | undefined): Promise<string> {
  if (name !== undefined && isCollectionId(name)) return name;
  const found = await store.newestOf(name);
  if (found !== undefined) return found.id;
  const next = 'starts, pullwhy node import PATH brings in a bundle';
  if (name !== undefined) throw await notCollected(name, store, next);
  throw new UsageError(`nothing was collected yet: pullwhy node collect NODE ${next}`);
}

/** How a collection ended; undefined for evidence that is read where it lies. */
export async function collectionState(store: CollectionStore, id: string): Promise<CollectionState | undefined> {
  return isCollectionId(id) ? (await store.info(id)).state : undefined;
}
