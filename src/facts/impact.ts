import type { Subject, WorkloadFact } from './facts.ts';

/** What does not work because of the failing pull, in sentences with the real names. */
export function impactOf(workload: Omit<WorkloadFact, 'impact'>, subject: Subject): readonly string[] {
  if (subject.role === 'ephemeral')
    return [`debug container ${subject.container ?? ''} does not start; the pod itself is not affected`];
  const sentence = SENTENCES[workload.kind]?.(workload) ?? [];
  const init =
    subject.role === 'init'
      ? [`init container ${subject.container ?? ''} holds back all other containers of the pod`]
      : [];
  return [...sentence, ...init];
}

type Shape = Omit<WorkloadFact, 'impact'>;

const SENTENCES: Readonly<Record<string, (workload: Shape) => readonly string[]>> = {
  Deployment: (w) => [...rollout(w), ...missing(w), ...scaling(w)],
  ReplicaSet: (w) => [...missing(w), ...scaling(w)],
  StatefulSet: (w) => [
    ...missing(w),
    `statefulset/${w.name} starts its pods in order: those behind the failing one wait`,
  ],
  DaemonSet: (w) => [...daemonRollout(w), ...missing(w)],
  Job: (w) => [`job/${w.name} does not start its work, and fails when its deadline or back-off limit is reached`],
  CronJob: (w) => [
    `cronjob/${w.name}: this run does not start; later runs fail the same way until the image can be pulled`,
  ],
};

function rollout({ name, oldPodsReady, rolloutBlocked }: Shape): readonly string[] {
  if (!rolloutBlocked) return [];
  return oldPodsReady === undefined || oldPodsReady === 0
    ? [`the rollout of deploy/${name} is blocked`]
    : [
        `the rollout of deploy/${name} is blocked; ${pods(oldPodsReady)} of the previous revision still ${oldPodsReady === 1 ? 'serves' : 'serve'}`,
      ];
}

function daemonRollout({ name, rolloutBlocked }: Shape): readonly string[] {
  return rolloutBlocked ? [`the rollout of daemonset/${name} is blocked at this node`] : [];
}

function missing({ kind, name, desired, ready }: Shape): readonly string[] {
  if (desired === undefined || desired === 0) return [];
  const short = kind === 'Deployment' ? 'deploy' : kind.toLowerCase();
  const now = ready ?? 0;
  if (now >= desired) return [];
  return now === 0
    ? [`${short}/${name} has no ready pod (0 of ${desired}): what depends on it is down`]
    : [`${short}/${name} runs with ${now} of ${desired} pods ready: less capacity`];
}

function scaling({ desired, ready }: Shape): readonly string[] {
  return desired !== undefined && ready !== undefined && ready > 0 && ready < desired
    ? ['scaling up and replacing lost pods do not work']
    : [];
}

function pods(count: number): string {
  return count === 1 ? '1 pod' : `${count} pods`;
}
