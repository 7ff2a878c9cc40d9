import type { Autoscaler } from './autoscaler.ts';
import type { Subject } from './facts.ts';
import type { WorkloadFact } from './workload.ts';

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
  StatefulSet: (w) => [...orderedRollout(w), ...missing(w), ...order(w), ...scaling(w)],
  DaemonSet: (w) => [...daemonRollout(w), ...missing(w)],
  Job: (w) => [`job/${w.name} does not start its work${givenUp(w)}`],
  CronJob: (w) => [
    `cronjob/${w.name}: ${runs(w)}; later runs fail the same way until the image can be pulled`,
    ...heldBack(w),
  ],
};

function orderedRollout({ name, rolloutBlocked }: Shape): readonly string[] {
  return rolloutBlocked ? [`the rolling update of statefulset/${name} stops at this pod`] : [];
}

function order({ name, inOrder }: Shape): readonly string[] {
  return inOrder === false ? [] : [`statefulset/${name} starts its pods in order: those behind the failing one wait`];
}

/** What ends the wait of a run. */
function givenUp({ runs: seen }: Shape): string {
  if (seen === undefined) return '';
  if (seen.givenUp) return ' and was given up';
  if (seen.deadlineSeconds === undefined) return ': it has no deadline (activeDeadlineSeconds), so it waits for ever';
  return ` and is given up ${seen.givenUpAt === undefined ? 'after' : `at ${seen.givenUpAt}, after`} ${seen.deadlineSeconds} s`;
}

function runs({ runs: seen }: Shape): string {
  const since = seen?.lastSuccessAt === undefined ? '' : ` (the last success was at ${seen.lastSuccessAt})`;
  const count = seen?.unfinished ?? 1;
  return count > 1 ? `${count} runs did not start their work${since}` : `this run does not start${since}`;
}

/** What a run that hangs does to those after it. */
function heldBack({ name, runs: seen }: Shape): readonly string[] {
  if (seen?.concurrency === 'Replace') return [`each new run of cronjob/${name} replaces the one that hangs`];
  if (seen?.concurrency !== 'Forbid' || seen.givenUp) return [];
  const skipped = seen.skipped === 0 ? '' : `; ${seen.skipped} ${seen.skipped === 1 ? 'was' : 'were'} left out already`;
  return [`no other run of cronjob/${name} starts while this one hangs (concurrencyPolicy Forbid)${skipped}`];
}

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

function scaling({ desired, ready, autoscaler }: Shape): readonly string[] {
  if (desired === undefined || (ready ?? 0) >= desired) return [];
  if (autoscaler !== undefined) return [autoscaling(autoscaler, ready ?? 0)];
  return ready === undefined || ready === 0 ? [] : ['scaling up and replacing lost pods do not work'];
}

function autoscaling({ name, wants, max, atLimit }: Autoscaler, ready: number): string {
  if (atLimit && max !== undefined)
    return `hpa/${name} is at its limit: ${ready} of its ${max} pods are ready, and it may not add more`;
  return `hpa/${name} cannot scale up${wants === undefined ? '' : `: it wants ${pods(wants)}, ${ready} ${ready === 1 ? 'is' : 'are'} ready`}`;
}

function pods(count: number): string {
  return count === 1 ? '1 pod' : `${count} pods`;
}
