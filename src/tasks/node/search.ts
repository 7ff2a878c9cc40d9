import type { NodeBundle } from '../../core/node/bundle.ts';
import { pageBounds } from '../../core/node/page.ts';
import type { Related, SearchAnswer, SearchMatch } from '../../core/node/search-answer.ts';
import { excerpt } from '../../core/redact.ts';
import { UsageError } from '../../core/usage-error.ts';
import { bundleGaps } from '../../nodelogs/answer.ts';
import { type Budget, Meter } from '../../nodelogs/lines/budget.ts';
import { millisOf, readLogTime, rfc3339 } from '../../nodelogs/lines/log-time.ts';
import { type LineAround, linesAround } from '../../nodelogs/search/lines-around.ts';
import { type FoundLine, newestLines } from '../../nodelogs/search/newest-lines.ts';
import { planOf } from '../../nodelogs/search/plan.ts';
import { runtimeState } from '../../nodelogs/search/related.ts';
import { type BundleHits, searchBundle } from '../../nodelogs/search/search-bundle.ts';
import { searchIds } from '../../nodelogs/search/search-id.ts';
import type { FileChoice } from '../../nodelogs/search/select-files.ts';
import { joinCoverage } from '../../nodelogs/sections/section-reader.ts';
import { findingsAbout } from './findings-about.ts';

/** What is searched for, and where. */
export interface SearchQuestion extends FileChoice {
  /** Words, alternatives `a|b`, or a regular expression of RE2. */
  readonly query: string;
  /** As it stands: no character is special, and numbers are no statuses. */
  readonly fixed?: boolean;
  readonly caseSensitive?: boolean;
  /** RFC 3339, or `30m` before the newest line of the collection. Default: all its times. */
  readonly since?: string;
  readonly until?: string;
  /** Lines before and after each match. */
  readonly context?: number;
  readonly limit?: number;
  readonly page?: string;
  readonly budget?: Budget;
  /** Never another program, for tests and comparisons. */
  readonly builtIn?: boolean;
}

/** What one call may cost; more is told as not searched, and can be asked for. */
export const SEARCH_BUDGET: Budget = { bytes: 2 * 1024 ** 3, milliseconds: 20_000 };

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_CONTEXT = 20;
const MAX_PLACES = 50;

/** Searches the files of one bundle or several, within one budget. */
export async function nodeSearch(bundles: readonly NodeBundle[], question: SearchQuestion): Promise<SearchAnswer> {
  const { query, fixed = false, caseSensitive = false } = question;
  const plan = planOf(query, { ignoreCase: !caseSensitive, fixed });
  const limit = bounded('a limit', question.limit ?? DEFAULT_LIMIT, 1, MAX_LIMIT);
  const context = bounded('a context', question.context ?? 0, 0, MAX_CONTEXT);
  const meter = new Meter(question.budget ?? SEARCH_BUDGET);
  const results: BundleHits[] = [];
  for (const bundle of bundles)
    results.push(await searchBundle(bundle, { ...question, plan, choice: question }, meter));
  const kept = results.reduce((sum, { found }) => sum + found.reduce((n, { hits }) => n + hits.length, 0), 0);
  const request = { limit, token: question.page, question: asked(results, question) };
  const { from, to, nextPage } = pageBounds(kept, request);
  const items = await newestLines(results, from, to, meter.signal);
  const shown = await matchesOf(items, context, meter.signal);
  const total = results.reduce((sum, result) => sum + result.total, 0);
  const window = results[0]?.window ?? {};
  return {
    kind: 'NodeSearch',
    collection: bundles.map(({ id }) => id).join(','),
    collections: bundles.map(({ id }) => id),
    nodes: [...new Set(bundles.flatMap(({ nodes }) => nodes))],
    query: {
      text: excerpt(query),
      as: plan.pattern === undefined ? 'words' : 'pattern',
      ignoreCase: plan.ignoreCase,
      ...(plan.note === undefined ? {} : { note: plan.note }),
      ...(window.from === undefined ? {} : { from: rfc3339(window.from) }),
      ...(window.to === undefined ? {} : { to: rfc3339(window.to) }),
    },
    matches: shown.matches,
    total,
    places: results
      .flatMap(({ places }) => places)
      .sort((a, b) => b.count - a.count)
      .slice(0, MAX_PLACES),
    related: await relatedTo(bundles, question, shown.matches),
    seeAlso: total === 0 ? await seeAlso(bundles, question, meter) : [],
    ...(nextPage === undefined ? {} : { nextPage }),
    coverage: joinCoverage(results.map(({ coverage }) => coverage)),
    gaps: [
      ...bundles.flatMap(bundleGaps),
      ...(shown.kept
        ? []
        : [{ what: 'ids of matches for later calls', why: 'unreadable', how: 'make the store writable' } as const]),
    ],
  };
}

function bounded(what: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least)
    throw new UsageError(`${what} of ${value} is none: use ${least} to ${most}`);
  return Math.min(value, most);
}

/** The answer depends on the question and on the lines that there are. */
function asked(results: readonly BundleHits[], question: SearchQuestion): string {
  const { query, fixed, caseSensitive, since, until, logTypes, files, node } = question;
  const there = results.map(({ bundle, total, places }) => [bundle.id, total, places]);
  return JSON.stringify([query, fixed, caseSensitive, since, until, logTypes, files, node, there]);
}

/** Fetches the lines of one page, file by file, and gives them their ids. */
async function matchesOf(
  lines: readonly FoundLine[],
  context: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly matches: readonly SearchMatch[]; readonly kept: boolean }> {
  const texts = new Map<FoundLine, LineAround>();
  for (const text of new Set(lines.map((line) => line.text))) {
    const mine = lines.filter((line) => line.text === text);
    const offsets = mine.map(({ offset }) => offset);
    const around = await linesAround(text, offsets, context, signal);
    for (const line of mine) texts.set(line, around.get(line.offset) ?? { line: '', before: [], after: [] });
  }
  const ids = new Map<FoundLine, string>();
  let kept = true;
  for (const bundle of new Set(lines.map((line) => line.bundle))) {
    const mine = lines.filter((line) => line.bundle === bundle);
    const named = await searchIds(
      bundle,
      mine.map(({ text, line }) => ({ path: text.file.path, line })),
    );
    mine.forEach((line, i) => {
      ids.set(line, named.ids[i] ?? '');
    });
    kept &&= named.kept;
  }
  return { matches: lines.map((line) => matchOf(line, ids.get(line) ?? '', texts.get(line), context)), kept };
}

function matchOf(
  { bundle, text: { file }, line, at: known, reference }: FoundLine,
  id: string,
  text: LineAround | undefined,
  context: number,
): SearchMatch {
  const node = file.node ?? (bundle.nodes.length === 1 ? bundle.nodes[0] : undefined);
  const at = known ?? millisOf(readLogTime(text?.line ?? ''), reference);
  return {
    id,
    collection: bundle.id,
    path: file.path,
    line,
    ...(node === undefined ? {} : { node }),
    ...(at === undefined ? {} : { at: rfc3339(at) }),
    text: excerpt(text?.line ?? ''),
    ...(context === 0
      ? {}
      : {
          before: (text?.before ?? []).map((each) => excerpt(each, 500)),
          after: (text?.after ?? []).map((each) => excerpt(each, 500)),
        }),
  };
}

async function relatedTo(
  bundles: readonly NodeBundle[],
  { query, fixed }: SearchQuestion,
  matches: readonly SearchMatch[],
): Promise<readonly Related[]> {
  if (fixed === true) return [];
  const found = matches.map(({ text }) => text);
  return (await Promise.all(bundles.map((bundle) => runtimeState(bundle, query, found)))).flat();
}

async function seeAlso(
  bundles: readonly NodeBundle[],
  { query }: SearchQuestion,
  meter: Meter,
): Promise<SearchAnswer['seeAlso']> {
  const found = await Promise.all(bundles.map((bundle) => findingsAbout(bundle, query, meter)));
  return found.flat().map(({ id, pattern, title, count, cause, sample }) => ({
    id,
    pattern,
    title,
    count,
    sample,
    ...(cause === undefined ? {} : { cause }),
  }));
}
