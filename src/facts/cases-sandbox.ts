import type { Case } from './cases.ts';
import { newest } from './pod-events.ts';
import type { PodSight } from './pod-pulls.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { podNames } from './subject-of.ts';
import { isAfter } from './time.ts';

/** Faults of the node that stop sandboxes and pulls alike: its disk, or its runtime. */
const NODE_FAULTS: ReadonlySet<string> = new Set(['storage', 'runtime']);

/**
 * No container of the pod can start (FailedCreatePodSandBox): its pause image cannot be pulled,
 * or the node cannot write or reach its runtime. Networks and other sandbox troubles are no case.
 */
export function sandboxCase(index: SnapshotIndex, sight: PodSight): readonly Case[] | undefined {
  const failed = newest(sight.events, 'sandbox');
  if (failed === undefined) return undefined;
  // Whatever needs a sandbox and came later shows that there is one now.
  const moved = newest(sight.events, 'pulling', 'pulled', 'present', 'created', 'started', 'failed', 'back-off');
  if (isAfter(moved?.at, failed.at)) return undefined;
  const error = index.decoded(failed.message);
  if (error.sandbox !== true && !NODE_FAULTS.has(error.leaf.kind)) return undefined;
  const { image } = error;
  return [
    {
      key: `${sight.pod.id}#sandbox`,
      subject: { kind: 'sandbox', ...podNames(index, sight.pod), ...(image === undefined ? {} : { image }) },
      seenIn: [failed.seen.id],
    },
  ];
}
