import {
  COLLECTORS,
  type CollectAnswer,
  type CollectedNode,
  type CollectorName,
} from '../../core/node/collect-answer.ts';
import type { CollectionInfo, CollectionProgress } from '../../core/node/status.ts';
import { Gate } from '../../sources/cluster/gate.ts';
import type { ChosenNode, ChosenNodes } from '../../sources/node/choose-nodes.ts';
import type { CollectionSpec, CollectionStore } from '../../sources/node/collection-store.ts';
import type { CollectionWriter } from '../../sources/node/collection-writer.ts';
import type { EvidenceSink } from '../../sources/node/evidence-sink.ts';
import { type Collector, resumeCollection, runCollection } from './run-collection.ts';

/** Gathers the evidence of one node. */
export type NodeCollector = (
  node: ChosenNode,
  sink: EvidenceSink,
  writer: CollectionWriter,
  signal: AbortSignal,
) => Promise<void>;

export interface CollectOptions {
  readonly by: CollectorName;
  /** The same token means the same collection: one for each node. */
  readonly token?: string;
  /** Goes on with this collection, which is of the one node. */
  readonly resume?: string;
  /** Nodes at once. */
  readonly width?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (node: string, progress: CollectionProgress) => void;
  /** A node is done. */
  readonly onNode?: (done: CollectedNode) => void;
}

const ORIGINS: Readonly<Record<CollectorName, string>> = {
  'kubelet-api': 'kubelet API',
  local: 'local',
  'debug-pod': 'debug pod',
  ssm: 'AWS SSM',
};

const WIDTH = 4;

/** Files that tell of the look itself: with them alone, nothing was collected. */
const OWN_FILES: ReadonlySet<string> = new Set(['node.json', 'collected.json']);

/** Collects the evidence of nodes, several at once, each into a collection of its own. */
export async function collectNodes(
  store: CollectionStore,
  { nodes, leftOut, gaps }: ChosenNodes,
  collector: NodeCollector,
  options: CollectOptions,
): Promise<CollectAnswer> {
  const gate = new Gate(options.width ?? WIDTH);
  const done = await Promise.all(
    nodes.map((node) =>
      gate.run(async () => {
        if (options.signal?.aborted === true) return undefined;
        const collected = await collectNode(store, node, collector, options, nodes.length);
        options.onNode?.(collected);
        return collected;
      }),
    ),
  );
  const stopped = nodes.flatMap(({ name }, at) =>
    done[at] === undefined ? [{ node: name, why: 'stopped before' }] : [],
  );
  return {
    by: options.by,
    nodes: done.filter((node) => node !== undefined),
    leftOut: [...leftOut, ...stopped],
    gaps,
  };
}

/** What a collection of a node is known by before it begins; another process that is given the same gets the same. */
export function specOf(node: ChosenNode, by: CollectorName, token: string | undefined, of: number): CollectionSpec {
  return {
    origin: ORIGINS[by],
    nodes: [node.name],
    ...(node.cloud === undefined ? {} : { instances: [node.cloud.instanceId] }),
    ...(token === undefined ? {} : { token: of > 1 ? `${token}/${node.name}` : token }),
  };
}

async function collectNode(
  store: CollectionStore,
  node: ChosenNode,
  collector: NodeCollector,
  { by, token, resume, signal, onProgress }: CollectOptions,
  of: number,
): Promise<CollectedNode> {
  const gather: Collector = async (writer, stop, progress) => {
    // What an earlier try could not have may be had now.
    if (writer.gaps().length > 0) await writer.startOver();
    await writer.learn({ collectedAt: new Date().toISOString() });
    await collector(node, sinkOf(writer, progress), writer, stop);
    if (!writer.files().some(({ path }) => !OWN_FILES.has(path))) throw new Error(nothing(writer));
  };
  const options = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined
      ? {}
      : { onProgress: (progress: CollectionProgress) => onProgress(node.name, progress) }),
  };
  const info = await (resume === undefined
    ? runCollection(store, specOf(node, by, token, of), gather, options)
    : resumeCollection(store, resume, gather, options));
  return collectedNode(node, info);
}

/** The way that a collection was made. */
export function wayOfOrigin(origin: string): CollectorName | undefined {
  return COLLECTORS.find((name) => ORIGINS[name] === origin);
}

function sinkOf(writer: CollectionWriter, progress: (progress: CollectionProgress) => Promise<void>): EvidenceSink {
  return {
    addFile: (path, content, about, signal) => writer.addFile(path, content, about, signal),
    addGap: (gap) => writer.addGap(gap),
    learn: (learned) => writer.learn(learned),
    progress,
  };
}

function nothing(writer: CollectionWriter): string {
  const [first] = writer.gaps();
  return first === undefined
    ? 'nothing could be collected'
    : `nothing could be collected: ${first.wanted}: ${first.why}`;
}

export function collectedNode(node: ChosenNode, info: CollectionInfo): CollectedNode {
  const { id, state, files, bytes, gaps, problem } = info;
  return {
    node: node.name,
    ...(node.cloud === undefined ? {} : { instance: node.cloud.instanceId }),
    ...(node.stuckPods === undefined ? {} : { stuckPods: node.stuckPods }),
    collection: id,
    state,
    files,
    bytes,
    gaps,
    ...(problem === undefined ? {} : { problem }),
  };
}
