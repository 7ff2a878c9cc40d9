import type { PodRef } from '../core/report.ts';
import type { NotImagePullCandidate } from './case.ts';
import { exitOf } from './container-end.ts';
import { newest } from './pod-events.ts';
import { type ContainerSight, containersOf, type PodSight } from './pod-pulls.ts';
import { podRef } from './pod-ref.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { podNames } from './subject-of.ts';
import { isStarting, rowReason } from './table-row.ts';
import { secondsBetween } from './time.ts';

/** Reasons of a table row that are no trouble. */
const FINE: ReadonlySet<string> = new Set(['Completed', 'Terminating', 'Evicted', 'Shutdown']);
/** A pod needs a moment to start; before that "creating" is nothing to report. */
const GRACE_SECONDS = 120;

/** Why a pod without image trouble does not get to run; undefined when it is only young, or ended. */
export function stuckElsewhere(index: SnapshotIndex, sight: PodSight): NotImagePullCandidate | undefined {
  const { pod } = sight;
  const { phase, conditions } = pod.object.status;
  if (phase === 'Failed' || pod.object.metadata.deletionTimestamp !== undefined) return undefined;
  const ref = podRef({ kind: 'container', ...podNames(index, pod) });
  if (pod.view === 'table') return stuckRow(ref, rowReason(pod)?.reason);
  const scheduled = conditions.find((c) => c.type === 'PodScheduled' && c.status === 'False');
  if (scheduled !== undefined) {
    return {
      pod: ref,
      reason: scheduled.reason ?? 'Unschedulable',
      because: [scheduled.message ?? 'no node takes the pod', ...unreadyNodes(index)].join('; '),
    };
  }
  return stuckContainer(ref, containersOf(pod)) ?? stuckBeforeContainers(index, sight, ref);
}

function stuckRow(pod: PodRef, reason: string | undefined): NotImagePullCandidate | undefined {
  if (reason === undefined || FINE.has(reason) || isStarting(reason)) return undefined;
  return { pod, reason, because: `the pod list shows ${reason}` };
}

function stuckContainer(pod: PodRef, containers: readonly ContainerSight[]): NotImagePullCandidate | undefined {
  for (const { name, status } of containers) {
    const waiting = status?.state.waiting;
    if (waiting?.reason === undefined || waiting.reason === 'ContainerCreating' || waiting.reason === 'PodInitializing')
      continue;
    const exit = status === undefined ? undefined : exitOf(status);
    const ended = exit?.exitCode === undefined ? '' : ` (last exit code ${exit.exitCode})`;
    return {
      pod: { ...pod, container: name },
      reason: waiting.reason,
      because: `container ${name}: ${waiting.message ?? waiting.reason}${ended}`,
    };
  }
  return undefined;
}

/** Nodes that are not ready take no pods; one is enough to name. */
function unreadyNodes(index: SnapshotIndex): readonly string[] {
  return index
    .all('Node')
    .flatMap(({ object }) => unreadyNode(index, object.metadata.name) ?? [])
    .slice(0, 1);
}

/** What the node's Ready condition says while it is not True; a node that does not report says so as well. */
function unreadyNode(index: SnapshotIndex, name: string | undefined): string | undefined {
  const node = name === undefined ? undefined : index.find('Node', undefined, name);
  const ready = node?.object.conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined || ready.status === 'True') return undefined;
  return `node ${name} is not ready: ${ready.message ?? ready.reason ?? ready.status}`;
}

function stuckBeforeContainers(index: SnapshotIndex, sight: PodSight, pod: PodRef): NotImagePullCandidate | undefined {
  const waits = containersOf(sight.pod).some(
    ({ status }) => status?.state.running === undefined && status?.state.terminated === undefined,
  );
  if (!waits) return undefined;
  const trouble = newest(sight.events, 'sandbox', 'mount', 'unscheduled');
  if (trouble !== undefined) {
    return { pod, reason: trouble.seen.object.reason ?? 'Pending', because: trouble.message };
  }
  const unready = unreadyNode(index, sight.pod.object.spec.nodeName);
  if (unready !== undefined) return { pod, reason: 'NodeNotReady', because: unready };
  const age = secondsBetween(sight.pod.object.metadata.creationTimestamp, index.takenAt);
  const initRuns = containersOf(sight.pod).some(({ status }) => status?.state.running !== undefined);
  if (initRuns || age === undefined || age < GRACE_SECONDS) return undefined;
  return {
    pod,
    reason: 'ContainerCreating',
    because: 'no container has started and no event says why; no pull was tried',
  };
}
