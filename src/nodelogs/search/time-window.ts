import { UsageError } from '../../core/usage-error.ts';
import { millisOf, readLogTime } from '../lines/log-time.ts';

/** Bounds in milliseconds since 1970, both included; none: all times. */
export interface TimeWindow {
  readonly from?: number;
  readonly to?: number;
  /** Tells the year of times without one. */
  readonly reference?: number;
}

export function isBounded({ from, to }: TimeWindow): boolean {
  return from !== undefined || to !== undefined;
}

/** Lines whose time is not known are kept: nothing says that they lie outside. */
export function acceptsTime(window: TimeWindow, head: string): boolean {
  if (!isBounded(window)) return true;
  const { from, to, reference } = window;
  const at = millisOf(readLogTime(head), reference);
  if (at === undefined) return true;
  return (from === undefined || at >= from) && (to === undefined || at <= to);
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A bound of a window: RFC 3339, or `30m`: that long before the newest line of the collection. The clock of this
 * machine never counts, since evidence is read long after it was taken.
 */
export function boundOf(flag: string, text: string, newest: number | undefined): number {
  const ago = /^(\d{1,6}(?:\.\d{1,3})?)([smhd])$/.exec(text);
  if (ago !== null) {
    if (newest === undefined)
      throw new UsageError(`${flag} ${text}: no line of the collection has a full time to count from; give RFC 3339`);
    return newest - Number(ago[1]) * (UNITS[ago[2] ?? ''] ?? 0);
  }
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new UsageError(`${flag} ${text} is no time: use 2026-11-20T22:00:00Z, or 30m before the newest line`);
  return ms;
}
