import type { NodeCoverage } from '../../core/node/answer.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import type { Meter } from '../lines/budget.ts';
import { rfc3339 } from '../lines/log-time.ts';
import type { FileHits } from './hits.ts';
import type { SearchPlan } from './plan.ts';
import { searchFiles } from './search-files.ts';
import { type FileChoice, selectFiles } from './select-files.ts';
import { endsOfLogs, rangeOf, referenceOf } from './time-range.ts';
import { boundOf, type TimeWindow } from './time-window.ts';

/** What of one bundle is searched, and for what. */
export interface BundleSearch {
  readonly plan: SearchPlan;
  readonly choice: FileChoice;
  readonly since?: string;
  readonly until?: string;
  readonly builtIn?: boolean;
}

export interface BundleHits {
  readonly bundle: NodeBundle;
  readonly found: readonly FileHits[];
  /** Tells the year of times without one. */
  readonly reference: number | undefined;
  readonly total: number;
  readonly places: readonly { readonly path: string; readonly count: number }[];
  readonly coverage: NodeCoverage;
  readonly window: TimeWindow;
}

export async function searchBundle(bundle: NodeBundle, search: BundleSearch, meter: Meter): Promise<BundleHits> {
  const window = await windowOf(bundle, search, meter);
  const files = selectFiles(bundle.files, search.choice);
  const { plan, builtIn } = search;
  const { found, unread } = await searchFiles(files, {
    plan,
    window,
    meter,
    ...(builtIn === undefined ? {} : { builtIn }),
  });
  const reference = window.reference ?? referenceOf(bundle, found);
  const range = rangeOf(found, reference);
  return {
    bundle,
    found,
    reference,
    total: found.reduce((sum, { count }) => sum + count, 0),
    places: found.flatMap(({ text, count }) => (count === 0 ? [] : [{ path: text.file.path, count }])),
    coverage: {
      filesTotal: files.length,
      filesRead: found.length,
      bytesRead: found.reduce((sum, { bytes }) => sum + bytes, 0),
      unread,
      ...(range.from === undefined || range.to === undefined
        ? {}
        : { from: rfc3339(range.from), to: rfc3339(range.to) }),
    },
    window,
  };
}

/** The collection's own range unless bounds were given; those may count from its end. */
async function windowOf(bundle: NodeBundle, { since, until }: BundleSearch, meter: Meter): Promise<TimeWindow> {
  if (since === undefined && until === undefined) return {};
  const ends = await endsOfLogs(bundle.files, meter.signal);
  const reference = referenceOf(bundle, ends);
  const newest = rangeOf(ends, reference).to;
  return {
    ...(since === undefined ? {} : { from: boundOf('--since', since, newest) }),
    ...(until === undefined ? {} : { to: boundOf('--until', until, newest) }),
    ...(reference === undefined ? {} : { reference }),
  };
}
