import type { Gap } from '../../core/fact.ts';
import type { Node } from '../../core/objects.ts';
import { sh } from '../../core/shell.ts';
import type { LogEntry, Snapshot } from '../../core/snapshot.ts';
import { findCases } from '../../facts/cases.ts';
import type { Subject } from '../../facts/facts.ts';
import { indexSnapshot } from '../../facts/snapshot-index.ts';
import { readText } from '../../sources/bundle/read-text.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { MemorySink } from '../../sources/node/evidence-sink.ts';
import { collectLogs } from '../../sources/node/kubelet-logs.ts';

export interface NodeLogsOptions {
  /** Nodes that are asked; the others are named as left out. */
  readonly maxNodes?: number;
  /** Of each log: its end. */
  readonly keepBytes?: number;
}

const MAX_NODES = 5;
const KEEP_BYTES = 8 * 2 ** 20;
/** A pull that fails is tried again every 5 minutes at most: what is older is another story. */
const SPAN_MS = 6 * 3_600_000;

/**
 * Adds what kubelet and runtime logged on the nodes of the failing pods, asked through the API server.
 * Their logs know what events have forgotten, which mirror failed, and whether the runtime itself is down.
 */
export async function addNodeLogs(
  client: ClusterClient,
  snapshot: Snapshot,
  concerns: (subject: Subject) => boolean,
  { maxNodes = MAX_NODES, keepBytes = KEEP_BYTES }: NodeLogsOptions = {},
): Promise<Snapshot> {
  const nodes = failingNodes(snapshot, concerns);
  const asked = await Promise.all(nodes.slice(0, maxNodes).map((node) => logsOf(client, snapshot, node, keepBytes)));
  return {
    ...snapshot,
    logs: [...snapshot.logs, ...asked.flatMap(({ logs }) => logs)],
    gaps: [...snapshot.gaps, ...asked.flatMap(({ gaps }) => gaps), ...leftOut(nodes.slice(maxNodes))],
  };
}

/** Nodes with failing pulls, those with the most first. */
function failingNodes(snapshot: Snapshot, concerns: (subject: Subject) => boolean): readonly string[] {
  const counts = new Map<string, number>();
  for (const { subject } of findCases(indexSnapshot(snapshot)).cases) {
    const { node } = subject;
    if (node !== undefined && concerns(subject)) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([node]) => node);
}

async function logsOf(
  client: ClusterClient,
  snapshot: Snapshot,
  node: string,
  keepBytes: number,
): Promise<{ readonly logs: readonly LogEntry[]; readonly gaps: readonly Gap[] }> {
  const sink = new MemorySink();
  const now = snapshot.takenAt ?? new Date().toISOString();
  const since = new Date(Date.parse(now) - SPAN_MS).toISOString();
  await collectLogs(client, node, infoOf(snapshot, node), sink, { since, keepBytes });
  const readings = [...sink.files.keys()].map((path) =>
    readText(sink.textOf(path) ?? '', `nodes/${node}/${path}`, { now }),
  );
  return { logs: readings.flatMap(({ logs }) => logs), gaps: [...sink.gaps, ...readings.flatMap(({ gaps }) => gaps)] };
}

function infoOf({ objects }: Snapshot, node: string): Partial<Node['info']> {
  for (const { object } of objects) if (object.kind === 'Node' && object.metadata.name === node) return object.info;
  return {};
}

function leftOut(nodes: readonly string[]): readonly Gap[] {
  const [first] = nodes;
  if (first === undefined) return [];
  const more = nodes.length > 1 ? ` and ${nodes.length - 1} more nodes` : '';
  return [{ wanted: `logs of node ${first}${more}`, why: 'not-collected', how: sh`pullwhy node collect ${first}` }];
}
