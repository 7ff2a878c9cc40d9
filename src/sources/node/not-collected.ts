import { didYouMean } from '../../core/nearest.ts';
import { UsageError } from '../../core/usage-error.ts';
import { type CollectionStore, looksLikeId, unknownId } from './collection-store.ts';

/** Nothing of that name was collected; `next` says what `pullwhy node collect` of it would do, and what else helps. */
export async function notCollected(name: string, store: CollectionStore, next: string): Promise<UsageError> {
  const known = await store.list();
  if (looksLikeId(name)) {
    const ids = known.map(({ id }) => id);
    return new UsageError(unknownId(name, didYouMean(name, ids)));
  }
  // One that was tried and held nothing has this very name.
  const others = known.flatMap(({ nodes, instances }) => [...nodes, ...instances]).filter((other) => other !== name);
  return new UsageError(
    `nothing was collected of node ${name}${didYouMean(name, [...new Set(others)])}: pullwhy node collect ${name} ${next}`,
  );
}
