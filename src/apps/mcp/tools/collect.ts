import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { answerGaps } from '../../../core/fact.ts';
import { nearest } from '../../../core/nearest.ts';
import { UsageError } from '../../../core/usage-error.ts';
import type { ClusterClient } from '../../../sources/cluster/client.ts';
import { PodWriter } from '../../../sources/cluster/pod-writer.ts';
import { type ChosenNodes, chooseNodes } from '../../../sources/node/choose-nodes.ts';
import { collectNodes, type NodeCollector } from '../../../tasks/node/collect.ts';
import { debugPodCollector, kubeletApiCollector } from '../../../tasks/node/collectors.ts';
import { parseDuration } from '../../cli/duration.ts';
import type { ToolContext } from '../context.ts';
import { storeOf } from '../node-evidence.ts';
import { coverage, gaps, input, text } from '../parts.ts';
import { defineTool, type Tool } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

const MAX_NODES = 10;
const DAY_MS = 24 * 3_600_000;

const argumentsOf = z.strictObject({
  node: input.name.optional().describe('name of a node'),
  instanceId: input.name.optional().describe('EC2 instance id of a node, instead of its name'),
  nodes: z.array(input.name).max(MAX_NODES).default([]).describe('several, by either name'),
  failing: z
    .int()
    .min(1)
    .max(MAX_NODES)
    .optional()
    .describe('instead of names: so many nodes, those with stuck pods first, and a healthy one to compare with'),
  bundle: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe('instead of a node: archive or folder in the --bundles folder of the server; history lists them'),
  since: z.string().max(20).optional().describe('how far back logs are read: 30m, 6h; a day when left out'),
  token: z.string().min(1).max(200).optional().describe('the same token never collects twice'),
  by: z.enum(['kubelet-api', 'debug-pod']).default('kubelet-api').describe('debug-pod only where the server allows it'),
});

type Arguments = z.output<typeof argumentsOf>;

const output = z.strictObject({
  executionId: z.string().describe('of the first node; give it to status'),
  collections: z
    .array(
      z.strictObject({
        executionId: z.string(),
        node: text.describe('of a bundle: status tells it'),
        bundle: text,
        instanceId: z.string().exactOptional(),
        stuckPods: z.number().exactOptional(),
      }),
    )
    .readonly(),
  next: z.string(),
  coverage,
  gaps,
});

const HOW =
  'Gathers what a node knows of its image pulls (kubelet and runtime logs, disk, configuration, network) in the background and returns an executionId at once. Poll status until it is complete, then errors, search, storage_diagnostics, network_diagnostics, correlate, summarize. By default over the kubelet API of the cluster, which changes nothing; it needs the right to nodes/proxy. bundle brings in what a log collector left on the server instead.';

/** `debugPod`: the server was started with --allow-debug-pod, so this tool may create a pod. */
export function collect(debugPod: boolean): Tool {
  return defineTool({
    name: 'collect',
    title: 'Collect the evidence of a node',
    description: debugPod
      ? `${HOW} by=debug-pod creates a pod on the node for as long as it reads and removes it: ask the user first.`
      : `${HOW} by=debug-pod is not allowed on this server.`,
    input: argumentsOf,
    output,
    hints: { readOnly: !debugPod, destructive: false, idempotent: false, openWorld: true },
    deadlineMs: 60_000,
    run: (args, context) => start(args, context),
    text: ({ collections, next }) =>
      [
        ...collections.map(
          ({ executionId, node, bundle }) => `collecting ${node ?? bundle ?? 'evidence'}: executionId ${executionId}`,
        ),
        next,
      ].join('\n'),
  });
}

async function start(args: Arguments, context: ToolContext): Promise<z.output<typeof output>> {
  const { bundle, ...others } = args;
  if (bundle !== undefined || context.settings.from.length > 0) {
    const { collectFiles } = await import('../collect-files.ts');
    return collectFiles(bundle, others, context);
  }
  if (args.by === 'debug-pod' && !context.settings.debugPod) {
    throw new ToolFailure('not_allowed', 'this server may not create pods: it was started without --allow-debug-pod', {
      next: ['call collect without by', 'ask the user to start pullwhy mcp with --allow-debug-pod'],
    });
  }
  const client = await context.background.cluster();
  const chosen = await chosenNodes(args, client);
  const since = new Date(Date.parse(context.now()) - (parseDuration('since', args.since) ?? DAY_MS)).toISOString();
  const ids = await begin(chosen, collectorFor(args.by, client, since), args, context);
  const [first] = ids;
  if (first === undefined) throw new ToolFailure('not_found', 'there is no such node', { next: [LIST_NODES] });
  return {
    executionId: first.executionId,
    collections: ids,
    next: 'call status with the executionId until done is true, then errors with the same id',
    coverage: {
      read: ids.map(({ node }) => `Node ${node}`),
      skipped: chosen.leftOut.map(({ node, why }) => `Node ${node}: ${why}`),
    },
    gaps: answerGaps(chosen.gaps),
  };
}

const LIST_NODES = 'list_k8s_resources kind=Node lists names and instance ids';

async function chosenNodes(
  { node, instanceId, nodes, failing }: Arguments,
  client: ClusterClient,
): Promise<ChosenNodes> {
  const names = [...new Set([...((node ?? instanceId) ? [node ?? instanceId ?? ''] : []), ...nodes])];
  if (names.length === 0 && failing === undefined)
    throw new ToolFailure('invalid_input', 'which node? node, instanceId, nodes or failing is missing', {
      next: [LIST_NODES],
    });
  const question = names.length > 0 ? { names } : { names: [], all: true, failingFirst: true, sample: failing ?? 1 };
  let known: readonly string[] = [];
  const remember = (_: string, all: readonly string[]) => {
    known = all;
    return '';
  };
  try {
    return await chooseNodes(client, question, remember);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const near = names.flatMap((name) => nearest(name, known));
    throw new ToolFailure('not_found', error.message, { near, next: [LIST_NODES] });
  }
}

function collectorFor(by: Arguments['by'], client: ClusterClient, since: string): NodeCollector {
  if (by === 'kubelet-api') return kubeletApiCollector(client, { since });
  return debugPodCollector(client, new PodWriter(client.access), { since, namespace: client.access.namespace });
}

/** Starts the work and says under which ids, as soon as each is known; the work itself goes on behind. */
async function begin(
  chosen: ChosenNodes,
  collector: NodeCollector,
  { by, token = randomUUID() }: Arguments,
  context: ToolContext,
) {
  const known = new Map<string, (id: string) => void>();
  const ids = chosen.nodes.map(async ({ name, cloud, stuckPods }) => {
    const executionId = await new Promise<string>((done) => known.set(name, done));
    return {
      executionId,
      node: name,
      ...(cloud === undefined ? {} : { instanceId: cloud.instanceId }),
      ...(stuckPods === undefined ? {} : { stuckPods }),
    };
  });
  const work = collectNodes(
    storeOf(context),
    chosen,
    (node, sink, writer, signal) => {
      known.get(node.name)?.(writer.id);
      return collector(node, sink, writer, signal);
    },
    {
      by,
      token,
      width: MAX_NODES,
      signal: context.background.signal,
      // A collection that is there already runs no collector.
      onNode: ({ node, collection }) => known.get(node)?.(collection),
    },
  );
  context.background.run(work);
  // A store that cannot be written fails before any id is known.
  return Promise.race([Promise.all(ids), work.then(() => Promise.all(ids))]);
}
