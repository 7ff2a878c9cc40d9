import type { Case } from './case.ts';
import { pullsInEvents } from './cases-from-events.ts';
import { waitingId } from './evidence-ids.ts';
import { PULL_REASONS } from './pod-events.ts';
import type { PodSight } from './pod-pulls.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { podNames } from './subject-of.ts';
import { isStarting, rowReason } from './table-row.ts';

/** A row of `kubectl get pods` names one reason and neither container nor image; events may know more. */
export function rowCases(index: SnapshotIndex, sight: PodSight): readonly Case[] {
  const { pod, events } = sight;
  const row = rowReason(pod);
  const { phase } = pod.object.status;
  if (phase !== undefined && phase !== 'Pending') return [];
  if (row !== undefined && !PULL_REASONS.has(row.reason) && !isStarting(row.reason)) return [];
  const names = podNames(index, pod);
  const told = pullsInEvents(index, pod.id, names, events);
  if (told.length > 0 || row === undefined || !PULL_REASONS.has(row.reason)) return told;
  const [only] = pod.object.status.containers;
  return [
    {
      key: `${pod.id}#`,
      subject: { kind: 'container', ...names, ...(row.init ? { role: 'init' as const } : {}) },
      seenIn: [only === undefined ? pod.id : waitingId(pod.id, only.name)],
    },
  ];
}
