import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gap } from '../../core/fact.ts';
import type { Node } from '../../core/objects.ts';
import { sh } from '../../core/shell.ts';
import type { ClusterClient } from '../cluster/client.ts';
import type { PodWriter } from '../cluster/pod-writer.ts';
import type { Problem } from '../cluster/problem.ts';
import { parseObject } from '../objects-schema.ts';
import { readFrames } from './debug-frames.ts';
import { shellImages } from './debug-image.ts';
import { CONTAINER, debugPodManifest, POD_LABELS, POD_SECONDS } from './debug-pod-spec.ts';
import { debugScript } from './debug-script.ts';
import type { EvidenceSink } from './evidence-sink.ts';
import { ItemRecord } from './item-record.ts';
import { readStart } from './pod-start.ts';

export interface DebugPodOptions {
  readonly namespace: string;
  /** An image that is on the node; left out: the best of those that the node reports. */
  readonly image?: string;
  /** RFC 3339: log lines from then on. */
  readonly since: string;
  /** Kept of one log. What a pod prints is rotated after 10 MiB by default, so little. */
  readonly keepBytes: number;
  readonly signal?: AbortSignal;
  /** Between two looks at the pod. */
  readonly pollMs?: number;
  readonly startTimeoutMs?: number;
}

/** Images that are tried before it is given up. */
const MAX_TRIES = 3;
const START_MS = 60_000;
/** Longest silence of the script. */
const SILENT_MS = 60_000;

/** Collects what is on a node by a pod that runs there for a minute, and is removed whatever happens. */
export async function collectByDebugPod(
  client: ClusterClient,
  writer: PodWriter,
  node: string,
  sink: EvidenceSink,
  options: DebugPodOptions,
): Promise<void> {
  const images = await imagesFor(client, node, sink, options);
  if (images === undefined) return;
  await removeLeftovers(client, writer, options.namespace);
  const refusals: string[] = [];
  for (const image of images.slice(0, MAX_TRIES)) {
    options.signal?.throwIfAborted();
    await sink.progress({ doing: `${node}: a pod with ${image}` });
    const tried = await tryImage({ client, writer, node, sink, options }, image);
    if (tried.outcome === 'collected') return;
    if (tried.outcome === 'gap') return sink.addGap(tried.gap);
    refusals.push(`${image}: ${tried.why}`);
  }
  await sink.addGap({
    wanted: `what is on node ${node}, by a pod`,
    why: 'refused',
    how: `none of its images runs a shell (${refusals.join('; ')}); name one that does: --image IMAGE`,
  });
}

interface Run {
  readonly client: ClusterClient;
  readonly writer: PodWriter;
  readonly node: string;
  readonly sink: EvidenceSink;
  readonly options: DebugPodOptions;
}

type Tried =
  | { readonly outcome: 'collected' }
  /** Another image may do. */
  | { readonly outcome: 'unfit'; readonly why: string }
  | { readonly outcome: 'gap'; readonly gap: Gap };

async function imagesFor(
  client: ClusterClient,
  node: string,
  sink: EvidenceSink,
  { image }: DebugPodOptions,
): Promise<readonly string[] | undefined> {
  const wanted = `what is on node ${node}, by a pod`;
  const answer = await client.get('Node', undefined, node);
  if (!answer.ok) {
    const { kind, message } = answer.problem;
    await sink.addGap({
      wanted,
      why: kind === 'forbidden' ? 'forbidden' : 'refused',
      how: `the API server: ${message}`,
    });
    return undefined;
  }
  const object = parseObject(answer.value, { kind: 'Node', apiVersion: 'v1' })?.object as Node | undefined;
  if (object?.info.operatingSystem === 'windows') {
    await sink.addGap({
      wanted,
      why: 'not-collected',
      how: 'a Windows node: pods of this kind are for Linux; collect on the node itself',
    });
    return undefined;
  }
  if (image !== undefined) return [image];
  const images = object === undefined ? [] : shellImages(object);
  if (images.length > 0) return images;
  // A tool that must pull an image to find out why images cannot be pulled is of no use.
  const seen = object?.images.length ?? 0;
  const how = `none of the ${seen} images that it reports is known to hold a shell; name one that is on the node and does: --image IMAGE`;
  await sink.addGap({ wanted, why: 'not-collected', how });
  return undefined;
}

async function tryImage(run: Run, image: string): Promise<Tried> {
  const { writer, node, options } = run;
  const name = `pullwhy-node-${randomBytes(4).toString('hex')}`;
  const mark = `@${randomBytes(12).toString('hex')}`;
  const { namespace, since, keepBytes } = options;
  const script = debugScript({ mark, since, keepBytes });
  const made = await writer.create(namespace, debugPodManifest({ name, namespace, node, image, script }));
  if (!made.ok) {
    // It may have been made although no answer came.
    if (made.problem.kind !== 'forbidden' && made.problem.kind !== 'refused') await remove(run, name);
    return { outcome: 'gap', gap: notAllowed(node, namespace, made.problem) };
  }
  try {
    return await follow(run, name, mark);
  } finally {
    await remove(run, name);
  }
}

async function follow(run: Run, name: string, mark: string): Promise<Tried> {
  const { client, node, sink, options } = run;
  const wanted = `what is on node ${node}, by a pod`;
  const start = await untilStarted(run, name);
  if (start.state === 'unfit') return { outcome: 'unfit', why: start.why };
  if (start.state === 'stuck')
    return { outcome: 'gap', gap: { wanted, why: start.late ? 'timeout' : 'refused', how: start.why } };
  const query = new URLSearchParams({ container: CONTAINER, follow: 'true' });
  const path = `/api/v1/namespaces/${encodeURIComponent(options.namespace)}/pods/${name}/log?${query}`;
  const log = await client.open(path, { idleMs: SILENT_MS });
  if (!log.ok) {
    const why = log.problem.kind === 'forbidden' ? 'forbidden' : 'refused';
    const how = `${sh`kubectl auth can-i get pods --subresource=log -n ${options.namespace}`}: ${log.problem.message}`;
    return { outcome: 'gap', gap: { wanted, why, how } };
  }
  const record = new ItemRecord();
  const { done, frames } = await readFrames(log.value.body, mark, node, sink, record);
  if (frames === 0 && !done) return { outcome: 'unfit', why: 'its shell or tools do not fit' };
  await record.close(sink, node);
  if (!done)
    await sink.addGap({
      wanted: `the rest of what is on node ${node}`,
      why: 'truncated',
      how: 'the pod ended early: try again',
    });
  return { outcome: 'collected' };
}

type Started =
  | { readonly state: 'started' }
  | { readonly state: 'unfit'; readonly why: string }
  | { readonly state: 'stuck'; readonly why: string; readonly late?: true };

async function untilStarted({ client, options }: Run, name: string): Promise<Started> {
  const { namespace, signal, pollMs = 500, startTimeoutMs = START_MS } = options;
  const end = Date.now() + startTimeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await client.get('Pod', namespace, name);
    if (!answer.ok) return { state: 'stuck', why: `the pod cannot be seen: ${answer.problem.message}` };
    const start = readStart(answer.value);
    if (start.state !== 'waiting') return start;
    if (Date.now() >= end) {
      return { state: 'stuck', late: true, why: `the pod did not start in ${startTimeoutMs / 1000} s: ${start.why}` };
    }
    await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

/** A second try, for a pod must not stay; what still fails is told with the command that removes it. */
async function remove({ writer, node, sink, options }: Run, name: string): Promise<void> {
  const { namespace } = options;
  for (let tries = 0; tries < 2; tries += 1) {
    const gone = await writer.remove(namespace, name);
    if (gone.ok || gone.problem.kind === 'not-found') return;
  }
  await sink.addGap({
    wanted: `the removal of pod ${namespace}/${name} from node ${node}; it ends by itself after ${POD_SECONDS / 60} min`,
    why: 'refused',
    how: sh`kubectl delete pod ${name} -n ${namespace}`,
  });
}

/** Pods of earlier runs that were killed: those that have ended, or whose time is over. Others may be at work for somebody. */
async function removeLeftovers(client: ClusterClient, writer: PodWriter, namespace: string): Promise<void> {
  const labelSelector = Object.entries(POD_LABELS)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const pods = await client.list('Pod', namespace, { labelSelector, max: 100 });
  if (!pods.ok) return;
  const now = Date.parse(pods.date ?? '') || Date.now();
  for (const item of pods.value.items) {
    const pod = parseObject(item, { kind: 'Pod', apiVersion: 'v1' })?.object;
    if (pod?.kind !== 'Pod') continue;
    const { metadata, status } = pod;
    const over = now - Date.parse(metadata.creationTimestamp ?? '') > POD_SECONDS * 1000;
    if (over || status.phase === 'Succeeded' || status.phase === 'Failed')
      await writer.remove(namespace, metadata.name);
  }
}

function notAllowed(node: string, namespace: string, { kind, message }: Problem): Gap {
  const wanted = `what is on node ${node}, by a pod`;
  if (kind !== 'forbidden') return { wanted, why: 'refused', how: `the API server does not take the pod: ${message}` };
  if (/PodSecurity/.test(message)) {
    const how = `namespace ${namespace} does not allow pods that mount the node's files (${message}); choose one at the level privileged: --namespace NAME`;
    return { wanted, why: 'forbidden', how };
  }
  if (/cannot create resource/.test(message)) {
    const how = `${sh`kubectl auth can-i create pods -n ${namespace}`} (Role rule: apiGroups: [""], resources: [pods, pods/log], verbs: [create, get, list, delete])`;
    return { wanted, why: 'forbidden', how };
  }
  return { wanted, why: 'forbidden', how: `an admission policy of the cluster: ${message}` };
}
