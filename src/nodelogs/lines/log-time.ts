import { headOf } from '../../sources/bundle/logs/entry.ts';
import type { LogTime } from '../../sources/bundle/reading.ts';

/** Enough of a line to find its time. */
const HEAD = 400;
/** Kernel messages with readable times: `[Fri Nov 20 22:12:51 2026] …`. */
const KERNEL = /^\[(?:[A-Z][a-z]{2} )?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})\]/;
const DAY_MS = 86_400_000;

/** The time that a line begins with; undefined when it tells none. */
export function readLogTime(line: string): LogTime | undefined {
  const kernel = KERNEL.exec(line.slice(0, 64));
  if (kernel !== null) return fromParts(kernel[4], kernel[1], kernel[2], kernel[3]);
  // JSON is read whole; an address may stand before it.
  return headOf(line.slice(0, 48).includes('{"') ? line : line.slice(0, HEAD)).time;
}

function fromParts(year = '', month = '', day = '', clock = ''): LogTime | undefined {
  const ms = Date.parse(`${day} ${month} ${year} ${clock} UTC`);
  return Number.isNaN(ms) ? undefined : { at: new Date(ms).toISOString() };
}

/**
 * Milliseconds since 1970. Times without a year are put into the year in which they lie closest before `reference`,
 * or at most a day after it; without a reference they stay unknown.
 */
export function millisOf(time: LogTime | undefined, reference: number | undefined): number | undefined {
  if (time === undefined) return undefined;
  if ('at' in time) return valid(Date.parse(time.at));
  if (reference === undefined) return undefined;
  const year = new Date(reference).getUTCFullYear();
  const candidates = [year + 1, year, year - 1].map((y) => Date.parse(`${y}-${time.withoutYear}`));
  return candidates.find((ms) => ms <= reference + DAY_MS);
}

function valid(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : ms;
}

/** RFC 3339 in UTC. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
