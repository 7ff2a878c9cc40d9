/** Ages as kubectl prints them: `7s`, `2m29s`, `4h`, `3d2h`, `2y10d`. */
const AGE = '(?:\\d+[ydhms]){1,3}|<unknown>|<invalid>';
/** Source of a pattern of one age, and of an age with its series: `7s (x2 over 23s)`. */
export const AGE_PATTERN = AGE;
export const SERIES_PATTERN = `(?:${AGE})(?: ago)?(?:\\s+\\(x\\d+ over (?:${AGE})\\))?`;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 };

/** Seconds; undefined for `<unknown>`. `<invalid>` is kubectl's word for a time ahead of its clock: now. */
export function parseAge(text: string): number | undefined {
  if (text === '<invalid>') return 0;
  const parts = [...text.matchAll(/(\d+)([ydhms])/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (SECONDS[unit ?? ''] ?? 0), 0);
}

export interface Series {
  readonly last?: number;
  readonly first?: number;
  readonly count: number;
}

/** `7s (x2 over 23s)`: last seen 7 s ago, twice, first 23 s ago. */
export function parseSeries(text: string): Series {
  const [lastText = '', rest = ''] = text.split('(', 2);
  const last = parseAge(lastText);
  const series = /x(\d+) over (\S+)\)/.exec(rest);
  const first = series === null ? last : parseAge(series[2] ?? '');
  return {
    ...(last === undefined ? {} : { last }),
    ...(first === undefined ? {} : { first }),
    count: series === null ? 1 : Number(series[1]),
  };
}

/** RFC 3339 of a time that lies `seconds` before `from`. */
export function before(from: string, seconds: number): string | undefined {
  return shifted(from, -seconds);
}

export function after(from: string, seconds: number): string | undefined {
  return shifted(from, seconds);
}

function shifted(from: string, seconds: number): string | undefined {
  return rfc3339(Date.parse(from) + seconds * 1000);
}

/** RFC 3339 in UTC, whole seconds; undefined when the time is none. */
export function rfc3339(ms: number): string | undefined {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
