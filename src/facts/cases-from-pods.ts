import type { Case, Findings, NotImagePullCandidate } from './case.ts';
import { afterPullCase } from './cases-after-pull.ts';
import { ownerMissesPods } from './cases-from-events.ts';
import { rowCases } from './cases-from-rows.ts';
import { imageVolumeCases } from './cases-image-volumes.ts';
import { sandboxCase } from './cases-sandbox.ts';
import { waitingId } from './evidence-ids.ts';
import { ownersOf } from './owners.ts';
import { newest, type PodEvent, PULL_REASONS, pullState } from './pod-events.ts';
import {
  type ContainerSight,
  containersOf,
  eventsOfContainer,
  imageOf,
  type PodSight,
  podSight,
  roleOf,
} from './pod-pulls.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { stuckElsewhere } from './stuck-elsewhere.ts';
import { containerSubject } from './subject-of.ts';

/** Cases and stuck pods among the pods that were seen as objects. */
export function podCases(index: SnapshotIndex): Findings {
  const cases: Case[] = [];
  const notImagePull: NotImagePullCandidate[] = [];
  for (const pod of index.pods) {
    if (!mayBeStuck(pod) || isLeaving(index, pod)) continue;
    const sight = podSight(index, pod);
    const found = casesOfPod(index, sight);
    cases.push(...found);
    if (found.length > 0) continue;
    const stuck = stuckElsewhere(index, sight);
    if (stuck !== undefined) notImagePull.push(stuck);
  }
  return { cases, notImagePull };
}

/** Cheap: most pods of a cluster run, and need no second look. */
function mayBeStuck({ object, view }: SeenOf<'Pod'>): boolean {
  const { phase, containers } = object.status;
  if (phase === 'Succeeded') return false;
  if (view === 'table') return true;
  return phase !== 'Running' || containers.some(({ state }) => state.running === undefined);
}

/** On its way out and not missed: the kubelet starts nothing in it any more, and whoever deleted it knows. */
function isLeaving(index: SnapshotIndex, { object, view }: SeenOf<'Pod'>): boolean {
  const { metadata, status } = object;
  if (view === 'table' || (metadata.deletionTimestamp === undefined && status.reason !== 'Terminating')) return false;
  const owner = ownersOf(index, metadata)[0];
  return owner === undefined || !ownerMissesPods(index, metadata.namespace, owner);
}

function casesOfPod(index: SnapshotIndex, sight: PodSight): readonly Case[] {
  const { pod } = sight;
  if (pod.view === 'table') return rowCases(index, sight);
  const volumes = imageVolumeCases(index, sight);
  const inVolumes = new Set(volumes.flatMap((found) => found.containers));
  const own = containersOf(pod).flatMap((container) => {
    if (inVolumes.has(container.name)) return [];
    return containerCase(index, sight, container) ?? [];
  });
  const found = [...volumes.map((v) => v.case), ...own];
  if (found.length > 0) return found;
  return sandboxCase(index, sight) ?? [];
}

function containerCase(index: SnapshotIndex, sight: PodSight, container: ContainerSight): Case | undefined {
  const { pod } = sight;
  const state = container.status?.state;
  if (state?.running !== undefined || container.status?.started === true) return undefined;
  const seen = waitsForPull(index, sight, container) ?? pullsWithoutEnd(sight, container);
  if (seen !== undefined) {
    return { key: `${pod.id}#${container.name}`, subject: containerSubject(index, pod, container), seenIn: seen };
  }
  return afterPullCase(index, sight, container);
}

/** The kubelet says that it cannot pull; a reason that is no name is a malformed pull secret's own text (1.33+). */
function waitsForPull(
  index: SnapshotIndex,
  { pod }: PodSight,
  container: ContainerSight,
): readonly string[] | undefined {
  const waiting = container.status?.state.waiting;
  const reason = waiting?.reason;
  if (reason === undefined) return undefined;
  if (PULL_REASONS.has(reason)) return [waitingId(pod.id, container.name)];
  if (!/\s/.test(reason)) return undefined;
  const { stage, leaf } = index.decoded(reason);
  return stage === 'none' || leaf.kind === 'not-pull' ? undefined : [waitingId(pod.id, container.name)];
}

/** No reason in the status yet (or not shown), but events tell of a pull that failed or has not ended. */
function pullsWithoutEnd(sight: PodSight, container: ContainerSight): readonly string[] | undefined {
  const { pod } = sight;
  const { state, imageID } = container.status ?? { state: {} };
  if (pod.object.status.phase === 'Failed' || state.terminated !== undefined) return undefined;
  const reason = state.waiting?.reason;
  if (reason !== undefined && reason !== 'ContainerCreating' && reason !== 'PodInitializing') return undefined;
  if (imageID !== undefined && imageID !== '') return undefined;
  if (pod.object.status.phase === 'Running' && container.status === undefined && roleOf(container) !== 'ephemeral')
    return undefined;
  const events = eventsOfContainer(sight, container);
  const standing = pullState(events);
  if (standing === 'silent' || standing === 'succeeded') return undefined;
  if (imageOf(container) === undefined && events.every((e) => e.image === undefined)) return undefined;
  return lastOf(events).map((event) => event.seen.id);
}

function lastOf(events: readonly PodEvent[]): readonly PodEvent[] {
  const last = newest(events, 'failed', 'back-off', 'pulling');
  return last === undefined ? [] : [last];
}
