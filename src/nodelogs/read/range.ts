import { UsageError } from '../../core/usage-error.ts';

/** Lines count from 1, both ends included. */
export type LineRange =
  | { readonly unit: 'lines'; readonly from: number; readonly to: number }
  | { readonly unit: 'last-lines'; readonly count: number };

/** Bytes of the unpacked text count from 0, the end is excluded. */
export type BytesRange =
  | { readonly unit: 'bytes'; readonly from: number; readonly to: number }
  | { readonly unit: 'last-bytes'; readonly count: number };

export type ReadRange = LineRange | BytesRange;

/** `100-150`, `100` (from there on), `-50` (the last fifty). */
export function parseRange(unit: 'lines' | 'bytes', text: string): ReadRange {
  const found = /^(\d{1,15})?(-)?(\d{1,15})?$/.exec(text.trim());
  const [, first, dash, second] = found ?? [];
  if (found === null || (first === undefined && second === undefined))
    throw new UsageError(`--${unit} ${text} is no range: use 100-150, 100 or -50 (the last fifty)`);
  if (first === undefined) return { unit: `last-${unit}` as const, count: Number(second) } as ReadRange;
  const from = Number(first);
  const to = dash === undefined || second === undefined ? Number.POSITIVE_INFINITY : Number(second);
  if (unit === 'lines' && from < 1) throw new UsageError('lines count from 1');
  if (to < from) throw new UsageError(`--${unit} ${text}: the end lies before the beginning`);
  return { unit, from, to };
}
