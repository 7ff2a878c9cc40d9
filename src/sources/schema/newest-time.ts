/** Fields that hold when something happened; never one that may lie ahead, as expiry times do. */
const EVENT_TIMES = [
  'lastTimestamp',
  'firstTimestamp',
  'eventTime',
  'deprecatedLastTimestamp',
  'deprecatedFirstTimestamp',
] as const;
const CONDITION_TIMES = ['lastHeartbeatTime', 'lastTransitionTime', 'lastUpdateTime', 'lastProbeTime'] as const;
const STATUS_LISTS = ['containerStatuses', 'initContainerStatuses'] as const;

/** Entries of one list that are looked at; hostile objects may hold millions. */
const MAX_ENTRIES = 200;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The newest time that a raw object tells: a lower bound of when it was read.
 * A node's heartbeat, a Lease's renewal and an event's last occurrence are the freshest of a cluster.
 */
export function newestTime(raw: unknown): string | undefined {
  const object = fieldsOf(raw);
  const metadata = fieldsOf(object.metadata);
  const status = fieldsOf(object.status);
  const times: unknown[] = [
    metadata.creationTimestamp,
    fieldsOf(object.series).lastObservedTime,
    fieldsOf(object.spec).renewTime,
    status.startTime,
  ];
  for (const key of EVENT_TIMES) times.push(object[key]);
  for (const field of entries(metadata.managedFields)) times.push(fieldsOf(field).time);
  for (const condition of entries(status.conditions)) {
    for (const key of CONDITION_TIMES) times.push(fieldsOf(condition)[key]);
  }
  for (const key of STATUS_LISTS) {
    for (const container of entries(status[key])) pushStateTimes(times, fieldsOf(container));
  }
  return latestOf(times);
}

function pushStateTimes(times: unknown[], container: Fields): void {
  for (const state of [fieldsOf(container.state), fieldsOf(container.lastState)]) {
    times.push(fieldsOf(state.running).startedAt, fieldsOf(state.terminated).finishedAt);
  }
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

const NONE: Fields = {};

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : NONE;
}

function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : [];
}
