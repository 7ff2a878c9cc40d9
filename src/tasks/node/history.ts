import type { NodeHistory } from '../../core/node/history.ts';
import type { CollectionState } from '../../core/node/status.ts';
import { printable } from '../../core/printable.ts';
import { namesNode } from '../../sources/node/collection-info.ts';
import type { CollectionStore, RemoveRule } from '../../sources/node/collection-store.ts';

export interface NodeHistoryOptions {
  /** Only collections of this node. */
  readonly node?: string;
  readonly state?: CollectionState;
  /** Removes by these rules before listing. */
  readonly remove?: RemoveRule;
}

/** The collections on this machine, newest first. */
export async function nodeHistory(store: CollectionStore, options: NodeHistoryOptions = {}): Promise<NodeHistory> {
  const removed = options.remove === undefined ? [] : await store.remove(options.remove);
  const { node, state } = options;
  const collections = (await store.list()).filter(
    (info) => (node === undefined || namesNode(info, node)) && (state === undefined || info.state === state),
  );
  const bytes = collections.reduce((sum, info) => sum + info.bytes, 0);
  return printable({ store: store.folder, collections, bytes, removed });
}
