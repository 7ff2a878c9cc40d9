import type { KubeEvent } from '../../../core/objects.ts';
import { defined } from '../../schema/defined.ts';
import { AGE_PATTERN, parseAge, parseSeries, SERIES_PATTERN } from '../ages.ts';
import type { Ages, ReadObject } from '../reading.ts';
import type { Line } from './tree.ts';

/** The object whose events are printed. */
export interface Involved {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** One row of an event table, before it is known what it is about. */
export interface EventRow {
  readonly line: number;
  readonly type: string;
  readonly reason: string;
  readonly component?: string;
  readonly host?: string;
  readonly fieldPath?: string;
  readonly message: string;
  readonly count: number;
  readonly ages: Ages;
}

/** `Type Reason Age From Message`, since kubectl 1.6. */
const ROW = new RegExp(`^\\s*(Normal|Warning)\\s+(\\S+)\\s+(${SERIES_PATTERN})\\s+(\\S.*)$`);
/** The same with `SubObjectPath` and the old order: `FirstSeen LastSeen Count From SubObjectPath Type Reason Message`. */
const OLD_ROW = new RegExp(`^\\s*(${AGE_PATTERN})\\s+(${AGE_PATTERN})\\s+(\\d+)\\s+(\\S.*)$`);
/** `Age From SubObjectPath Type Reason Message`. */
const MIDDLE_ROW = new RegExp(`^\\s*(${SERIES_PATTERN})\\s+(\\S.*)$`);
const OLD_REST = /^(\{[^}]*\}|\S+(?:, \S+)?)\s+(?:(spec\.\S+)\s+)?(Normal|Warning)\s+(\S+)\s+(.*)$/;
const FROM = /^(\S+?)(?:, (\S+))?(?:\s+(.*))?$/;
/** kubectl 1.35 and later print the container before the message. */
const FIELD_PATH = /^(spec\.\w+\{[^}]*\}): /;
const HEADER = /^\s*(?:Type\s+Reason\s+Age\b|First\s?Seen\b|Age\s+From\b|-{2,}\s)/;

/**
 * The rows under `Events:`. A line that is no row belongs to the message before it:
 * registries answer with line breaks, and terminals wrap.
 */
export function eventRows(lines: readonly Line[]): EventRow[] {
  const rows: { row: EventRow; more: string[] }[] = [];
  const width = wrapWidth(lines);
  let previous = '';
  for (const { text, number } of lines) {
    const row = rowOf(text, number);
    if (row !== undefined) rows.push({ row, more: [] });
    else if (!HEADER.test(text)) rows.at(-1)?.more.push(previous.length === width ? text.trimStart() : `\n${text}`);
    previous = text;
  }
  return rows.map(({ row, more }) => ({ ...row, message: (row.message + more.join('')).trimEnd() }));
}

/** Narrowest terminal that is taken for one. */
const MIN_WRAP = 60;

/** The column where a terminal broke long lines: several lines end exactly there and none goes beyond. */
function wrapWidth(lines: readonly Line[]): number | undefined {
  const lengths = lines.map((line) => line.text.length);
  const longest = lengths.reduce((max, length) => Math.max(max, length), 0);
  return longest >= MIN_WRAP && lengths.filter((length) => length === longest).length > 1 ? longest : undefined;
}

function rowOf(text: string, line: number): EventRow | undefined {
  return newRow(text, line) ?? oldRow(text, line);
}

function newRow(text: string, line: number): EventRow | undefined {
  const found = ROW.exec(text);
  if (found === null) return undefined;
  const [, type = '', reason = '', series = '', rest = ''] = found;
  const [, component, host, message = ''] = FROM.exec(rest) ?? [];
  return { line, type, reason, ...defined({ component, host }), ...messageOf(message), ...seriesOf(series) };
}

function oldRow(text: string, line: number): EventRow | undefined {
  const seen = OLD_ROW.exec(text);
  if (seen !== null) {
    const [, first = '', last = '', count = '', rest = ''] = seen;
    const ages = defined({ first: parseAge(first), last: parseAge(last) });
    return oldRest(rest, line, { count: Number(count), ages });
  }
  const middle = MIDDLE_ROW.exec(text);
  return middle === null ? undefined : oldRest(middle[2] ?? '', line, seriesOf(middle[1] ?? ''));
}

type Seen = Pick<EventRow, 'count' | 'ages'>;

function oldRest(rest: string, line: number, seen: Seen): EventRow | undefined {
  const found = OLD_REST.exec(rest);
  if (found === null) return undefined;
  const [, from = '', fieldPath, type = '', reason = '', message = ''] = found;
  const [component, host] = from
    .replace(/^\{|\}$/g, '')
    .trim()
    .split(/,? /, 2);
  return { line, type, reason, ...defined({ component, host, fieldPath }), message, ...seen };
}

function messageOf(text: string): Pick<EventRow, 'message' | 'fieldPath'> {
  const fieldPath = FIELD_PATH.exec(text)?.[1];
  return fieldPath === undefined ? { message: text } : { fieldPath, message: text.slice(fieldPath.length + 2) };
}

function seriesOf(text: string): Seen {
  const { first, last, count } = parseSeries(text);
  return { count, ages: defined({ first, last }) };
}

/** A row as an Event of the object that it is about. Such events have no name of their own: the locator stands for it. */
export function eventOfRow(row: EventRow, involved: Involved, locator: string, lookedAt?: string): ReadObject {
  const { namespace } = involved;
  const object: KubeEvent = {
    kind: 'Event',
    metadata: { name: locator, ...defined({ namespace }), labels: {}, annotations: {}, ownerReferences: [] },
    involved: { ...involved, ...defined({ fieldPath: row.fieldPath }) },
    type: row.type,
    reason: row.reason,
    message: row.message,
    count: row.count,
    ...defined({ component: row.component, host: row.host }),
  };
  return {
    parsed: { object, view: 'describe', dropped: [] },
    locator,
    ages: { ...row.ages, ...defined({ lookedAt }) },
  };
}
