/** RFC 3339 times as milliseconds, and back. No clock: "now" is always `Snapshot.takenAt`. */

/** Milliseconds since the epoch; undefined for a missing or unreadable time. */
export function millis(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const value = Date.parse(time);
  return Number.isNaN(value) ? undefined : value;
}

/** RFC 3339 in UTC, whole seconds as Kubernetes prints them. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Whether `a` is surely later than `b`; false when either is not known. */
export function isAfter(a: string | undefined, b: string | undefined): boolean {
  const left = millis(a);
  const right = millis(b);
  return left !== undefined && right !== undefined && left > right;
}

/** The latest of the times that are known. */
export function latest(times: readonly (string | undefined)[]): string | undefined {
  return times.reduce((best, time) => (best === undefined || isAfter(time, best) ? (time ?? best) : best), undefined);
}

/** The earliest of the times that are known. */
export function earliest(times: readonly (string | undefined)[]): string | undefined {
  return times.reduce((best, time) => (best === undefined || isAfter(best, time) ? (time ?? best) : best), undefined);
}

/** Seconds from `from` to `to`; undefined when either is not known. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  const start = millis(from);
  const end = millis(to);
  return start === undefined || end === undefined ? undefined : (end - start) / 1000;
}
