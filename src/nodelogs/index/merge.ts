import { SEVERITIES } from '../../core/cause.ts';
import { compareText } from '../../core/compare.ts';
import { largest } from '../../core/extremes.ts';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import type { Finding } from '../../core/node/finding.ts';
import { excerpt } from '../../core/redact.ts';
import { millisOf, rfc3339 } from '../lines/log-time.ts';
import type { Look, Looks } from './look.ts';
import { withRuntimeEnd } from './runtime-end.ts';
import type { FileTally, LookTally, Occurrence } from './scan-file.ts';

/** One file that was read, with what it gave; newest files first. */
export interface ScannedFile {
  readonly file: NodeFile;
  readonly node: string | undefined;
  readonly tally: FileTally;
}

/** A finding before it has its number. */
export type Unnumbered = Omit<Finding, 'id'> & { readonly key: string };

/** Lines of the same pattern, cause and node are one finding, wherever they stand. */
export function mergeFindings(
  scanned: readonly ScannedFile[],
  looks: Looks,
  reference: number | undefined,
): readonly Unnumbered[] {
  const groups = new Map<string, Part[]>();
  for (const { file, node, tally } of scanned) {
    for (const [number, lookTally] of tally.looks) {
      const look = looks.get(number);
      const part = { path: file.path, node, look, tally: lookTally, reference };
      const key = keyOf(look, node);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [part]);
      else group.push(part);
    }
  }
  return withRuntimeEnd([...groups].map(([key, parts]) => merged(key, parts))).toSorted(byWeight);
}

/** What tells the year of times without one: full times of the logs themselves; else when it was collected, or kept. */
export function referenceTime(bundle: NodeBundle, scanned: readonly ScannedFile[]): number | undefined {
  const inLogs = scanned.flatMap(({ tally }) => [tally.to, tally.from].flatMap((t) => millisOf(t, undefined) ?? []));
  if (inLogs.length > 0) return largest(inLogs);
  const kept = [bundle.collectedAt, ...scanned.map(({ file }) => file.modifiedAt)];
  const times = kept.flatMap((at) => (at === undefined ? [] : Date.parse(at))).filter((ms) => !Number.isNaN(ms));
  return times[0];
}

interface Part {
  readonly path: string;
  readonly node: string | undefined;
  readonly look: Look;
  readonly tally: LookTally;
  readonly reference: number | undefined;
}

/** Stays the same while the collection grows. */
function keyOf({ pattern, cause, usual }: Look, node: string | undefined): string {
  return [node ?? '', pattern.id, cause?.id ?? '', usual === undefined ? '' : 'usual'].join(' ');
}

function merged(key: string, parts: readonly Part[]): Unnumbered {
  const { look, node } = parts[0] as Part;
  const newest = parts.reduce((best, part) => ((lastOf(part) ?? 0) > (lastOf(best) ?? 0) ? part : best));
  const first = extreme(parts.map(firstOf), Math.min);
  const last = extreme(parts.map(lastOf), Math.max);
  const cause = strongest(parts);
  const at = lastOf(newest);
  return {
    key,
    severity: look.pattern.severity,
    pattern: look.pattern.id,
    title: look.pattern.title,
    count: parts.reduce((sum, { tally }) => sum + tally.count, 0),
    ...(first === undefined ? {} : { firstAt: rfc3339(first) }),
    ...(last === undefined ? {} : { lastAt: rfc3339(last) }),
    ...(node === undefined ? {} : { node }),
    sample: {
      path: newest.path,
      line: newestIn(newest).line,
      ...(at === undefined ? {} : { at: rfc3339(at) }),
      text: excerpt(newestIn(newest).text),
    },
    places: places(parts),
    ...(cause === undefined ? {} : { cause }),
    ...(look.usual === undefined ? {} : { usual: look.usual }),
  };
}

function places(parts: readonly Part[]): Finding['places'] {
  const byPath = new Map<string, { count: number; last: number }>();
  for (const part of parts) {
    const place = byPath.get(part.path) ?? { count: 0, last: 0 };
    byPath.set(part.path, {
      count: place.count + part.tally.count,
      last: Math.max(place.last, lastOf(part) ?? 0),
    });
  }
  return [...byPath].sort(([, a], [, b]) => b.last - a.last).map(([path, { count }]) => ({ path, count }));
}

const VERDICTS = ['confirmed', 'likely', 'possible', 'ruled-out'];

function strongest(parts: readonly Part[]): Finding['cause'] {
  const causes = parts.flatMap(({ look }) => look.cause ?? []);
  return causes.sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict))[0];
}

function firstOf(part: Part): number | undefined {
  const { tally, reference } = part;
  return millisOf((isNewestFirst(part) ? tally.last : tally.first).time, reference);
}

function lastOf(part: Part): number | undefined {
  return millisOf(newestIn(part).time, part.reference);
}

function newestIn(part: Part): Occurrence {
  return isNewestFirst(part) ? part.tally.first : part.tally.last;
}

/** `journalctl -r`, and what log services export. */
function isNewestFirst({ tally, reference }: Part): boolean {
  const [first, last] = [millisOf(tally.first.time, reference), millisOf(tally.last.time, reference)];
  return first !== undefined && last !== undefined && first > last;
}

function extreme(times: readonly (number | undefined)[], choose: (...values: number[]) => number): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : choose(...known);
}

/** The order of answers, and of first numbering: unusual before usual, then severity, then the newest. */
export function byWeight(a: Omit<Finding, 'id'>, b: Omit<Finding, 'id'>): number {
  return (
    Number(a.usual !== undefined) - Number(b.usual !== undefined) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compareText(b.lastAt ?? '', a.lastAt ?? '') ||
    b.count - a.count ||
    compareText(a.pattern, b.pattern)
  );
}
