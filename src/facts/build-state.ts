import { excerpt } from '../core/redact.ts';
import type { Builder } from './builds.ts';
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
  if (builder.pod !== undefined) return podState(builder.pod);
  const status = builder.workload?.status;
  const pods = podsOfJob(index, builder);
  const failed = status?.conditions.find(
    (c) => (c.type === 'Failed' || c.type === 'FailureTarget') && c.status === 'True',
  );
  if (failed !== undefined) {
    const problem =
      pods.map(problemOf).find((found) => found !== undefined) ?? redactedMessage(failed.message) ?? failed.reason;
    return { state: 'failed', ...(problem === undefined ? {} : { problem }), ...at(failed.lastTransitionTime) };
  }
  const complete = status?.conditions.some(
    (c) => (c.type === 'Complete' || c.type === 'SuccessCriteriaMet') && c.status === 'True',
  );
  if (complete === true || status?.completionTime !== undefined)
    return { state: 'succeeded', ...at(status?.completionTime) };
  return unfinished(pods, (status?.failed ?? 0) > 0);
}

function unfinished(pods: readonly SeenOf<'Pod'>[], hasFailedPods: boolean): State {
  const problem = pods.map(problemOf).find((found) => found !== undefined);
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

function podState(pod: SeenOf<'Pod'>): State {
  const { phase } = pod.object.status;
  const problem = problemOf(pod);
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

/** Why the build's own pod does not do its work. */
function problemOf({ object }: SeenOf<'Pod'>): string | undefined {
  for (const status of object.status.containers) {
    const reason = status.state.waiting?.reason;
    const image = object.spec.containers.find((c) => c.name === status.name)?.image;
    if (reason !== undefined && PULL_REASONS.has(reason))
      return `its own image${image === undefined ? '' : ` ${image}`} cannot be pulled (${reason})`;
    if (reason !== undefined && reason !== 'ContainerCreating' && reason !== 'PodInitializing') return reason;
    const exit = exitOf(status);
    if (exit?.exitCode !== undefined && exit.exitCode !== 0)
      return `container ${status.name} exited with code ${exit.exitCode}`;
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
