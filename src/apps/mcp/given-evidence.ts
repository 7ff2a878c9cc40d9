import type { AnswerGap } from '../../core/fact.ts';
import { nearest } from '../../core/nearest.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import { isLogKind } from '../../core/node/file-kind.ts';
import type { CollectionStore } from '../../sources/node/collection-store.ts';
import { mergeBundles, openBundles } from '../../sources/node/open-bundle.ts';
import { collectEvidence } from '../../tasks/evidence/collect-evidence.ts';
import type { ToolContext } from './context.ts';
import type { EvidenceArguments } from './node-evidence.ts';
import { ToolFailure } from './tool-failure.ts';

/** What the evidence that the server was started with holds of nodes; of one node when one is named. */
export async function openGiven(
  { node, instanceId }: EvidenceArguments,
  store: CollectionStore,
  { settings, signal }: ToolContext,
): Promise<NodeBundle> {
  const bundles = await openBundles(settings.from, { store, signal });
  return mergeBundles(fitting(bundles, node ?? instanceId), store);
}

export interface GivenCollection {
  readonly executionId: string;
  /** That nothing says whose evidence it is, where that is so. */
  readonly gaps: readonly AnswerGap[];
}

/** The same as a collection of its own, for procedures that collect first. */
export async function collectGiven(
  { node, instanceId }: EvidenceArguments,
  store: CollectionStore,
  { settings, signal }: ToolContext,
): Promise<GivenCollection> {
  const bundles = await openBundles(settings.from, { store, signal });
  if (bundles.every(({ files }) => !files.some(({ kind }) => isLogKind(kind) && kind !== 'events')))
    throw new ToolFailure('unknown_collection', 'the evidence of this server holds no log of a node', {
      next: ['ask the user for the kubelet and runtime logs of the node, or the archive of a log collector'],
    });
  const wanted = node ?? instanceId;
  // The log of a kubelet alone seldom says whose it is, and a procedure takes the name of the node from the pod.
  const unnamed = bundles.every(({ nodes }) => nodes.length === 0);
  if (!unnamed) fitting(bundles, wanted);
  const executionId = await collectEvidence(settings.from, store);
  if (wanted === undefined || !unnamed) return { executionId, gaps: [] };
  const gap = { what: `whether the logs are of node ${wanted}`, why: 'not-collected' as const, how: 'they name none' };
  return { executionId, gaps: [gap] };
}

/** Bundles of a node by its name or instance. */
function fitting(bundles: readonly NodeBundle[], wanted: string | undefined): readonly NodeBundle[] {
  if (wanted === undefined) return bundles;
  const named = bundles.filter(({ nodes }) => nodes.some((each) => isSameNode(each, wanted)));
  if (named.length > 0) return named;
  throw new ToolFailure('unknown_collection', `nothing in the evidence says that it is of node ${wanted}`, {
    near: nearest(
      wanted,
      bundles.flatMap(({ nodes }) => nodes),
    ),
    next: ['leave node out for all the evidence', 'give an executionId of history'],
  });
}

/** Journals print the short host name where the node is registered with its domain. */
function isSameNode(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
