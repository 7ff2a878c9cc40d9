import type { EvidenceId } from '../core/evidence.ts';
import type { Case } from './case.ts';
import type { LogRecord } from './log-record.ts';
import { newest } from './pod-events.ts';
import { containersOf, type PodSight } from './pod-pulls.ts';
import { runtimeDownOn } from './runtime-down.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { podNames } from './subject-of.ts';
import { isAfter } from './time.ts';

/** Faults of the node that stop sandboxes and pulls alike: its disk, or its runtime. */
const NODE_FAULTS: ReadonlySet<string> = new Set(['storage', 'runtime']);

/** What stops a sandbox: where it is said, and the pause image if it is that. */
interface Obstacle {
  readonly seenIn: EvidenceId;
  readonly image?: string;
}

/**
 * No container of the pod can start (FailedCreatePodSandBox): its pause image cannot be pulled,
 * or the node cannot write or reach its runtime. Networks and other sandbox troubles are no case.
 */
export function sandboxCase(index: SnapshotIndex, sight: PodSight): readonly Case[] | undefined {
  const obstacle =
    inEvents(index, sight) ?? (isUntouched(sight) ? (inLog(index, sight) ?? onNode(index, sight)) : undefined);
  if (obstacle === undefined) return undefined;
  const { seenIn, image } = obstacle;
  return [
    {
      key: `${sight.pod.id}#sandbox`,
      subject: { kind: 'sandbox', ...podNames(index, sight.pod), ...(image === undefined ? {} : { image }) },
      seenIn: [seenIn],
    },
  ];
}

function inEvents(index: SnapshotIndex, { events }: PodSight): Obstacle | undefined {
  const failed = newest(events, 'sandbox');
  if (failed === undefined) return undefined;
  // Whatever needs a sandbox and came later shows that there is one now.
  const moved = newest(events, 'pulling', 'pulled', 'present', 'created', 'started', 'failed', 'back-off');
  return isAfter(moved?.at, failed.at) ? undefined : obstacleIn(index, failed.message, failed.seen.id);
}

function obstacleIn(index: SnapshotIndex, text: string, seenIn: EvidenceId): Obstacle | undefined {
  const { sandbox, leaf, image } = index.decoded(text);
  if (sandbox !== true && !NODE_FAULTS.has(leaf.kind)) return undefined;
  return { seenIn, ...(image === undefined ? {} : { image }) };
}

/** Bound to a node, and neither its state nor an event shows that the kubelet got anywhere with it. */
function isUntouched({ pod, events }: PodSight): boolean {
  const { spec, status, metadata } = pod.object;
  if (pod.view === 'table' || spec.nodeName === undefined || metadata.deletionTimestamp !== undefined) return false;
  if (status.phase !== undefined && status.phase !== 'Pending') return false;
  if (newest(events, 'pulling', 'pulled', 'present', 'created', 'started', 'sandbox', 'mount') !== undefined)
    return false;
  return containersOf(pod).every(({ status: own }) => {
    const { state, imageID } = own ?? { state: {} };
    const reason = state.waiting?.reason;
    const waits = reason === undefined || reason === 'ContainerCreating' || reason === 'PodInitializing';
    return waits && state.running === undefined && state.terminated === undefined && (imageID ?? '') === '';
  });
}

/** The event lives an hour, the kubelet's log longer. */
function inLog(index: SnapshotIndex, { pod }: PodSight): Obstacle | undefined {
  const { namespace, name, uid } = pod.object.metadata;
  const records = index.logs.ofPod(namespace, name).filter((r) => r.podUid === undefined || r.podUid === uid);
  const last = records.findLast((record) => ABOUT_START.has(record.kind));
  return last?.kind === 'sandbox-failed' ? obstacleIn(index, last.text, last.entry.id) : undefined;
}

const ABOUT_START: ReadonlySet<LogRecord['kind']> = new Set([
  'sandbox-failed',
  'sync-failed',
  'container-started',
  'pod-started',
]);

/** With no runtime the kubelet does not even begin with the pod, so nothing is said of it. */
function onNode(index: SnapshotIndex, { pod }: PodSight): Obstacle | undefined {
  const { spec, metadata } = pod.object;
  const down = runtimeDownOn(index, spec.nodeName, metadata.creationTimestamp);
  return down === undefined ? undefined : { seenIn: down.evidence };
}
