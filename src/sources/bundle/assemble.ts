import type { SeenNodeFile } from '../../core/node/node-state.ts';
import type { KubeObject, ObjectView } from '../../core/objects.ts';
import type { Coverage, LogEntry, LooseText, SeenObject, Snapshot } from '../../core/snapshot.ts';
import { objectId } from '../object-id.ts';
import { latestOf } from '../schema/newest-time.ts';
import { before } from './ages.ts';
import type { Limits } from './limits.ts';
import { mergeObjects } from './merge.ts';
import type { LogTime, Reading, ReadLog, ReadObject } from './reading.ts';

export interface AssembleOptions {
  readonly names: readonly string[];
  readonly limits: Limits;
  /** Only places log times without a year; RFC 3339. */
  readonly now: string;
  /** Of rows that show none and are no copy of anything better: what kubectl was asked for. */
  readonly namespace?: string;
}

/**
 * Turns what the files gave into one snapshot: copies merged, ages and years made absolute, ids given.
 *
 * `takenAt` is the newest time that any evidence tells: node heartbeats, events, managed fields, log entries,
 * and for describe texts the start time plus the age of its event. File times are not used: copying changes them.
 */
export function assemble(reading: Reading, options: AssembleOptions): Snapshot {
  const { limits } = options;
  const absolute = latestOf([
    ...reading.objects.map(({ parsed, ages }) => ages?.lookedAt ?? parsed.newestTime),
    ...reading.logs.map(({ time }) => (time !== undefined && 'at' in time ? time.at : undefined)),
  ]);
  const timedLogs = reading.logs.map((log) => withTime(log, absolute ?? options.now, options.now));
  const takenAt = latestOf([absolute, ...timedLogs.map(({ at }) => at)]);
  const objects = mergeObjects(
    reading.objects.map((seen) => withTimes(seen, takenAt)),
    reading.removed,
  )
    .map((seen) => withNamespace(seen, options.namespace))
    .map(seenObject);
  const nodes = objects.flatMap(({ object }) => (object.kind === 'Node' ? [object.metadata.name] : []));
  const logs = newest(distinctLogs(timedLogs), limits.logEntries).map((timed) => logEntry(timed, nodes));
  const texts = reading.texts
    .slice(0, limits.texts)
    .map((text): LooseText => ({ id: `text/${text.locator}`, ...text }));
  const onlyText = objects.length === 0 && logs.length === 0;
  const nodeFiles = nodeFilesOf(reading, nodes);
  return {
    source: { kind: onlyText ? 'text' : 'bundle', names: options.names },
    ...(takenAt === undefined ? {} : { takenAt }),
    objects,
    logs,
    texts,
    coverage: coverageOf(reading),
    gaps: [...reading.gaps, ...cutGaps(reading, limits)],
    ...(nodeFiles.length === 0 ? {} : { nodeFiles }),
  };
}

/** A file whose place names no node is of the only one that was seen. */
function nodeFilesOf({ nodeFiles = [] }: Reading, nodes: readonly string[]): readonly SeenNodeFile[] {
  const [only, ...more] = nodes;
  if (only === undefined || more.length > 0) return nodeFiles;
  return nodeFiles.map((file) => (file.node === undefined ? { ...file, node: only } : file));
}

/** A row of a table without its namespace, now in the one that was asked for. */
function withNamespace(seen: ReadObject, namespace: string | undefined): ReadObject {
  const { object, view } = seen.parsed;
  if (namespace === undefined || view !== 'table' || object.metadata.namespace !== undefined) return seen;
  const metadata = { ...object.metadata, namespace };
  const placed: KubeObject =
    object.kind === 'Event' && object.involved.namespace === undefined
      ? { ...object, metadata, involved: { ...object.involved, namespace } }
      : { ...object, metadata };
  return { ...seen, parsed: { ...seen.parsed, object: placed } };
}

/** An event whose times were ages, with the times that they stand for. */
function withTimes(seen: ReadObject, takenAt: string | undefined): ReadObject {
  const { parsed, ages } = seen;
  const lookedAt = ages?.lookedAt ?? takenAt;
  if (ages === undefined || lookedAt === undefined || parsed.object.kind !== 'Event') return seen;
  const firstSeen = ages.first === undefined ? undefined : before(lookedAt, ages.first);
  const lastSeen = ages.last === undefined ? undefined : before(lookedAt, ages.last);
  const object: KubeObject = {
    ...parsed.object,
    ...(firstSeen === undefined ? {} : { firstSeen }),
    ...(lastSeen === undefined ? {} : { lastSeen }),
  };
  return { ...seen, parsed: { ...parsed, object } };
}

function seenObject({ parsed, locator }: ReadObject): SeenObject {
  return { id: idOf(parsed.object, parsed.view, locator), object: parsed.object, view: parsed.view, locator };
}

/** Rows of describe texts and tables have no name: they are known by their place. */
function idOf(object: KubeObject, view: ObjectView, locator: string): string {
  return object.kind === 'Event' && view !== 'full' ? `event/${locator}` : objectId(object);
}

interface TimedLog {
  readonly log: ReadLog;
  readonly at?: string;
}

function withTime(log: ReadLog, reference: string, now: string): TimedLog {
  const at = log.time === undefined ? undefined : absoluteTime(log.time, reference, now);
  return at === undefined ? { log } : { log, at };
}

/** Clocks of nodes may be ahead of each other by this much. */
const DAY_MS = 86_400_000;

/** Of the years that a log time without one may lie in, the nearest to the other evidence; never ahead of now. */
function absoluteTime(time: LogTime, reference: string, now: string): string | undefined {
  if ('at' in time) return time.at;
  const near = Date.parse(reference);
  const limit = Date.parse(now) + DAY_MS;
  const year = new Date(near).getUTCFullYear();
  const candidates = [year - 1, year, year + 1].map((y) => Date.parse(`${y}-${time.withoutYear}`));
  const possible = candidates.filter((ms) => ms <= limit).sort((a, b) => Math.abs(a - near) - Math.abs(b - near));
  return possible[0] === undefined ? undefined : new Date(possible[0]).toISOString();
}

/** The same file may be given twice, or lie in an archive beside itself. */
function distinctLogs(logs: readonly TimedLog[]): TimedLog[] {
  const seen = new Set<string>();
  return logs.filter(({ log, at }) => {
    const key = `${at} ${log.log} ${log.node} ${log.raw}`;
    if (at === undefined || !seen.has(key)) {
      seen.add(key);
      return true;
    }
    return false;
  });
}

/** The newest entries, in the order in which they were read. */
function newest(logs: readonly TimedLog[], limit: number): readonly TimedLog[] {
  if (logs.length <= limit) return logs;
  const times = logs.map(({ at }) => at ?? '').sort();
  const oldest = times[times.length - limit] ?? '';
  return logs.filter(({ at }) => (at ?? '') >= oldest).slice(-limit);
}

function logEntry({ log, at }: TimedLog, nodes: readonly string[]): LogEntry {
  const node = log.node === undefined ? undefined : nodeName(log.node, nodes);
  return {
    id: `log/${log.locator}`,
    log: log.log,
    ...(node === undefined ? {} : { node }),
    ...(at === undefined ? {} : { at }),
    locator: log.locator,
    raw: log.raw,
  };
}

/** Journals print the short host name where the node is registered with its domain. */
function nodeName(host: string, nodes: readonly string[]): string {
  const matches = nodes.filter((name) => name === host || name.startsWith(`${host}.`));
  return matches.length === 1 ? (matches[0] ?? host) : host;
}

function coverageOf(reading: Reading): Coverage[] {
  const distinct = new Map<string, Coverage>();
  for (const { kind, namespace, locator } of reading.coverage) {
    const coverage = { kind, ...(namespace === undefined ? {} : { namespace }), because: `file/${locator}` };
    const key = `${kind} ${namespace ?? ''}`;
    if (!distinct.has(key)) distinct.set(key, coverage);
  }
  return [...distinct.values()];
}

function cutGaps(reading: Reading, limits: Limits): Snapshot['gaps'] {
  const logs = reading.logs.length > limits.logEntries;
  const texts = reading.texts.length > limits.texts;
  return [
    ...(logs ? [{ wanted: `log entries older than the newest ${limits.logEntries}`, why: 'truncated' as const }] : []),
    ...(texts ? [{ wanted: `texts after the first ${limits.texts}`, why: 'truncated' as const }] : []),
  ];
}
