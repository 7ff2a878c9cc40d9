import type { SectionText } from './section-reader.ts';

/** The clock of the node as timedatectl and chrony see it. */
export interface Clock {
  readonly synchronized?: boolean;
  /** Seconds that the clock is ahead of true time; negative: behind. */
  readonly offsetSeconds?: number;
  readonly service?: string;
  /** UTC time that was printed, RFC 3339. */
  readonly utc?: string;
}

export function readClock(sections: readonly SectionText[]): Clock | undefined {
  const found: { synchronized?: boolean; offsetSeconds?: number; service?: string; utc?: string } = {};
  for (const { text } of sections) {
    for (const raw of text.split('\n').slice(0, 5000)) {
      const line = raw.slice(0, 400).trim();
      const synced = /^(?:System clock synchronized|NTP synchronized):\s*(yes|no)/i.exec(line)?.[1];
      if (synced !== undefined) found.synchronized = synced.toLowerCase() === 'yes';
      const leap = /^Leap status\s*:\s*(.+)$/i.exec(line)?.[1];
      if (leap !== undefined) found.synchronized = !/not synchroni[sz]ed/i.test(leap);
      // chronyc tracking: `System time : 412.000123 seconds slow of NTP time`.
      const offset = /^System time\s*:\s*(\d{1,12}(?:\.\d{1,12})?) seconds (slow|fast)/i.exec(line);
      if (offset !== null) found.offsetSeconds = Number(offset[1]) * (offset[2] === 'slow' ? -1 : 1);
      const service = /^NTP service:\s*(\w{1,20})/i.exec(line)?.[1];
      if (service !== undefined) found.service = service;
      const utc = /^Universal time:\s*\w{3} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/i.exec(line);
      if (utc !== null) found.utc = `${utc[1]}T${utc[2]}Z`;
    }
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
