import type { Gap } from '../../core/fact.ts';
import { nestsDeeper } from '../../core/nesting.ts';
import type { Node } from '../../core/objects.ts';
import { sh } from '../../core/shell.ts';
import type { ClusterClient } from '../cluster/client.ts';
import { textOf } from '../cluster/exchange.ts';
import type { Problem } from '../cluster/problem.ts';
import { parseObject } from '../objects-schema.ts';
import { cleanBytes, cleanText } from './clean-text.ts';
import type { EvidenceSink } from './evidence-sink.ts';
import { collectLogs } from './kubelet-logs.ts';
import { closesTheWay, proxyGap } from './proxy-gap.ts';
import { isPullMetric } from './pull-metrics.ts';
import { kubeletPath, type LogLimits } from './unit-log.ts';

/** Answers of a kubelet that are larger are cut: a node with hundreds of pods stays far below. */
const MAX_ANSWER = 32 * 2 ** 20;

/** What is asked of a kubelet beside its logs. */
const ENDPOINTS: readonly Endpoint[] = [
  { path: 'stats/summary', file: 'stats-summary.json', wanted: 'disk and inode statistics' },
  { path: 'configz', file: 'configz.json', wanted: 'the kubelet configuration in use' },
  { path: 'metrics', file: 'kubelet/metrics.txt', wanted: 'metrics of image pulls', keep: isPullMetric },
];

interface Endpoint {
  readonly path: string;
  readonly file: string;
  readonly wanted: string;
  readonly keep?: (line: string) => boolean;
}

/**
 * Collects what a node's kubelet tells through the API server: logs, disk statistics, configuration, metrics, and the
 * Node object. Reads only. What cannot be had becomes a gap that says why and what would help.
 */
export async function collectByKubeletApi(
  client: ClusterClient,
  node: string,
  sink: EvidenceSink,
  limits: LogLimits,
): Promise<void> {
  const info = await collectNode(client, node, sink);
  for (const endpoint of ENDPOINTS) {
    await sink.progress({ doing: `${node}: ${endpoint.path}` });
    const problem = await collectEndpoint(client, node, endpoint, sink);
    if (problem === undefined) continue;
    if (closesTheWay(problem)) {
      await sink.addGap(
        proxyGap(node, `what the kubelet of node ${node} tells: logs, disk statistics, configuration`, problem),
      );
      return;
    }
    await sink.addGap(proxyGap(node, `${endpoint.wanted} of node ${node}`, problem));
  }
  await collectLogs(client, node, info, sink, limits);
}

async function collectNode(client: ClusterClient, node: string, sink: EvidenceSink): Promise<Partial<Node['info']>> {
  const answer = await client.get('Node', undefined, node);
  if (!answer.ok) {
    await sink.addGap(nodeGap(node, answer.problem));
    return {};
  }
  if (nestsDeeper(answer.value)) {
    await sink.addGap({
      wanted: `Node ${node}: what came is nested too deeply`,
      why: 'not-collected',
      how: showNode(node),
    });
    return {};
  }
  await sink.addFile('node.json', Buffer.from(cleanText(JSON.stringify(answer.value, undefined, 1))), { node });
  const object = parseObject(answer.value, { kind: 'Node', apiVersion: 'v1' })?.object;
  return object?.kind === 'Node' ? object.info : {};
}

function showNode(node: string): string {
  return sh`kubectl get node ${node}`;
}

function nodeGap(node: string, problem: Problem): Gap {
  const how = showNode(node);
  if (problem.kind === 'not-found') return { wanted: `Node ${node}: there is no such node`, why: 'not-collected', how };
  if (problem.kind === 'forbidden') return { wanted: `Node ${node}`, why: 'forbidden', how };
  return { wanted: `Node ${node}`, why: 'refused', how: `the API server: ${problem.message}` };
}

async function collectEndpoint(
  client: ClusterClient,
  node: string,
  { path, file, keep }: Endpoint,
  sink: EvidenceSink,
): Promise<Problem | undefined> {
  const answer = await client.open(kubeletPath(node, path));
  if (!answer.ok) return answer.problem;
  const read = await readAll(answer.value.body);
  if (!read.ok) return read.problem;
  const text = path === 'configz' ? withoutStaticPodHeaders(read.text) : read.text;
  const content = keep === undefined ? cleanBytes(Buffer.from(text)) : Buffer.from(cleanText(text, keep));
  await sink.addFile(file, content, { node });
  return undefined;
}

type Whole = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem };

async function readAll(body: AsyncIterable<Buffer>): Promise<Whole> {
  try {
    return { ok: true, text: await textOf({ body }, MAX_ANSWER) };
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'AbortError') throw error;
    return { ok: false, problem: { kind: 'broken', message: error.message } };
  }
}

/** The one field of a kubelet's configuration that may hold a login: headers for the URL of static pods. */
function withoutStaticPodHeaders(text: string): string {
  return text.replace(/"staticPodURLHeader":\{[^{}]*\}/, '"staticPodURLHeader":{}');
}
