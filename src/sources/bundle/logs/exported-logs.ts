import { compareText } from '../../../core/compare.ts';
import type { Gap } from '../../../core/fact.ts';
import { nestsDeeper } from '../../../core/nesting.ts';
import { readKubeDocuments } from '../kube-documents.ts';
import { EMPTY_READING, type FileContext, joinReadings, type Reading, type ReadLog } from '../reading.ts';
import { readLog } from './read-log.ts';

/** An entry of a log service, at its place in the export. */
interface Exported {
  readonly place: string;
  /** As a line of the journal's JSON form. */
  readonly line?: object;
  /** An event of Kubernetes, which GKE logs as it is. */
  readonly event?: object;
  /** Without its zone, which is UTC: behind it a whole second would come after its fractions. */
  readonly time: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Logs in the JSON that a log service exports: Google Cloud Logging (`gcloud logging read`, "download logs"), Amazon
 * CloudWatch (`aws logs filter-log-events`), and the answer of an Azure run-command. Undefined for all other JSON.
 */
export function readExportedLogs(
  values: readonly unknown[],
  file: FileContext,
  readText: (text: string) => Reading,
): Reading | undefined {
  const printed = values.flatMap(runCommandOutputs);
  if (printed.length > 0) return joinReadings(printed.map(readText));
  const entries = values.flatMap((value, i) =>
    exportedIn(value, values.length > 1 ? `${file.name} [${i}]` : file.name),
  );
  if (entries.length === 0) return undefined;
  // Consoles show the newest first.
  const lines = entries
    .filter(({ line }) => line !== undefined && !nestsDeeper(line))
    .sort((a, b) => compareText(a.time, b.time));
  const gaps = tooDeep(entries.filter(({ line }) => nestsDeeper(line)));
  const log = readLog(lines.map(({ line }) => JSON.stringify(line)).join('\n'), 0, file);
  const events = entries.flatMap(({ event, place }) => (event === undefined ? [] : [{ value: event, locator: place }]));
  const logs = log.logs.map((read) => ({ ...read, locator: placeOf(read, lines) ?? read.locator }));
  return joinReadings([{ ...EMPTY_READING, known: true, gaps }, { ...log, logs }, readKubeDocuments(events, file)]);
}

function tooDeep(left: readonly Exported[]): readonly Gap[] {
  const [first] = left;
  if (first === undefined) return [];
  return [
    { wanted: `log entries that nest too deeply: ${left.length}, the first at ${first.place}`, why: 'truncated' },
  ];
}

/** The locator counts lines of what was made for reading. */
function placeOf({ locator }: ReadLog, lines: readonly Exported[]): string | undefined {
  return lines[Number(/:(\d+)$/.exec(locator)?.[1])]?.place;
}

function exportedIn(value: unknown, place: string): readonly Exported[] {
  if (Array.isArray(value)) return value.flatMap((each, i) => ofCloudLogging(each, `${place} [${i}]`));
  const { events } = record(value);
  if (Array.isArray(events)) return events.flatMap((each, i) => ofCloudWatch(each, `${place} events[${i}]`));
  return ofCloudLogging(value, place);
}

/** `LogEntry`: textPayload or jsonPayload, with the name of its log and its time. */
function ofCloudLogging(value: unknown, place: string): readonly Exported[] {
  const entry = record(value);
  const { logName, timestamp, jsonPayload } = entry;
  if (typeof logName !== 'string' || typeof timestamp !== 'string') return [];
  const payload = record(jsonPayload);
  if (payload.kind === 'Event' && payload.involvedObject !== undefined)
    return [{ place, event: payload, time: withoutZone(timestamp) }];
  return [{ place, line: entry, time: withoutZone(timestamp) }];
}

/** What the agents of Container Insights send is JSON with the host and the unit; others send the line as it is. */
function ofCloudWatch(value: unknown, place: string): readonly Exported[] {
  const { timestamp, message } = record(value);
  if (typeof timestamp !== 'number' || typeof message !== 'string') return [];
  const sent = record(parsed(message));
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return [];
  const line = {
    MESSAGE: sent.message ?? message,
    _HOSTNAME: sent.hostname,
    _SYSTEMD_UNIT: sent.systemd_unit,
    timestamp: time.toISOString(),
  };
  return [{ place, line, time: withoutZone(time.toISOString()) }];
}

/** `az vmss run-command invoke`: what a command printed stands between marks. */
function runCommandOutputs(value: unknown): readonly string[] {
  const { value: answers } = record(value);
  if (!Array.isArray(answers)) return [];
  return answers.flatMap((answer) => {
    const { message } = record(answer);
    if (typeof message !== 'string') return [];
    const start = message.indexOf('[stdout]\n');
    const end = message.lastIndexOf('\n[stderr]');
    return start < 0 || end < start ? [] : [message.slice(start + '[stdout]\n'.length, end)];
  });
}

function withoutZone(timestamp: string): string {
  return timestamp.replace(/Z$/, '');
}

function parsed(text: string): unknown {
  try {
    return text.startsWith('{') ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
