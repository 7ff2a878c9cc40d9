import { defined } from '../schema/defined.ts';
import { podRow } from '../schema/pod-row.ts';
import { parseAge, parseSeries } from './ages.ts';
import type { Line } from './describe/tree.ts';
import { EMPTY_READING, type FileContext, type Reading, type ReadObject } from './reading.ts';

/** Columns of kubectl's tables; some names hold a blank, so the header cannot be split at blanks. */
const COLUMN = /NOMINATED NODE|READINESS GATES|LAST SEEN|FIRST SEEN|[A-Z][A-Z-]*/g;

const EVENTS_HEADER = /^\s*(?:NAMESPACE\s+)?(?:LAST SEEN|LASTSEEN)\s+.{0,200}\bREASON\b.{0,200}\bMESSAGE\b/;
const PODS_HEADER = /^\s*(?:NAMESPACE\s+)?NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\b/;

/** Which table a line is the header of. */
export function tableOf(line: string): 'events' | 'pods' | undefined {
  if (PODS_HEADER.test(line)) return 'pods';
  return EVENTS_HEADER.test(line) ? 'events' : undefined;
}

/** kubectl's widest table, of events, is some 300 characters before the message. */
const MAX_HEADER = 1000;

interface Column {
  readonly name: string;
  readonly start: number;
}

type Row = ReadonlyMap<string, string>;

/** Rows by the columns of the header. kubectl aligns them; where a paste lost that, cells are split at wide gaps. */
function tableRows(lines: readonly Line[]): { row: Row; number: number }[] {
  const [header, ...body] = lines;
  if (header === undefined) return [];
  const names = [...header.text.slice(0, MAX_HEADER).matchAll(COLUMN)];
  const columns = names.map((found) => ({ name: found[0], start: found.index }));
  return body.map(({ text, number }) => ({ row: alignedRow(columns, text) ?? splitRow(columns, text), number }));
}

/** Undefined when a cell does not start where its column does. */
function alignedRow(columns: readonly Column[], text: string): Row | undefined {
  const inside = columns.filter(({ start }) => start < text.length);
  const aligned = inside.every(({ start }) => start === 0 || text[start - 1] === ' ');
  if (!aligned || inside.length < 2) return undefined;
  return new Map(inside.map(({ name, start }, index) => [name, text.slice(start, inside[index + 1]?.start).trim()]));
}

function splitRow(columns: readonly Column[], text: string): Row {
  const wide = text.trim().split(/\s{2,}|\t+/);
  const cells = wide.length >= columns.length ? wide : text.trim().split(/\s+/);
  const last = columns.length - 1;
  return new Map(
    columns.map(({ name }, index) => [name, index < last ? (cells[index] ?? '') : cells.slice(last).join(' ')]),
  );
}

/** `kubectl get pods`, default, wide or of all namespaces. */
export function readPodTable(lines: readonly Line[], file: FileContext): Reading {
  const objects = tableRows(lines).flatMap(({ row, number }): ReadObject[] => {
    const name = row.get('NAME') ?? '';
    const status = row.get('STATUS') ?? '';
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(name) || status === '') return [];
    const namespace = row.get('NAMESPACE') ?? file.place.namespace;
    const object = podRow({
      name,
      status,
      ...defined({ namespace, restarts: row.get('RESTARTS'), node: row.get('NODE') }),
    });
    return [{ parsed: { object, view: 'table', dropped: [] }, locator: `${file.name}:${number}` }];
  });
  return { ...EMPTY_READING, known: true, objects };
}

/** `kubectl get events` and `kubectl events`, default, wide or of all namespaces, and the wide table of kubectl before 1.13. */
export function readEventTable(lines: readonly Line[], file: FileContext): Reading {
  const objects = tableRows(lines).flatMap(
    ({ row, number }) => eventOfTableRow(row, `${file.name}:${number}`, file) ?? [],
  );
  return { ...EMPTY_READING, known: true, objects };
}

function eventOfTableRow(row: Row, locator: string, file: FileContext): ReadObject | undefined {
  const type = row.get('TYPE');
  const reason = row.get('REASON');
  const involved = involvedOf(row);
  if (!type || !reason || involved === undefined) return undefined;
  const series = parseSeries(row.get('LAST SEEN') ?? row.get('LASTSEEN') ?? '');
  const first = parseAge(row.get('FIRST SEEN') ?? row.get('FIRSTSEEN') ?? '') ?? series.first;
  const count = Number(row.get('COUNT') ?? '') || series.count;
  const namespace = row.get('NAMESPACE') ?? file.place.namespace;
  const [component, host] = (row.get('SOURCE') ?? '').split(/,\s*/, 2);
  return {
    locator,
    ages: defined({ first, last: series.last }),
    parsed: {
      view: 'table',
      dropped: [],
      object: {
        kind: 'Event',
        metadata: { name: locator, ...defined({ namespace }), labels: {}, annotations: {}, ownerReferences: [] },
        involved: { ...involved, ...defined({ namespace, fieldPath: row.get('SUBOBJECT') || undefined }) },
        type,
        reason,
        message: row.get('MESSAGE') ?? '',
        count,
        ...defined({ component: component || undefined, host }),
      },
    },
  };
}

/** Kinds as tables write them: lower case in `pod/x`, as they are in the KIND column. */
const KINDS: ReadonlyMap<string, string> = new Map(
  [
    ...['Pod', 'Node', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ServiceAccount'],
    ...['ReplicationController', 'Service', 'Secret', 'PersistentVolumeClaim', 'HorizontalPodAutoscaler'],
  ].map((kind) => [kind.toLowerCase(), kind]),
);

function involvedOf(row: Row): { kind: string; name: string } | undefined {
  const object = row.get('OBJECT');
  const [kind, name] =
    object === undefined ? [row.get('KIND'), row.get('NAME')?.replace(/\.[0-9a-f]{16}$/, '')] : object.split('/', 2);
  if (!kind || !name) return undefined;
  return { kind: KINDS.get(kind.toLowerCase()) ?? kind, name };
}
