import type { Workload } from '../core/objects.ts';
import { groupBy } from './group-by.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex, WorkloadKind } from './snapshot-index.ts';
import { millis, rfc3339 } from './time.ts';

/** How the work of a Job or CronJob fares in time. */
export interface Runs {
  /** Seconds that a run may take; undefined: no deadline. */
  readonly deadlineSeconds?: number;
  /** When the run is given up, RFC 3339. */
  readonly givenUpAt?: string;
  /** The run has been given up. */
  readonly givenUp: boolean;
  readonly lastSuccessAt?: string;
  /** Runs since then that did not end, at least. */
  readonly unfinished: number;
  /** Runs that were not started because an earlier one still hangs, at least. */
  readonly skipped: number;
  /** `Forbid`, `Replace`, `Allow`. */
  readonly concurrency?: string;
}

type Owners = readonly { readonly kind: string; readonly name: string }[];

/** How the runs of a Job or CronJob fare; undefined for other workloads, and where only a part of the object was seen. */
export function runsOf(index: SnapshotIndex, seen: SeenOf<WorkloadKind>, owners: Owners): Runs | undefined {
  const { kind, metadata } = seen.object;
  if ((kind !== 'Job' && kind !== 'CronJob') || seen.view !== 'full') return undefined;
  const current = owners.find((owner) => owner.kind === 'Job')?.name;
  const job = kind === 'Job' ? seen.object : currentRun(index, metadata.namespace, current);
  return {
    ...deadlineOf(job ?? seen.object),
    ...(kind === 'CronJob' ? ofSchedule(index, seen.object) : { unfinished: 1, skipped: 0 }),
  };
}

function currentRun(index: SnapshotIndex, namespace: string | undefined, name: string | undefined) {
  return name === undefined ? undefined : index.find('Job', namespace, name)?.object;
}

/** A hundred years: whoever writes more means no deadline. */
const LONGEST_DEADLINE = 100 * 365 * 86_400;

/** A pod that waits for its image never fails, so only the deadline ends a run; retries do not count (job controller, 1.36). */
function deadlineOf({ deadlineSeconds, status }: Workload): Pick<Runs, 'deadlineSeconds' | 'givenUpAt' | 'givenUp'> {
  const began = millis(status.startTime);
  const givenUp = status.conditions.some((c) => c.type === 'Failed' && c.status === 'True');
  if (deadlineSeconds === undefined) return { givenUp };
  const bounded = deadlineSeconds >= 0 && deadlineSeconds < LONGEST_DEADLINE;
  return {
    deadlineSeconds,
    givenUp,
    ...(began === undefined || !bounded ? {} : { givenUpAt: rfc3339(began + deadlineSeconds * 1000) }),
  };
}

function ofSchedule(
  index: SnapshotIndex,
  { metadata, concurrency, status }: Workload,
): Pick<Runs, 'lastSuccessAt' | 'unfinished' | 'skipped' | 'concurrency'> {
  const { lastSuccessfulTime: since } = status;
  const runs = jobsByOwner(index).get(`${metadata.namespace ?? ''}/${metadata.name}`) ?? [];
  const unfinished = runs.filter(
    ({ object }) => object.status.completionTime === undefined && isSince(object.metadata.creationTimestamp, since),
  );
  return {
    ...(since === undefined ? {} : { lastSuccessAt: since }),
    ...(concurrency === undefined ? {} : { concurrency }),
    unfinished: Math.max(unfinished.length, 1),
    skipped: skippedRuns(index, metadata.namespace, metadata.name),
  };
}

function isSince(time: string | undefined, other: string | undefined): boolean {
  return (millis(time) ?? 0) >= (millis(other) ?? 0);
}

/** The CronJob controller says so for each run that it leaves out (cronjob_controllerv2.go, 1.36). */
function skippedRuns(index: SnapshotIndex, namespace: string | undefined, name: string): number {
  return index
    .eventsAbout('CronJob', namespace, name)
    .filter(({ object }) => object.reason === 'JobAlreadyActive' || object.reason === 'MissSchedule')
    .reduce((sum, { object }) => sum + object.count, 0);
}

function jobsByOwner(index: SnapshotIndex) {
  return index.once('jobs by cron job', () =>
    groupBy(index.all('Job'), ({ object: { metadata } }) => {
      const owner = metadata.ownerReferences.find(({ kind }) => kind === 'CronJob')?.name;
      return owner === undefined ? undefined : `${metadata.namespace ?? ''}/${owner}`;
    }),
  );
}
