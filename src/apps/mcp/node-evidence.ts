import { z } from 'zod';
import { nearest } from '../../core/nearest.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import { type CollectionInfo, isSettled } from '../../core/node/status.ts';
import { chooseNodes } from '../../sources/node/choose-nodes.ts';
import { CollectionStore, isCollectionId } from '../../sources/node/collection-store.ts';
import type { ToolContext } from './context.ts';
import { ToolFailure } from './tool-failure.ts';

const name = z.string().min(1).max(253).optional();

/** How every tool that reads node evidence is told which. */
export const evidenceInput = {
  node: name.describe('name of the node'),
  instanceId: name.describe('EC2 instance id of the node, instead of its name'),
  executionId: name.describe('id of a collection (from collect or history), instead of a node: its newest one'),
};

export interface EvidenceArguments {
  readonly node?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly executionId?: string | undefined;
}

/** Where collections are kept. */
export function storeOf({ settings }: Pick<ToolContext, 'settings'>): CollectionStore {
  return settings.store === undefined ? new CollectionStore() : new CollectionStore(settings.store);
}

/** The evidence that the arguments name. Throws `ToolFailure` that says what to do when there is none yet. */
export async function openEvidence(args: EvidenceArguments, context: ToolContext): Promise<NodeBundle> {
  const store = storeOf(context);
  if (context.settings.from.length > 0 && args.executionId === undefined) {
    const { openGiven } = await import('./given-evidence.ts');
    return openGiven(args, store, context);
  }
  return store.open((await settledCollection(args, store, context)).id);
}

/** The same, as what is known of a collection. Throws `ToolFailure` while it is under way. */
export async function settledCollection(
  args: EvidenceArguments,
  store: CollectionStore,
  context: ToolContext,
): Promise<CollectionInfo> {
  const info = await collectionOf(args, store, context);
  if (!isSettled(info.state)) throw notReady(info);
  return info;
}

/** The collection that the arguments name: by its id, or the newest of a node. */
export async function collectionOf(
  { node, instanceId, executionId }: EvidenceArguments,
  store: CollectionStore,
  context: ToolContext,
): Promise<CollectionInfo> {
  const known = await store.list();
  if (executionId !== undefined) {
    const found = known.find(({ id }) => id === executionId);
    if (found !== undefined) return found;
    throw unknownCollection(`there is no collection ${executionId}`, executionId, known);
  }
  const wanted = node ?? instanceId;
  if (wanted === undefined) {
    const [newest] = known;
    // Where only one node was ever collected, it is plain which one is meant.
    if (newest !== undefined && new Set(known.map(({ nodes }) => nodes.join(','))).size === 1) return newest;
    throw new ToolFailure('invalid_input', 'which node? node, instanceId or executionId is missing', {
      next: ['give one of them; history lists what was collected'],
      near: known.slice(0, 5).map(({ id }) => id),
    });
  }
  const found = (await store.newestOf(wanted)) ?? (await bySecondName(wanted, store, context));
  if (found !== undefined) return found;
  throw unknownCollection(`nothing was collected of node ${wanted}`, wanted, known);
}

/** A node that was collected under its name may be asked for by its instance, and the other way round. */
async function bySecondName(
  wanted: string,
  store: CollectionStore,
  context: ToolContext,
): Promise<CollectionInfo | undefined> {
  try {
    const { nodes } = await chooseNodes(await context.cluster(), { names: [wanted] });
    const [node] = nodes;
    if (node === undefined) return undefined;
    const byName = await store.newestOf(node.name);
    return byName ?? (node.cloud === undefined ? undefined : await store.newestOf(node.cloud.instanceId));
  } catch {
    // No cluster, or one that does not know the node: then nothing was collected of it.
    return undefined;
  }
}

function unknownCollection(message: string, wanted: string, known: readonly CollectionInfo[]): ToolFailure {
  const names = isCollectionId(wanted)
    ? known.map(({ id }) => id)
    : known.flatMap(({ nodes, instances }) => [...nodes, ...instances]);
  return new ToolFailure('unknown_collection', message, {
    near: nearest(wanted, [...new Set(names)]),
    next: ['call collect with node or instanceId, then status until it is complete, then call this again'],
  });
}

function notReady({ id, state, progress }: CollectionInfo): ToolFailure {
  const how = progress === undefined ? '' : `: ${progress.doing}`;
  return new ToolFailure('not_ready', `collection ${id} is ${state}${how}`, {
    next: [`call status with executionId ${id} until its state is complete or partial`],
  });
}
