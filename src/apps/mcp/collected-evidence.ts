import type { Snapshot } from '../../core/snapshot.ts';
import { withNodeStates } from '../../nodelogs/state/node-states.ts';
import { readNodeBundle } from '../../sources/bundle/read-node-bundle.ts';
import type { ToolContext } from './context.ts';
import { openEvidence } from './node-evidence.ts';

/** A look at a cluster together with what was collected of its nodes. */
export async function withCollected(
  snapshot: Snapshot,
  executionIds: readonly string[],
  context: ToolContext,
): Promise<Snapshot> {
  if (executionIds.length === 0) return snapshot;
  const bundles = await Promise.all(executionIds.map((executionId) => openEvidence({ executionId }, context)));
  const { signal } = context;
  const collected = await Promise.all(bundles.map((bundle) => readNodeBundle(bundle, { now: context.now(), signal })));
  const apart = collected.map((each, at) => namedApart(each, bundles[at]?.id ?? ''));
  return withNodeStates({
    ...snapshot,
    logs: [...snapshot.logs, ...apart.flatMap(({ logs }) => logs)],
    nodeFiles: [...(snapshot.nodeFiles ?? []), ...apart.flatMap(({ nodeFiles = [] }) => nodeFiles)],
    gaps: [...snapshot.gaps, ...apart.flatMap(({ gaps }) => gaps)],
  });
}

/** Two nodes may have files of the same name. */
function namedApart(snapshot: Snapshot, id: string): Snapshot {
  return {
    ...snapshot,
    logs: snapshot.logs.map((entry) => ({ ...entry, id: `${id}/${entry.id}`, locator: `${id}: ${entry.locator}` })),
  };
}
