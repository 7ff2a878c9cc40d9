import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { didYouMean } from '../../core/nearest.ts';
import type { CollectAnswer, CollectedNode, CollectorName } from '../../core/node/collect-answer.ts';
import { UsageError } from '../../core/usage-error.ts';
import { styleOf } from '../../render/layout.ts';
import { collectText, nodeLine, planText } from '../../render/node/collect.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { PodWriter } from '../../sources/cluster/pod-writer.ts';
import { openAws } from '../../sources/node/aws-port.ts';
import { type ChosenNode, type ChosenNodes, chooseNodes } from '../../sources/node/choose-nodes.ts';
import type { CollectionStore } from '../../sources/node/collection-store.ts';
import { InsideRoot } from '../../sources/node/inside-root.ts';
import { hostName } from '../../sources/node/local.ts';
import { byAwsCli } from '../../sources/node/ssm.ts';
import { startInBackground } from '../../tasks/node/background.ts';
import { collectedNode, collectNodes, type NodeCollector, specOf, wayOfOrigin } from '../../tasks/node/collect.ts';
import { collectPlan } from '../../tasks/node/collect-plan.ts';
import { debugPodCollector, kubeletApiCollector, localCollector, ssmCollector } from '../../tasks/node/collectors.ts';
import { backgroundArgs, confirm } from './collect-flags.ts';
import { parseDuration } from './duration.ts';
import { EXIT } from './failure.ts';
import { connect } from './live.ts';
import { type NodeFlags, openStore, printAnswer } from './node-bundle.ts';
import { renderOptions } from './output.ts';

export interface CollectFlags extends NodeFlags {
  readonly by?: CollectorName;
  readonly local?: boolean;
  readonly root?: string;
  readonly since: string;
  readonly all?: boolean;
  readonly selector?: string;
  readonly failingFirst?: boolean;
  readonly sample?: number;
  readonly width: number;
  readonly token?: string;
  readonly resume?: string;
  readonly background?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly namespace: string;
  readonly image?: string;
  readonly bucket?: string;
  readonly region?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly requestTimeout?: string;
}

/** Each is a process of its own. */
const MAX_BACKGROUND = 16;

/** Collects what the command line asks for and prints how it went; the exit code says whether anything was had. */
export async function runCollect(named: readonly string[], asked: CollectFlags): Promise<number> {
  const { words, flags } = await resumed(named, asked);
  const by = wayOf(words, flags);
  checkFlags(words, by, flags);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  if (by === 'local') return collect(await thisMachine(words, flags), by, undefined, flags, stop.signal);
  const client = await connect(flags, stop.signal);
  try {
    return await collect(await chosenNodes(client, words, flags), by, client, flags, stop.signal);
  } finally {
    client.access.close();
  }
}

/** A collection that is gone on with says itself which node it is of, and by which way. */
async function resumed(
  words: readonly string[],
  flags: CollectFlags,
): Promise<{ readonly words: readonly string[]; readonly flags: CollectFlags }> {
  if (flags.resume === undefined) return { words, flags };
  if (words.length > 0 || flags.all === true || flags.selector !== undefined || flags.token !== undefined) {
    throw new UsageError('--resume says itself which node it is about: leave out names, --all, -l and --token');
  }
  if (flags.background === true) throw new UsageError('--resume goes on in the foreground: leave out --background');
  const { nodes, origin } = await (await openStore(flags)).info(flags.resume);
  const by = flags.by ?? wayOfOrigin(origin);
  if (by === undefined)
    throw new UsageError(`${flags.resume} was imported (${origin}): pullwhy node import does it again`);
  return { words: nodes.slice(0, 1), flags: { ...flags, by } };
}

/** This machine is collected from directly. */
function wayOf(words: readonly string[], { by, local, root }: CollectFlags): CollectorName {
  if (by !== undefined && by !== 'local' && (local === true || root !== undefined)) {
    throw new UsageError(`--by ${by} and --local contradict each other: give one of them`);
  }
  if (by !== undefined) return by;
  const here = hostname();
  const isHere = words.length === 1 && (words[0] === here || here.startsWith(`${words[0]}.`));
  return local === true || root !== undefined || isHere ? 'local' : 'kubelet-api';
}

function checkFlags(words: readonly string[], by: CollectorName, { all, selector, token, root }: CollectFlags): void {
  const several = all === true || selector !== undefined;
  if (by === 'local') {
    if (words.length > 1 || several) throw new UsageError('--local is about this machine: name one node at most');
    return;
  }
  if (root !== undefined) throw new UsageError('--root goes with --local');
  if (several && words.length > 0) throw new UsageError('name nodes, or give --all or -l, not both');
  if (!several && words.length === 0) {
    throw new UsageError('which node? name it, or give --all, -l LABELS, or --local on the node itself');
  }
  if (token === '') throw new UsageError('--token needs a text');
}

async function thisMachine(words: readonly string[], { root = '/' }: CollectFlags): Promise<ChosenNodes> {
  const name = words[0] ?? (await hostName(new InsideRoot(root)));
  return { nodes: [{ name }], leftOut: [], gaps: [] };
}

async function chosenNodes(client: ClusterClient, words: readonly string[], flags: CollectFlags): Promise<ChosenNodes> {
  const { all, selector, failingFirst, sample: most } = flags;
  const found = await chooseNodes(
    client,
    {
      names: words,
      ...(all === undefined ? {} : { all }),
      ...(selector === undefined ? {} : { selector }),
      ...(failingFirst === true || most !== undefined ? { failingFirst: true } : {}),
      ...(most === undefined ? {} : { sample: most }),
    },
    didYouMean,
  );
  if (found.nodes.length === 0) throw new UsageError('no node fits: kubectl get nodes --show-labels lists them');
  return found;
}

async function collect(
  chosen: ChosenNodes,
  by: CollectorName,
  client: ClusterClient | undefined,
  flags: CollectFlags,
  signal: AbortSignal,
): Promise<number> {
  const options = renderOptions(flags);
  const plan = collectPlan(by, chosen);
  if (flags.dryRun === true) {
    await printAnswer(plan, flags, (answer) => planText(answer, options));
    return EXIT.ok;
  }
  const since = sinceOf(flags);
  const collector = await collectorFor(by, client, chosen.nodes, flags, since);
  if (plan.changes && flags.yes !== true) await confirm(plan, flags.namespace);
  const store = await openStore(flags);
  const answer =
    flags.background === true
      ? await inBackground(store, chosen, by, flags)
      : await collectNodes(store, chosen, collector, {
          by,
          width: flags.width,
          signal,
          ...(flags.token === undefined ? {} : { token: flags.token }),
          ...(flags.resume === undefined ? {} : { resume: flags.resume }),
          ...(process.stderr.isTTY ? { onNode: sayDone } : {}),
        });
  await printAnswer(answer, flags, (each) => collectText(each, options));
  return answer.nodes.some(isSomething) ? EXIT.ok : EXIT.incomplete;
}

function isSomething({ state }: CollectedNode): boolean {
  return state !== 'failed' && state !== 'cancelled';
}

/** Where many nodes are under way, each is told as it ends. */
function sayDone(done: CollectedNode): void {
  process.stderr.write(`${nodeLine(done, styleOf({ color: false, unicode: false }))}\n`);
}

function sinceOf({ since }: CollectFlags): string {
  const span = parseDuration('--since', since) ?? 0;
  return new Date(Date.now() - span).toISOString();
}

async function collectorFor(
  by: CollectorName,
  client: ClusterClient | undefined,
  nodes: readonly ChosenNode[],
  flags: CollectFlags,
  since: string,
): Promise<NodeCollector> {
  if (client === undefined) return localCollector({ since, ...(flags.root === undefined ? {} : { root: flags.root }) });
  if (by === 'ssm') return ssmFor(nodes, flags);
  if (by === 'debug-pod') {
    const { namespace, image } = flags;
    const choice = { since, namespace, ...(image === undefined ? {} : { image }) };
    return debugPodCollector(client, new PodWriter(client.access), choice);
  }
  return kubeletApiCollector(client, { since });
}

async function ssmFor(nodes: readonly ChosenNode[], { region, bucket }: CollectFlags): Promise<NodeCollector> {
  const other = nodes.find(({ cloud }) => cloud === undefined);
  if (other !== undefined) {
    throw new UsageError(`--by ssm: node ${other.name} is no EC2 instance (spec.providerID); leave --by out`);
  }
  const found = region ?? nodes.find(({ cloud }) => cloud?.region !== undefined)?.cloud?.region;
  const chosen = found ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (chosen === undefined)
    throw new UsageError('--by ssm: the nodes do not tell their AWS region: give --region NAME');
  const instance = nodes[0]?.cloud?.instanceId ?? 'INSTANCE';
  if (bucket === undefined) {
    throw new UsageError(
      `--by ssm: the archive goes through an S3 bucket: give --bucket NAME; by hand: ${byAwsCli(instance, chosen, undefined)}`,
    );
  }
  const aws = await openAws(chosen, byAwsCli(instance, chosen, bucket));
  return ssmCollector(aws, { region: chosen, bucket, now: () => new Date().toISOString() });
}

async function inBackground(
  store: CollectionStore,
  { nodes, leftOut, gaps }: ChosenNodes,
  by: CollectorName,
  flags: CollectFlags,
): Promise<CollectAnswer> {
  if (nodes.length > MAX_BACKGROUND) {
    throw new UsageError(
      `--background starts a process for each of ${nodes.length} nodes: at most ${MAX_BACKGROUND}; leave it out, or give --sample N`,
    );
  }
  const started: CollectedNode[] = [];
  for (const node of nodes) {
    const spec = specOf(node, by, flags.token, nodes.length);
    const args = (token: string) => backgroundArgs(node.name, by, token, flags, store.folder);
    started.push(collectedNode(node, await startInBackground(store, { token: randomUUID(), ...spec }, args)));
  }
  return { by, nodes: started, leftOut, gaps };
}
