import type { EvidenceId } from '../core/evidence.ts';
import { type Fact, present, unknown } from '../core/fact.ts';
import type { PullError } from '../core/pull-error.ts';
import { excerpt } from '../core/redact.ts';
import { type CaseContext, isOnNode } from './case-context.ts';
import type { Subject } from './facts.ts';
import type { LogRecord } from './log-record.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { isAfter, latest, millis } from './time.ts';

/** What containerd, CRI-O and the kubelet wrote about this image or host, decoded. */
export interface RuntimeLog {
  /** hosts.toml or registries.conf problems of the image's host. */
  readonly mirrorProblems: readonly { readonly text: string; readonly file?: string; readonly evidence: EvidenceId }[];
  /** Hosts tried for this image (`trying next host`, `fetch failed` host=…), with what each answered. */
  readonly hostsTried: readonly { readonly host: string; readonly error?: PullError; readonly evidence: EvidenceId }[];
  /** `cancel pulling image … because of no progress`. */
  readonly noProgress: readonly EvidenceId[];
  /** The runtime started (or died) near the failure. */
  readonly runtimeRestarts: readonly EvidenceId[];
  /** CRI plugin failed to load, invalid configuration. */
  readonly configProblems: readonly { readonly text: string; readonly evidence: EvidenceId }[];
  /** `active requests=N, bytes read=M` of the newest `stop pulling image`. */
  readonly bytesRead?: number;
  /** A pull of this image was started and has no end in the log. */
  readonly openSince?: string;
  /** Other pulls open at the same time on the node (serial queue). */
  readonly openOthers: readonly string[];
  /** HTML or a non-registry answered somewhere. */
  readonly htmlAnswers: readonly EvidenceId[];
}

/** A restart this close to a failure may have to do with it. */
const NEAR_MS = 5 * 60_000;
const MAX_LISTED = 20;

/** What the logs of one node tell, whatever the pull. */
interface NodeLog {
  readonly records: readonly LogRecord[];
  /** Pulls that were started last and have no end, by canonical image. */
  readonly open: ReadonlyMap<string, LogRecord>;
  readonly configProblems: readonly LogRecord[];
  readonly restarts: readonly LogRecord[];
}

/** What node logs say about this pull beyond the error itself. */
export function runtimeLogOf(context: CaseContext): Fact<RuntimeLog> {
  const { index, subject, logs } = context;
  const { records, open, configProblems, restarts } = nodeLog(index, subject);
  if (records.length === 0) {
    const where = subject.node === undefined ? '' : ` of node ${subject.node}`;
    return unknown(`the runtime's log${where}`, 'not-collected', 'journalctl -u containerd');
  }
  const own = subject.image === undefined ? undefined : index.canonical(subject.image);
  const openSince = own === undefined ? undefined : open.get(own)?.entry.at;
  const bytesRead = logs.findLast((r) => r.kind === 'pull-stopped')?.bytesRead;
  const facts: RuntimeLog = {
    mirrorProblems: unique(logs.filter((r) => r.kind === 'host-config')).map((r) => ({
      text: excerpt(r.text),
      ...(r.file === undefined ? {} : { file: r.file }),
      evidence: r.entry.id,
    })),
    hostsTried: hostsTried(context),
    noProgress: idsOf(logs.filter((r) => r.kind === 'no-progress')),
    runtimeRestarts: idsOf(nearFailures(restarts, logs)),
    configProblems: unique(configProblems).map((r) => ({ text: excerpt(r.text), evidence: r.entry.id })),
    ...(bytesRead === undefined ? {} : { bytesRead }),
    ...(openSince === undefined ? {} : { openSince }),
    openOthers: [...open]
      .filter(([image]) => image !== own)
      .map(([image, r]) => r.image ?? image)
      .slice(0, MAX_LISTED),
    htmlAnswers: idsOf(logs.filter((r) => saysHtml(context, r))),
  };
  return present(facts, idsOf(logs));
}

function nodeLog(index: SnapshotIndex, subject: Subject): NodeLog {
  return index.once(`log of node ${subject.node ?? ''}`, () => {
    const records = index.logs.records.filter((r) => isOnNode(r, subject));
    return {
      records,
      open: openPulls(index, records),
      configProblems: records.filter((r) => r.kind === 'runtime-config'),
      restarts: records.filter((r) => r.kind === 'runtime-restart'),
    };
  });
}

/** One line per text: attempts repeat themselves. The newest is kept. */
function unique(records: readonly LogRecord[]): readonly LogRecord[] {
  return [...new Map(records.map((r) => [r.text, r] as const)).values()].slice(-MAX_LISTED);
}

/** Each host with its newest answer. */
function hostsTried({ index, logs }: CaseContext): RuntimeLog['hostsTried'] {
  const tried = new Map<string, RuntimeLog['hostsTried'][number]>();
  for (const record of logs) {
    if (record.kind !== 'host-failed') continue;
    const error = index.decoded(record.text);
    const host = record.host ?? error.host;
    if (host !== undefined) tried.set(host, { host, error, evidence: record.entry.id });
  }
  return [...tried.values()];
}

function openPulls(index: SnapshotIndex, records: readonly LogRecord[]): ReadonlyMap<string, LogRecord> {
  const open = new Map<string, LogRecord>();
  for (const record of records) {
    if (record.image === undefined) continue;
    const image = index.canonical(record.image);
    if (record.kind === 'pull-started') open.set(image, record);
    if (record.kind === 'pull-failed' || record.kind === 'pull-done' || record.kind === 'pull-stopped') {
      const started = open.get(image)?.entry.at;
      if (!isAfter(started, record.entry.at)) open.delete(image);
    }
  }
  return open;
}

function nearFailures(restarts: readonly LogRecord[], logs: readonly LogRecord[]): readonly LogRecord[] {
  const failed = logs.filter((r) => r.kind === 'pull-failed' || r.kind === 'sync-failed');
  const failure = millis(latest(failed.map((r) => r.entry.at)));
  return restarts.filter(({ entry }) => {
    const at = millis(entry.at);
    return failure === undefined || at === undefined || Math.abs(at - failure) <= NEAR_MS;
  });
}

function saysHtml({ index }: CaseContext, record: LogRecord): boolean {
  if (record.kind !== 'pull-failed' && record.kind !== 'host-failed') return false;
  const { leaf } = index.decoded(record.text);
  return (
    (leaf.kind === 'media-type' && leaf.problem === 'html') || /text\/html|<!doctype html|<html/i.test(record.text)
  );
}

function idsOf(records: readonly LogRecord[]): readonly EvidenceId[] {
  return records.slice(-MAX_LISTED).map((r) => r.entry.id);
}
