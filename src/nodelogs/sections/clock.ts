import { readPeers, readQueries, readTimesync } from './ntp.ts';
import type { SectionText } from './section-reader.ts';

/** The clock of the node as timedatectl, chrony, ntpd and ntpdate see it. */
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
    const lines = text.split('\n', MAX_LINES).map((line) => line.slice(0, 400).trim());
    for (const { at, ...said } of sayings(lines)) {
      clock = { ...clock, ...said };
      const from = { path, line: at + 1, text: lines[at] ?? '' };
      if (said.offsetSeconds !== undefined) offsetFrom = from;
      if (said.synchronized !== undefined) syncFrom = from;
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

/** All that the lines of a file say, each with where it stands, from 0. */
function sayings(lines: readonly string[]): readonly (Clock & { readonly at: number })[] {
  return [
    ...lines.map((line, at) => ({ ...readLine(line), at })),
    ...[readPeers(lines), readQueries(lines), readTimesync(lines)].filter((said) => said !== undefined),
  ];
}

function readLine(line: string): Clock {
  // ntpstat says it in a sentence.
  if (/^(?:un)?synchroni[sz]ed(?:$| to )/.test(line)) return { synchronized: !line.startsWith('un') };
  const synced = /^(?:(?:System clock synchronized|NTP synchronized):\s*|NTPSynchronized=)(yes|no)/i.exec(line)?.[1];
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
