import type { EvidenceId } from '../core/evidence.ts';
import type { BuildRun } from '../core/objects.ts';
import { excerpt } from '../core/redact.ts';
import type { LogEntry } from '../core/snapshot.ts';
import { buildFailure, buildFailureWords } from './build-log.ts';
import type { Builder } from './builder.ts';
import type { Build } from './builds.ts';
import { type ContainerEnd, exitOf } from './container-end.ts';
import { PULL_REASONS } from './pod-events.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { latest } from './time.ts';

type State = Pick<Build, 'state' | 'problem' | 'problemFrom' | 'finishedAt'>;

/** Why a build's own pod does not do its work, and the line of its log that says so. */
interface Problem {
  readonly problem: string;
  readonly problemFrom?: EvidenceId;
}

/** How a build fares: by the Job's conditions, and by its pods for the reason. */
export function buildState(index: SnapshotIndex, builder: Builder): State {
  if (builder.kind === 'CronJob') return cronJobState(index, builder);
  if (builder.pod !== undefined) return podState(index, builder.pod);
  if (builder.run !== undefined) return runState(index, builder, builder.run);
  const status = builder.workload?.status;
  const pods = podsOfBuild(index, builder);
  const failed = status?.conditions.find(
    (c) => (c.type === 'Failed' || c.type === 'FailureTarget') && c.status === 'True',
  );
  if (failed !== undefined) {
    const said = redactedMessage(failed.message) ?? failed.reason;
    const problem = problemOfPods(index, pods) ?? (said === undefined ? {} : { problem: said });
    return { state: 'failed', ...problem, ...at(failed.lastTransitionTime) };
  }
  const complete = status?.conditions.some(
    (c) => (c.type === 'Complete' || c.type === 'SuccessCriteriaMet') && c.status === 'True',
  );
  if (complete === true || status?.completionTime !== undefined)
    return { state: 'succeeded', ...at(status?.completionTime) };
  return unfinished(index, pods, (status?.failed ?? 0) > 0);
}

function unfinished(index: SnapshotIndex, pods: readonly SeenOf<'Pod'>[], hasFailedPods: boolean): State {
  const problem = problemOfPods(index, pods);
  const runs = pods.some(({ object }) => object.status.containers.some((c) => c.state.running !== undefined));
  const state = runs
    ? 'running'
    : hasFailedPods && pods.length === 0
      ? 'failed'
      : pods.length === 0
        ? 'unknown'
        : 'pending';
  return { state, ...problem };
}

function problemOfPods(index: SnapshotIndex, pods: readonly SeenOf<'Pod'>[]): Problem | undefined {
  return pods.map((pod) => problemOf(index, pod)).find((found) => found !== undefined);
}

function podState(index: SnapshotIndex, pod: SeenOf<'Pod'>): State {
  const { phase } = pod.object.status;
  const problem = problemOf(index, pod);
  const finishedAt = latest(pod.object.status.containers.map((c) => c.state.terminated?.finishedAt));
  const state =
    phase === 'Succeeded' ? 'succeeded' : phase === 'Failed' ? 'failed' : phase === 'Running' ? 'running' : 'pending';
  return { state, ...problem, ...at(finishedAt) };
}

/** A CronJob's newest run speaks for it. */
function cronJobState(index: SnapshotIndex, builder: Builder): State {
  const newest = newestRun(index, builder);
  if (newest === undefined) return { state: 'unknown' };
  const { metadata } = newest.object;
  return buildState(index, { ...builder, kind: 'Job', name: metadata.name, workload: newest.object });
}

function newestRun(index: SnapshotIndex, { namespace, name }: BuildName): SeenOf<'Job'> | undefined {
  return index
    .all('Job')
    .filter(
      ({ object }) =>
        object.metadata.namespace === namespace &&
        object.metadata.ownerReferences.some((r) => r.kind === 'CronJob' && r.name === name),
    )
    .sort((a, b) =>
      (a.object.metadata.creationTimestamp ?? '').localeCompare(b.object.metadata.creationTimestamp ?? ''),
    )
    .at(-1);
}

type BuildName = Pick<Build, 'kind' | 'namespace' | 'name'>;

/** The pods in which a build runs, as far as they were seen. */
export function podsOfBuild(index: SnapshotIndex, { kind, namespace, name }: BuildName): readonly SeenOf<'Pod'>[] {
  if (kind === 'CronJob') {
    const run = newestRun(index, { kind, namespace, name });
    return run === undefined ? [] : podsOfBuild(index, { kind: 'Job', namespace, name: run.object.metadata.name });
  }
  const label = RUN_LABELS[kind];
  return index.pods.filter(({ object: { metadata } }) => {
    if (metadata.namespace !== namespace) return false;
    if (kind === 'Pod') return metadata.name === name;
    if (label !== undefined) return metadata.labels[label] === name;
    return metadata.ownerReferences.some((r) => r.kind === kind && r.name === name);
  });
}

/** A build system says itself how its run went; the pods of the run say why, where they were seen. */
function runState(index: SnapshotIndex, builder: Builder, run: BuildRun): State {
  const failing = run.state === 'succeeded' ? undefined : problemOfPods(index, podsOfBuild(index, builder));
  const said = run.state === 'failed' ? redactedMessage(run.message) : undefined;
  return { state: run.state, ...(failing ?? (said === undefined ? {} : { problem: said })), ...at(run.finishedAt) };
}

/** Labels by which the pods of a run are found. */
export const RUN_LABELS: Readonly<Record<string, string>> = {
  TaskRun: 'tekton.dev/taskRun',
  PipelineRun: 'tekton.dev/pipelineRun',
  BuildRun: 'buildrun.shipwright.io/name',
  Workflow: 'workflows.argoproj.io/workflow',
};

/** Log lines of one pod that are looked at; the newest. */
const MAX_LOG_LINES = 200;

/** The log of a pod, where the evidence has it: by the pod's name in its place. */
function logOf(index: SnapshotIndex, pod: string): readonly LogEntry[] {
  return index.snapshot.logs.filter(({ locator }) => locator.includes(pod)).slice(-MAX_LOG_LINES);
}

/** Why the build's own pod does not do its work. */
function problemOf(index: SnapshotIndex, { object }: SeenOf<'Pod'>): Problem | undefined {
  for (const status of object.status.containers) {
    const reason = status.state.waiting?.reason;
    const image = object.spec.containers.find((c) => c.name === status.name)?.image;
    if (reason !== undefined && PULL_REASONS.has(reason))
      return { problem: `its own image${image === undefined ? '' : ` ${image}`} cannot be pulled (${reason})` };
    if (reason !== undefined && reason !== 'ContainerCreating' && reason !== 'PodInitializing')
      return { problem: reason };
    const exit = exitOf(status);
    if (exit?.exitCode === undefined || exit.exitCode === 0) continue;
    if (exit.reason === 'OOMKilled') return { problem: `container ${status.name} ran out of memory` };
    return failureOf(index, object.metadata.name, status.name, exit);
  }
  const unscheduled = object.status.conditions.find((c) => c.type === 'PodScheduled' && c.status === 'False');
  return unscheduled === undefined ? undefined : { problem: 'its pod cannot be scheduled' };
}

/** The line of the log that decides, of the termination message where there is no log. */
function failureOf(index: SnapshotIndex, pod: string, container: string, exit: ContainerEnd): Problem {
  const log = logOf(index, pod);
  const told = (exit.message ?? '').split('\n');
  const failure = buildFailure([...told, ...log.map(({ raw }) => raw)]);
  if (failure === undefined) return { problem: `container ${container} exited with code ${exit.exitCode}` };
  const line = log[failure.at - told.length]?.id;
  return { problem: buildFailureWords(failure), ...(line === undefined ? {} : { problemFrom: line }) };
}

function at(time: string | undefined): Pick<Build, 'finishedAt'> {
  return time === undefined ? {} : { finishedAt: time };
}

function redactedMessage(message: string | undefined): string | undefined {
  return message === undefined ? undefined : excerpt(message, 300);
}
