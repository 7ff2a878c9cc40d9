import type { BuildRun } from '../core/objects.ts';
import { excerpt } from '../core/redact.ts';
import { buildFailure, buildFailureWords } from './build-log.ts';
import type { Builder } from './builder.ts';
import { exitOf } from './container-end.ts';
import type { Build } from './facts.ts';
import { PULL_REASONS } from './pod-events.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { latest } from './time.ts';

type State = Pick<Build, 'state' | 'problem' | 'finishedAt'>;

/** How a build fares: by the Job's conditions, and by its pods for the reason. */
export function buildState(index: SnapshotIndex, builder: Builder): State {
  if (builder.kind === 'CronJob') return cronJobState(index, builder);
  if (builder.pod !== undefined) return podState(index, builder.pod);
  if (builder.run !== undefined) return runState(index, builder, builder.run);
  const status = builder.workload?.status;
  const pods = podsOfJob(index, builder);
  const failed = status?.conditions.find(
    (c) => (c.type === 'Failed' || c.type === 'FailureTarget') && c.status === 'True',
  );
  if (failed !== undefined) {
    const problem =
      pods.map((pod) => problemOf(index, pod)).find((found) => found !== undefined) ??
      redactedMessage(failed.message) ??
      failed.reason;
    return { state: 'failed', ...(problem === undefined ? {} : { problem }), ...at(failed.lastTransitionTime) };
  }
  const complete = status?.conditions.some(
    (c) => (c.type === 'Complete' || c.type === 'SuccessCriteriaMet') && c.status === 'True',
  );
  if (complete === true || status?.completionTime !== undefined)
    return { state: 'succeeded', ...at(status?.completionTime) };
  return unfinished(index, pods, (status?.failed ?? 0) > 0);
}

function unfinished(index: SnapshotIndex, pods: readonly SeenOf<'Pod'>[], hasFailedPods: boolean): State {
  const problem = pods.map((pod) => problemOf(index, pod)).find((found) => found !== undefined);
  const runs = pods.some(({ object }) => object.status.containers.some((c) => c.state.running !== undefined));
  const state = runs
    ? 'running'
    : hasFailedPods && pods.length === 0
      ? 'failed'
      : pods.length === 0
        ? 'unknown'
        : 'pending';
  return { state, ...(problem === undefined ? {} : { problem }) };
}

function podState(index: SnapshotIndex, pod: SeenOf<'Pod'>): State {
  const { phase } = pod.object.status;
  const problem = problemOf(index, pod);
  const finishedAt = latest(pod.object.status.containers.map((c) => c.state.terminated?.finishedAt));
  const state =
    phase === 'Succeeded' ? 'succeeded' : phase === 'Failed' ? 'failed' : phase === 'Running' ? 'running' : 'pending';
  return { state, ...(problem === undefined ? {} : { problem }), ...at(finishedAt) };
}

/** A CronJob's newest run speaks for it. */
function cronJobState(index: SnapshotIndex, builder: Builder): State {
  const runs = index
    .all('Job')
    .filter(
      ({ object }) =>
        object.metadata.namespace === builder.namespace &&
        object.metadata.ownerReferences.some((r) => r.kind === 'CronJob' && r.name === builder.name),
    )
    .sort((a, b) =>
      (a.object.metadata.creationTimestamp ?? '').localeCompare(b.object.metadata.creationTimestamp ?? ''),
    );
  const newest = runs.at(-1);
  if (newest === undefined) return { state: 'unknown' };
  const { metadata } = newest.object;
  return buildState(index, { ...builder, kind: 'Job', name: metadata.name, workload: newest.object });
}

function podsOfJob(index: SnapshotIndex, { namespace, name }: Builder): readonly SeenOf<'Pod'>[] {
  return index.pods.filter(
    ({ object }) =>
      object.metadata.namespace === namespace &&
      object.metadata.ownerReferences.some((r) => r.kind === 'Job' && r.name === name),
  );
}

/** A build system says itself how its run went; the pods of the run say why, where they were seen. */
function runState(index: SnapshotIndex, { kind, namespace, name }: Builder, run: BuildRun): State {
  const label = RUN_LABELS[kind];
  const pods = index.pods.filter(
    ({ object }) =>
      object.metadata.namespace === namespace && label !== undefined && object.metadata.labels[label] === name,
  );
  const failing =
    run.state === 'succeeded' ? undefined : pods.map((pod) => problemOf(index, pod)).find((p) => p !== undefined);
  const problem = failing ?? (run.state === 'failed' ? redactedMessage(run.message) : undefined);
  return { state: run.state, ...(problem === undefined ? {} : { problem }), ...at(run.finishedAt) };
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
function logOf(index: SnapshotIndex, pod: string): string {
  const raws = index.snapshot.logs.filter(({ locator }) => locator.includes(pod)).map(({ raw }) => raw);
  return raws.slice(-MAX_LOG_LINES).join('\n');
}

/** Why the build's own pod does not do its work. */
function problemOf(index: SnapshotIndex, { object }: SeenOf<'Pod'>): string | undefined {
  for (const status of object.status.containers) {
    const reason = status.state.waiting?.reason;
    const image = object.spec.containers.find((c) => c.name === status.name)?.image;
    if (reason !== undefined && PULL_REASONS.has(reason))
      return `its own image${image === undefined ? '' : ` ${image}`} cannot be pulled (${reason})`;
    if (reason !== undefined && reason !== 'ContainerCreating' && reason !== 'PodInitializing') return reason;
    const exit = exitOf(status);
    if (exit?.exitCode === undefined || exit.exitCode === 0) continue;
    if (exit.reason === 'OOMKilled') return `container ${status.name} ran out of memory`;
    const failure = buildFailure(`${exit.message ?? ''}\n${logOf(index, object.metadata.name)}`);
    return failure === undefined
      ? `container ${status.name} exited with code ${exit.exitCode}`
      : buildFailureWords(failure);
  }
  const unscheduled = object.status.conditions.find((c) => c.type === 'PodScheduled' && c.status === 'False');
  return unscheduled === undefined ? undefined : 'its pod cannot be scheduled';
}

function at(time: string | undefined): Pick<Build, 'finishedAt'> {
  return time === undefined ? {} : { finishedAt: time };
}

function redactedMessage(message: string | undefined): string | undefined {
  return message === undefined ? undefined : excerpt(message, 300);
}
