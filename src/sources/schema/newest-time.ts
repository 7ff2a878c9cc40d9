/** Fields that hold when something happened; never one that may lie ahead, as expiry times do. */
const EVENT_TIMES = [
  'lastTimestamp',
  'firstTimestamp',
  'eventTime',
  'deprecatedLastTimestamp',
  'deprecatedFirstTimestamp',
] as const;
const CONDITION_TIMES = ['lastHeartbeatTime', 'lastTransitionTime', 'lastUpdateTime', 'lastProbeTime'] as const;
const STATE_TIMES = ['startedAt', 'finishedAt'] as const;

/** Entries of one list that are looked at; hostile objects may hold millions. */
const MAX_ENTRIES = 200;

/**
 * The newest time that a raw object tells: a lower bound of when it was read.
 * A node's heartbeat, a Lease's renewal and an event's last occurrence are the freshest of a cluster.
 */
export function newestTime(raw: unknown): string | undefined {
  const object = record(raw);
  const metadata = record(object.metadata);
  const status = record(object.status);
  return latestOf([
    metadata.creationTimestamp,
    ...entries(metadata.managedFields).map((field) => field.time),
    ...EVENT_TIMES.map((key) => object[key]),
    record(object.series).lastObservedTime,
    record(object.spec).renewTime,
    status.startTime,
    ...entries(status.conditions).flatMap((condition) => CONDITION_TIMES.map((key) => condition[key])),
    ...['containerStatuses', 'initContainerStatuses'].flatMap((key) => entries(status[key]).flatMap(statusTimes)),
  ]);
}

function statusTimes(status: Readonly<Record<string, unknown>>): unknown[] {
  return ['state', 'lastState']
    .flatMap((key) => ['running', 'terminated'].map((inner) => record(record(status[key])[inner])))
    .flatMap((state) => STATE_TIMES.map((key) => state[key]));
}

/** The latest of those values that are readable times, as it was written. */
export function latestOf(values: readonly unknown[]): string | undefined {
  let latest: string | undefined;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (typeof value !== 'string' || value === latest) continue;
    const ms = Date.parse(value);
    if (ms > latestMs) {
      latest = value;
      latestMs = ms;
    }
  }
  return latest;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function entries(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.slice(0, MAX_ENTRIES).map(record) : [];
}
