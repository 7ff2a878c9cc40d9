import { largest, smallest } from '../core/extremes.ts';
import type { Case, Findings, NotImagePullCandidate } from './case.ts';
import { vanishedPods } from './cases-from-events.ts';
import { groupBy } from './group-by.ts';
import { canonicalImage } from './image-name.ts';
import type { LogRecord } from './log-record.ts';
import { objectKey } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { isAfter, millis } from './time.ts';

/** A pull that still fails is tried every 5 minutes at least; what ended longer ago than this is over. */
const OVER_MS = 60 * 60_000;

/** Cases that only node logs know: pods and images that no object and no event covers. */
export function logCases(index: SnapshotIndex, known: readonly Case[]): Findings {
  if (index.snapshot.logs.length === 0) return { cases: [], notImagePull: [] };
  const ofPods = podLogCases(index);
  // A node's runtime logs the pulls of every pod on it; where pods were seen, theirs are the ones that were asked about.
  if (index.pods.length > 0 || vanishedPods(index).length > 0) return { cases: ofPods, notImagePull: [] };
  const images = new Set([...[...known, ...ofPods].flatMap(imageKey), ...imagesOfPods(index)]);
  const ofImages = imageLogCases(index, images);
  return {
    cases: [...ofPods, ...ofImages.filter(({ wanted }) => wanted).map(({ found }) => found)],
    notImagePull: ofImages.filter(({ wanted }) => !wanted).map(({ last }) => unwantedPull(last)),
  };
}

/** Images that the kubelet names together with a pod: that pod's lines have been judged. */
function imagesOfPods(index: SnapshotIndex): readonly string[] {
  return index.logs.records.flatMap((record) => {
    if (record.kind !== 'sync-failed' && record.kind !== 'sandbox-failed') return [];
    const { image } = index.decoded(record.text);
    return image === undefined ? [] : [canonicalImage(image)];
  });
}

function imageKey({ subject }: Case): string[] {
  return subject.image === undefined ? [] : [canonicalImage(subject.image)];
}

function podLogCases(index: SnapshotIndex): readonly Case[] {
  const { records } = index.logs;
  const vanished = new Set(vanishedPods(index).map((pod) => objectKey(pod.namespace, pod.name)));
  const about = records.filter((r) => r.pod !== undefined && POD_KINDS.has(r.kind));
  const byPod = groupBy(about, (r) => objectKey(r.namespace, r.pod ?? ''));
  return [...byPod].flatMap(([key, group]) => {
    const first = group[0];
    if (first?.pod === undefined || vanished.has(key) || wasSeen(index, first)) return [];
    const byContainer = groupBy(group, (r) => r.container ?? '');
    return [...byContainer.values()].flatMap((mine) => podLogCase(index, group, mine) ?? []);
  });
}

/** Seen itself, or missing in a list that was read whole: then it is gone. */
function wasSeen(index: SnapshotIndex, { namespace, pod }: LogRecord): boolean {
  return index.find('Pod', namespace, pod ?? '') !== undefined || index.coverageOf('Pod', namespace, pod) !== undefined;
}

const POD_KINDS: ReadonlySet<LogRecord['kind']> = new Set([
  'sync-failed',
  'sandbox-failed',
  'sandbox-made',
  'pod-started',
  'container-started',
]);

function podLogCase(index: SnapshotIndex, ofPod: readonly LogRecord[], mine: readonly LogRecord[]): Case | undefined {
  const failed = lastPullFailure(index, mine);
  if (failed === undefined || isOver(index, failed)) return undefined;
  const error = index.decoded(failed.text);
  if (startedSince(ofPod, failed) || pulledSince(index, failed, error.image) || madeSince(ofPod, failed))
    return undefined;
  const { namespace, pod, podUid, container, entry } = failed;
  return {
    key: `log-pod ${objectKey(namespace, pod ?? '')} ${container ?? ''}`,
    subject: {
      kind: error.sandbox === true ? 'sandbox' : 'container',
      ...(namespace === undefined ? {} : { namespace }),
      ...(pod === undefined ? {} : { pod }),
      ...(podUid === undefined ? {} : { podUid }),
      ...(container === undefined ? {} : { container }),
      ...(error.image === undefined ? {} : { image: error.image }),
      ...(entry.node === undefined ? {} : { node: entry.node }),
      owners: [],
    },
    seenIn: [entry.id],
  };
}

/** The sandbox of a failing container starts within this time of its failure, and is told of in the same words. */
const SANDBOX_MS = 5_000;

/** The pod runs, or a container has started well after the failure: not its sandbox, then. */
function startedSince(ofPod: readonly LogRecord[], failed: LogRecord): boolean {
  const since = millis(failed.entry.at) ?? Number.NaN;
  return ofPod.some(({ kind, entry }) => {
    const at = millis(entry.at) ?? Number.NaN;
    return (kind === 'pod-started' && at > since) || (kind === 'container-started' && at > since + SANDBOX_MS);
  });
}

/** The sandbox that failed was made since. */
function madeSince(ofPod: readonly LogRecord[], failed: LogRecord): boolean {
  return (
    failed.kind === 'sandbox-failed' &&
    ofPod.some((r) => r.kind === 'sandbox-made' && isAfter(r.entry.at, failed.entry.at))
  );
}

function pulledSince(index: SnapshotIndex, failed: LogRecord, image: string | undefined): boolean {
  if (image === undefined) return false;
  return index.logs.ofImage(image).some((r) => r.kind === 'pull-done' && isAfter(r.entry.at, failed.entry.at));
}

function lastPullFailure(index: SnapshotIndex, records: readonly LogRecord[]): LogRecord | undefined {
  return records.findLast((record) => {
    if (record.kind !== 'sync-failed' && record.kind !== 'sandbox-failed') return false;
    const { leaf, stage, sandbox } = index.decoded(record.text);
    if (record.kind === 'sandbox-failed' && sandbox !== true) return false;
    return stage !== 'none' && leaf.kind !== 'not-pull' && leaf.kind !== 'progress';
  });
}

/** The log goes on for long without another word on it. */
function isOver(index: SnapshotIndex, { entry }: LogRecord): boolean {
  const end = millis(index.logs.endOf(entry));
  const at = millis(entry.at);
  return end !== undefined && at !== undefined && end - at > OVER_MS;
}

/** A pull whose pod is not told. */
interface ImageLogCase {
  readonly found: Case;
  readonly last: LogRecord;
  /** False: the kubelet names the pods that it cannot start, and none of them waits for this image. */
  readonly wanted: boolean;
}

function imageLogCases(index: SnapshotIndex, known: ReadonlySet<string>): readonly ImageLogCase[] {
  const about = index.logs.records.filter((r) => r.image !== undefined && IMAGE_KINDS.has(r.kind));
  const byImage = groupBy(about, (r) => canonicalImage(r.image ?? ''));
  const kubelets = kubeletSpans(index);
  return [...byImage].flatMap(([image, group]) => {
    if (known.has(image)) return [];
    const last = group.reduce((a, b) => (isAfter(a.entry.at, b.entry.at) ? a : b));
    const found = imageLogCase(index, last);
    return found === undefined ? [] : [{ found, last, wanted: !kubelets.some((span) => covers(span, last)) }];
  });
}

const IMAGE_KINDS: ReadonlySet<LogRecord['kind']> = new Set(['pull-failed', 'pull-done']);

/** From when to when the kubelet of a node told about its pods. */
interface KubeletSpan {
  readonly node: string | undefined;
  readonly from: number;
  readonly to: number;
}

/** What only the kubelet writes. */
const KUBELET_KINDS: ReadonlySet<LogRecord['kind']> = new Set(['sync-failed', 'pod-started', 'container-started']);

/** The kubelet says at each sync which pod it cannot start (pod_workers.go); where it tells of pods at all, its silence counts. */
function kubeletSpans(index: SnapshotIndex): readonly KubeletSpan[] {
  const ofPods = index.logs.records.filter((r) => r.pod !== undefined && KUBELET_KINDS.has(r.kind));
  return [...groupBy(ofPods, ({ entry }) => entry.node ?? '').values()].flatMap((group) => {
    const times = group.flatMap(({ entry }) => millis(entry.at) ?? []);
    const [first] = group;
    if (first === undefined || times.length === 0) return [];
    const to = millis(index.logs.endOf(first.entry)) ?? largest(times);
    return [{ node: first.entry.node, from: smallest(times), to }];
  });
}

/** The journal prints whole seconds, and the runtime is a moment ahead of the kubelet. */
const CLOCKS_MS = 2_000;

function covers({ node, from, to }: KubeletSpan, { entry }: LogRecord): boolean {
  const at = millis(entry.at);
  const here = node === undefined || entry.node === undefined || node === entry.node;
  return here && at !== undefined && at >= from - CLOCKS_MS && at <= to + CLOCKS_MS;
}

function unwantedPull({ image, entry }: LogRecord): NotImagePullCandidate {
  return {
    pod: { namespace: '', name: '' },
    reason: 'PullFailed',
    because: `${entry.locator}: the pull of ${image ?? 'an image'} failed, and no pod waits for it in the kubelet's log`,
  };
}

function imageLogCase(index: SnapshotIndex, last: LogRecord): Case | undefined {
  if (last.kind === 'pull-done' || last.image === undefined || isOver(index, last)) return undefined;
  const { leaf } = index.decoded(last.text);
  if (leaf.kind === 'not-pull' || leaf.kind === 'progress') return undefined;
  return {
    key: `log-image ${canonicalImage(last.image)}`,
    subject: {
      kind: 'text',
      image: last.image,
      ...(last.entry.node === undefined ? {} : { node: last.entry.node }),
      owners: [],
    },
    seenIn: [last.entry.id],
  };
}
