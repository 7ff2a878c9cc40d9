import type { EvidenceId } from '../core/evidence.ts';
import type { PullError } from '../core/pull-error.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { isAfter, millis } from './time.ts';

/** The kubelet's own words that the container runtime of its node does not answer. */
export interface RuntimeDown {
  readonly evidence: EvidenceId;
  readonly text: string;
  readonly at?: string;
  /** The Ready condition counts as Kubernetes' word, like an event. */
  readonly from: 'event' | 'log';
  /** Where no words were said: what they would mean. */
  readonly error?: PullError;
}

/** The kubelet repeats itself every 5 s while the runtime is down (kubelet.go syncLoop, 1.36); silence means that it came back. */
const SILENT_MS = 60_000;
/** What a runtime still says while it stops. */
const LAST_WORDS_MS = 5_000;

/** Whether a node's runtime is down now, for a pod made at `since`. A node that is not ready for another reason does not count. */
export function runtimeDownOn(
  index: SnapshotIndex,
  node: string | undefined,
  since: string | undefined,
): RuntimeDown | undefined {
  return (
    (node === undefined ? undefined : saidByCondition(index, node)) ??
    saidByLog(index, node, since) ??
    stopped(index, node) ??
    shownByState(index, node)
  );
}

/** The runtime's last words are that it stops, and the kubelet still writes well after them. */
function stopped({ logs, snapshot }: SnapshotIndex, node: string | undefined): RuntimeDown | undefined {
  const last = logs.ofKind('runtime-stop').findLast(({ entry }) => (entry.node ?? node) === node);
  const at = millis(last?.entry.at);
  if (last === undefined || at === undefined) return undefined;
  if ((millis(logs.endOf(last.entry)) ?? at) - at > LAST_WORDS_MS) return undefined;
  const kubelet = snapshot.logs.findLast(({ log, node: on }) => log === 'kubelet' && (on ?? node) === node);
  const until = kubelet === undefined ? undefined : millis(logs.endOf(kubelet));
  if (until === undefined || until - at < SILENT_MS) return undefined;
  const { entry, text } = last;
  const error: PullError = { text, stage: 'runtime', leaf: { kind: 'runtime', problem: 'stopped' }, attempts: [] };
  return { evidence: entry.id, text, ...(entry.at === undefined ? {} : { at: entry.at }), from: 'log', error };
}

/** The files of the node show that no runtime runs. */
function shownByState({ snapshot }: SnapshotIndex, node: string | undefined): RuntimeDown | undefined {
  const down = snapshot.nodeStates?.find((state) => (state.node ?? node) === node)?.runtimeDown;
  if (down === undefined) return undefined;
  const { id, text } = down;
  const error: PullError = { text, stage: 'runtime', leaf: { kind: 'runtime', problem: 'unavailable' }, attempts: [] };
  return { evidence: id, text, from: 'log', error };
}

function saidByCondition(index: SnapshotIndex, node: string): RuntimeDown | undefined {
  const seen = index.find('Node', undefined, node);
  const ready = seen?.object.conditions.find(({ type }) => type === 'Ready');
  if (seen === undefined || ready?.status !== 'False' || ready.message === undefined) return undefined;
  const { leaf } = index.decoded(ready.message);
  return leaf.kind === 'runtime' ? { evidence: seen.id, text: ready.message, from: 'event' } : undefined;
}

function saidByLog(index: SnapshotIndex, node: string | undefined, since: string | undefined): RuntimeDown | undefined {
  const last = index.logs.ofKind('runtime-down').findLast(({ entry }) => (entry.node ?? node) === node);
  if (last === undefined) return undefined;
  const { entry, text } = last;
  const end = millis(index.logs.endOf(entry)) ?? Number.NaN;
  if (end - (millis(entry.at) ?? Number.NaN) > SILENT_MS || isAfter(since, entry.at)) return undefined;
  return { evidence: entry.id, text, ...(entry.at === undefined ? {} : { at: entry.at }), from: 'log' };
}
