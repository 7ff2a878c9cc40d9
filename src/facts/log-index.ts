import type { LogEntry } from '../core/snapshot.ts';
import { groupBy } from './group-by.ts';
import { type LogRecord, recordOf } from './log-record.ts';
import { isAfter } from './time.ts';

/** The lines of node logs that bear on image pulls, by what they are about. */
export interface LogIndex {
  readonly records: readonly LogRecord[];
  ofKind(kind: LogRecord['kind']): readonly LogRecord[];
  /** By canonical image name. */
  ofImage(image: string): readonly LogRecord[];
  /** By `namespace/pod`. */
  ofPod(namespace: string | undefined, pod: string): readonly LogRecord[];
  /** The time of the last line of a log: what came long before it is over. */
  endOf(entry: LogEntry): string | undefined;
}

/** Lines without any of these words are never about a pull; a cheap test before parsing. */
const RELEVANT =
  /pull|image|trying next host|fetch failed|credential|hosts\.toml|certs\.d|no space left|containerd|sandbox|cri service|syncing pod|startup duration|PLEG|plugin|read-only|runtime is down/i;

/** Reads every line once; only relevant ones are parsed. */
export function indexLogs(entries: readonly LogEntry[], canonical: (image: string) => string): LogIndex {
  const ends = new Map<string, string>();
  const records: LogRecord[] = [];
  for (const entry of entries) {
    const key = logKey(entry);
    const end = ends.get(key);
    if (entry.at !== undefined && (end === undefined || isAfter(entry.at, end))) ends.set(key, entry.at);
    // What a container prints is no word of the node, whatever it reads like.
    if (entry.log === 'pod' || !RELEVANT.test(entry.raw)) continue;
    const record = recordOf(entry);
    if (record !== undefined) records.push(record);
  }
  const byKind = groupBy(records, ({ kind }) => kind);
  const byImage = groupBy(records, ({ image }) => (image === undefined ? undefined : canonical(image)));
  const byPod = groupBy(records, ({ namespace, pod }) => (pod === undefined ? undefined : `${namespace ?? ''}/${pod}`));
  return {
    records,
    ofKind: (kind) => byKind.get(kind) ?? [],
    ofImage: (image) => byImage.get(canonical(image)) ?? [],
    ofPod: (namespace, pod) => byPod.get(`${namespace ?? ''}/${pod}`) ?? [],
    endOf: (entry) => ends.get(logKey(entry)),
  };
}

function logKey({ node, log }: LogEntry): string {
  return `${node ?? ''}/${log}`;
}
