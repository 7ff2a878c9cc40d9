import { largest, smallest } from '../../core/extremes.ts';
/** What a text of an NTP tool says of the clock of the node. */
export interface NtpSaid {
  readonly synchronized?: boolean;
  /** Seconds that the clock is ahead of true time; negative: behind. */
  readonly offsetSeconds?: number;
  /** The line that says it, from 0. */
  readonly at: number;
}

/** NTP tells how far the server is ahead of the clock: the other way round. */
function aheadBy(serverAhead: number): number {
  return serverAhead === 0 ? 0 : -serverAhead;
}

/** `ntpq -p`: the server that the clock follows is marked with a star, or `o`; its offset stands in milliseconds. */
export function readPeers(lines: readonly string[]): NtpSaid | undefined {
  const header = lines.findIndex((line) => /^remote\s{1,40}refid\s{1,40}st\s+t\s+when\s+poll\s+reach/.test(line));
  if (header < 0) return undefined;
  const peers = lines.map((line, at) => ({ at, words: line.split(/\s+/) })).slice(header + 1);
  const rows = peers.filter(({ words }) => words.length === 10 && /^[0-7]{1,3}$/.test(words[6] ?? ''));
  const chosen = rows.find(({ words: [remote = ''] }) => /^[*o](?=\S)/.test(remote));
  if (chosen === undefined) return rows.length === 0 ? undefined : { synchronized: false, at: header };
  const offset = Number(chosen.words[8]);
  return {
    synchronized: true,
    ...(Number.isFinite(offset) ? { offsetSeconds: aheadBy(offset / 1000) } : {}),
    at: chosen.at,
  };
}

/** Answers that differ by more are of servers that do not agree on the time. */
const AGREE_SECONDS = 1;

/** `ntpdate -q`, which asks and sets nothing. A server of stratum 0 did not answer. */
export function readQueries(lines: readonly string[]): NtpSaid | undefined {
  const answers = lines.flatMap((line, at) => {
    const said =
      /^server \S{1,100}, stratum (\d{1,2}), offset ([+-]?\d{1,12}(?:\.\d{1,12})?), delay/.exec(line) ?? undefined;
    const stratum = Number(said?.[1]);
    return stratum > 0 && stratum < 16 ? [{ at, offset: Number(said?.[2]) }] : [];
  });
  const offsets = answers.map(({ offset }) => offset);
  const [first] = answers;
  if (first === undefined || largest(offsets) - smallest(offsets) > AGREE_SECONDS) return undefined;
  return { offsetSeconds: aheadBy(first.offset), at: first.at };
}

/**
 * `timedatectl timesync-status`: what systemd-timesyncd measured last. It sets the clock by a large offset at once, so
 * only a small one still holds when it is read.
 */
export function readTimesync(lines: readonly string[]): NtpSaid | undefined {
  if (!lines.some((line) => /^Poll interval:/.test(line))) return undefined;
  const at = lines.findIndex((line) => /^Offset:/.test(line));
  const said = /^Offset: ([+-])(\d{1,3}(?:\.\d{1,6})?)(us|ms)$/.exec(lines[at] ?? '');
  if (said === null) return undefined;
  const size = Number(said[2]) / (said[3] === 'us' ? 1e6 : 1e3);
  return { offsetSeconds: aheadBy(said[1] === '-' ? -size : size), at };
}
