import type { EvidenceId } from '../core/evidence.ts';
import { type Fact, present, unknown } from '../core/fact.ts';
import type { CaseContext } from './case-context.ts';
import { waitingId } from './evidence-ids.ts';
import type { LogRecord } from './log-record.ts';
import { newest, type PodEvent, pullState } from './pod-events.ts';
import { earliest, isAfter, latest, millis, rfc3339 } from './time.ts';

export interface PullHistory {
  readonly waitingReason?: string;
  /** A `Pulling` with no outcome yet is the last thing that happened. */
  readonly pulling: boolean;
  readonly pullingSince?: string;
  /** Attempts that failed, as counted by events; at least. */
  readonly failures: number;
  readonly firstFailureAt?: string;
  readonly lastFailureAt?: string;
  /** The image was pulled or found present for this container at some time. */
  readonly succeededAt?: string;
  readonly alreadyPresent?: boolean;
  /** `1m3s including waiting` much longer than the pull itself: the queue, not the network; seconds. */
  readonly waitedSeconds?: number;
  /** When the kubelet tries again, RFC 3339, reckoned from back-off rules (10 s doubling to 300 s). */
  readonly nextRetryAt?: string;
  /** Events were seen at all for this pod; false: expired or not collected. */
  readonly eventsSeen: boolean;
}

/** What happened when. Unknown for loose texts without any time or state. */
export function historyOf(context: CaseContext): Fact<PullHistory> {
  const { events, podEvents, pod, container } = context;
  const waiting = waitingReason(context);
  const logged = context.logs.filter(
    (r) => r.kind === 'pull-failed' || r.kind === 'sync-failed' || r.kind === 'sandbox-failed',
  );
  if (pod === undefined && podEvents.length === 0 && logged.length === 0) return unknown('events of the pod');
  const failures = failuresOf(events, logged);
  const because: EvidenceId[] = [
    ...(pod !== undefined && container !== undefined && waiting !== undefined
      ? [waitingId(pod.id, container.name)]
      : []),
    ...events.map((event) => event.seen.id),
  ];
  const retry = nextRetry(context, failures);
  return present(
    {
      ...(waiting === undefined ? {} : { waitingReason: waiting }),
      ...pullingOf(context),
      ...failures,
      ...successOf(events),
      ...(retry === undefined ? {} : { nextRetryAt: retry }),
      eventsSeen: podEvents.length > 0,
    },
    because,
  );
}

/** An image volume has no state of its own; the containers that wait for it show its reason. */
function waitingReason({ container, pod, case: { seenIn }, subject }: CaseContext): string | undefined {
  if (subject.kind !== 'image-volume' || pod === undefined) return container?.status?.state.waiting?.reason;
  const waits = pod.object.status.containers.find(({ name }) => seenIn.includes(waitingId(pod.id, name)));
  return waits?.state.waiting?.reason;
}

type Failures = Pick<PullHistory, 'failures' | 'firstFailureAt' | 'lastFailureAt'>;

function failuresOf(events: readonly PodEvent[], logged: readonly LogRecord[]): Failures {
  const failed = events.filter((e) => e.kind === 'failed' || e.kind === 'sandbox');
  const named = events.filter((e) => e.kind === 'named' && e.message.includes('ErrImagePull'));
  const counted = Math.max(countOf(failed), countOf(named));
  const direct = logged.filter((r) => r.kind === 'pull-failed' && r.entry.log === 'containerd');
  const first = earliest([...failed.map((e) => e.seen.object.firstSeen ?? e.at), ...logged.map((r) => r.entry.at)]);
  const last = latest([
    ...failed.map((e) => e.at),
    ...direct.map((r) => r.entry.at),
    ...(failed.length > 0 ? [] : logged.map((r) => r.entry.at)),
  ]);
  return {
    failures: Math.max(counted, direct.length),
    ...(first === undefined ? {} : { firstFailureAt: first }),
    ...(last === undefined ? {} : { lastFailureAt: last }),
  };
}

function countOf(events: readonly PodEvent[]): number {
  return events.reduce((sum, { seen }) => sum + Math.max(1, seen.object.count), 0);
}

function pullingOf({ events, logs, container }: CaseContext): Pick<PullHistory, 'pulling' | 'pullingSince'> {
  const started = newest(events, 'pulling');
  if (pullState(events) === 'pulling')
    return { pulling: true, ...(started?.at === undefined ? {} : { pullingSince: started.at }) };
  const settled = events.length > 0 || container?.status !== undefined;
  const open = settled ? undefined : openPull(logs);
  return open === undefined ? { pulling: false } : { pulling: true, pullingSince: open };
}

/** Without events the runtime's log may show a pull that has not ended. */
function openPull(logs: readonly LogRecord[]): string | undefined {
  const started = latest(logs.filter((r) => r.kind === 'pull-started').map((r) => r.entry.at));
  const ended = latest(logs.filter((r) => r.kind === 'pull-failed' || r.kind === 'pull-done').map((r) => r.entry.at));
  return started !== undefined && (ended === undefined || isAfter(started, ended)) ? started : undefined;
}

function successOf(events: readonly PodEvent[]): Pick<PullHistory, 'succeededAt' | 'alreadyPresent' | 'waitedSeconds'> {
  const success = newest(events, 'pulled', 'present');
  if (success === undefined) return {};
  const pulled = newest(events, 'pulled');
  const waited = pulled === undefined ? undefined : waitedSeconds(pulled.message);
  return {
    ...(success.at === undefined ? {} : { succeededAt: success.at }),
    alreadyPresent: success.kind === 'present',
    ...(waited === undefined ? {} : { waitedSeconds: waited }),
  };
}

/** `in 80ms (1m3s including waiting)`: the time in the queue, without the pull itself. */
export function waitedSeconds(message: string): number | undefined {
  const [, pulled = '', total = ''] = /" in (\S{1,40}) \((\S{1,40}) including waiting\)/.exec(message) ?? [];
  const pull = goDuration(pulled);
  const all = goDuration(total);
  return pull === undefined || all === undefined ? undefined : Math.max(0, all - pull);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** `1m3.5s` in seconds. */
export function goDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|h|m|s)/g)];
  if (parts.length === 0 || parts.map((p) => p[0]).join('') !== text) return undefined;
  return parts.reduce((sum, [, n = '', unit = '']) => sum + Number(n) * (UNIT_SECONDS[unit] ?? 0), 0);
}

const BACK_OFF_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
const FIRST_DELAY_SECONDS = 10;
const MAX_DELAY_SECONDS = 300;
/** The kubelet looks at a pod every minute or so; a retry later than this past its time was not predicted right. */
const SYNC_SECONDS = 90;

/** The next attempt by the kubelet's back-off: 10 s, doubled up to 300 s (client-go flowcontrol/backoff.go). */
function nextRetry(context: CaseContext, { failures, lastFailureAt }: Failures): string | undefined {
  const reason = waitingReason(context);
  const last = millis(lastFailureAt);
  if (reason === undefined || !BACK_OFF_REASONS.has(reason) || last === undefined || failures < 1) return undefined;
  const delay = Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.min(failures - 1, 10));
  const next = last + delay * 1000;
  const now = millis(context.index.takenAt);
  if (now === undefined) return rfc3339(next);
  return next + SYNC_SECONDS * 1000 < now ? undefined : rfc3339(Math.max(next, now));
}
