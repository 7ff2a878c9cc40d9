import type { Case } from './cases.ts';
import { newest } from './pod-events.ts';
import type { PodSight } from './pod-pulls.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { podNames } from './subject-of.ts';
import { isAfter } from './time.ts';

/** The pause image cannot be pulled: no container of the pod can start (containerd FailedCreatePodSandBox). */
export function sandboxCase(index: SnapshotIndex, sight: PodSight): readonly Case[] | undefined {
  const failed = newest(sight.events, 'sandbox');
  if (failed === undefined) return undefined;
  // Whatever needs a sandbox and came later shows that there is one now.
  const moved = newest(sight.events, 'pulling', 'pulled', 'present', 'created', 'started', 'failed', 'back-off');
  if (isAfter(moved?.at, failed.at)) return undefined;
  const error = index.decoded(failed.message);
  if (error.sandbox !== true) return undefined;
  const { image } = error;
  return [
    {
      key: `${sight.pod.id}#sandbox`,
      subject: { kind: 'sandbox', ...podNames(index, sight.pod), ...(image === undefined ? {} : { image }) },
      seenIn: [failed.seen.id],
    },
  ];
}
