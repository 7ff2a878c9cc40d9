import type { SectionText } from './section-reader.ts';

/** The clock of the node as timedatectl and chrony see it. */
export interface Clock {
  readonly synchronized?: boolean;
  /** Seconds that the clock is ahead of true time; negative: behind. */
  readonly offsetSeconds?: number;
  readonly service?: string;
  /** UTC time that the node's clock showed, RFC 3339. */
  readonly utc?: string;
  /** Where the offset stands; else where it says whether it is synchronized. */
  readonly from?: ClockLine;
}

export interface ClockLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const MAX_LINES = 5000;

export function readClock(sections: readonly SectionText[]): Clock | undefined {
  let clock: Clock = {};
  let offsetFrom: ClockLine | undefined;
  let syncFrom: ClockLine | undefined;
  for (const { path, text } of sections) {
    for (const [i, raw] of text.split('\n').slice(0, MAX_LINES).entries()) {
      const line = raw.slice(0, 400).trim();
      const said = readLine(line);
      clock = { ...clock, ...said };
      if (said.offsetSeconds !== undefined) offsetFrom = { path, line: i + 1, text: line };
      if (said.synchronized !== undefined) syncFrom = { path, line: i + 1, text: line };
    }
  }
  // chronyd that found no source yet tells an offset of zero.
  if (clock.synchronized === false && Math.abs(clock.offsetSeconds ?? 0) < 1) {
    const { offsetSeconds: _, ...rest } = clock;
    clock = rest;
    offsetFrom = undefined;
  }
  const from = offsetFrom ?? syncFrom;
  return Object.keys(clock).length === 0 ? undefined : { ...clock, ...(from === undefined ? {} : { from }) };
}

function readLine(line: string): Clock {
  const synced = /^(?:System clock synchronized|NTP synchronized):\s*(yes|no)/i.exec(line)?.[1];
  if (synced !== undefined) return { synchronized: synced.toLowerCase() === 'yes' };
  const leap = /^Leap status\s*:\s*(.+)$/i.exec(line)?.[1];
  if (leap !== undefined) return { synchronized: !/not synchroni[sz]ed/i.test(leap) };
  // chronyc tracking: `System time : 412.000123 seconds slow of NTP time`.
  const offset = /^System time\s*:\s*(\d{1,12}(?:\.\d{1,12})?) seconds (slow|fast)/i.exec(line);
  if (offset !== null) return { offsetSeconds: Number(offset[1]) * (offset[2]?.toLowerCase() === 'slow' ? -1 : 1) };
  const service = /^NTP service:\s*(\w{1,20})/i.exec(line)?.[1];
  if (service !== undefined) return { service };
  const utc =
    /^Universal time:\s*\w{3} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/i.exec(line) ??
    // date -u +%FT%TZ
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z$/.exec(line);
  return utc === null ? {} : { utc: `${utc[1]}T${utc[2]}Z` };
}
