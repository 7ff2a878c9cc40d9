import type { ObjectHint, ParsedObject } from '../objects-schema.ts';
import { podRow } from './pod-row.ts';
import { anything, array, object, optional, readLenient, string } from './shape.ts';

const TABLE = object({
  columnDefinitions: array(object({ name: string })),
  rows: optional(array(object({ cells: array(anything), object: anything }))),
});

/** Columns that only the printer of pods has. */
const POD_COLUMNS = ['ready', 'status', 'restarts'];

/**
 * A server-side Table (`Accept: application/json;as=Table`): rows with the metadata, or the whole object, beside them.
 * Of metadata-only rows the kind is known only by the columns; pods are told by theirs.
 */
export function parseTable(
  raw: unknown,
  parseObject: (raw: unknown, hint?: ObjectHint) => ParsedObject | undefined,
): ParsedObject[] {
  const parsed = readLenient(TABLE, raw);
  if (parsed === undefined) return [];
  const columns = parsed.value.columnDefinitions.map((column) => column.name.toLowerCase());
  const showsPods = POD_COLUMNS.every((name) => columns.includes(name));
  return (parsed.value.rows ?? []).flatMap(({ cells, object }) => {
    const seen = parseObject(object, showsPods ? { kind: 'Pod', apiVersion: 'v1' } : {});
    if (seen === undefined || seen.view === 'full' || !showsPods) return seen ?? [];
    const cell = (name: string) => cells[columns.indexOf(name)]?.toString() ?? '';
    const pod = podRow({
      name: seen.object.metadata.name,
      status: cell('status'),
      restarts: cell('restarts'),
      node: cell('node'),
    });
    return { ...seen, view: 'table', object: { ...pod, metadata: seen.object.metadata } };
  });
}
