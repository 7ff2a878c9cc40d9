import type { Cluster } from '../../core/node/correlate-answer.ts';
import { rfc3339 } from '../lines/log-time.ts';
import { type KeptEvent, lineOf } from './kept-events.ts';

const MAX_CLUSTERS = 200;

/** Runs of events with no pause longer than `gapMs` between two of them; the newest when there are very many. */
export function clustersOf(events: readonly KeptEvent[], gapMs: number): readonly Cluster[] {
  const runs: KeptEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && event.ms - last.ms <= gapMs) run.push(event);
    else runs.push([event]);
  }
  return runs.slice(-MAX_CLUSTERS).map(clusterOf);
}

function clusterOf(run: readonly KeptEvent[]): Cluster {
  const [first] = run as readonly [KeptEvent];
  const last = run.at(-1) ?? first;
  const counts = new Map<string, number>();
  for (const { what } of run) counts.set(what, (counts.get(what) ?? 0) + 1);
  return {
    from: rfc3339(first.ms),
    to: rfc3339(last.ms),
    events: run.length,
    pivots: run.filter(({ pivot }) => pivot === true).length,
    what: [...counts].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count),
    components: [...new Set(run.map(({ component }) => component))].sort(),
    first: lineOf(first),
  };
}
