import { type AnswerGap, answerGaps } from '../../core/fact.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import { pageBounds } from '../../core/node/page.ts';
import type { Related, SearchAnswer, SearchedQuery, SearchMatch } from '../../core/node/search-answer.ts';
import { excerpt } from '../../core/redact.ts';
import { type Budget, Meter } from '../../nodelogs/lines/budget.ts';
import { rfc3339 } from '../../nodelogs/lines/log-time.ts';
import { newestLines } from '../../nodelogs/search/newest-lines.ts';
import { planOf, type SearchPlan } from '../../nodelogs/search/plan.ts';
import { runtimeState } from '../../nodelogs/search/related.ts';
import { type BundleHits, searchBundle } from '../../nodelogs/search/search-bundle.ts';
import type { FileChoice } from '../../nodelogs/search/select-files.ts';
import type { TimeWindow } from '../../nodelogs/search/time-window.ts';
import { joinCoverage } from '../../nodelogs/sections/section-reader.ts';
import { findingsAbout } from './findings-about.ts';
import { bounded } from './question.ts';
import { matchesOf } from './search-matches.ts';

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
  const plan = planOf(question.query, {
    ignoreCase: question.caseSensitive !== true,
    fixed: question.fixed === true,
  });
  const limit = bounded('a limit', question.limit ?? DEFAULT_LIMIT, 1, MAX_LIMIT);
  const context = bounded('a context', question.context ?? 0, 0, MAX_CONTEXT);
  const meter = new Meter(question.budget ?? SEARCH_BUDGET);
  const results: BundleHits[] = [];
  for (const bundle of bundles)
    results.push(await searchBundle(bundle, { ...question, plan, choice: question }, meter));
  const page = pageBounds(keptLines(results), { limit, token: question.page, question: asked(results, question) });
  const lines = await newestLines(results, page.from, page.to, meter.signal);
  const { matches, kept } = await matchesOf(lines, context, meter.signal);
  const total = results.reduce((sum, result) => sum + result.total, 0);
  return {
    kind: 'NodeSearch',
    collection: bundles.map(({ id }) => id).join(','),
    collections: bundles.map(({ id }) => id),
    nodes: [...new Set(bundles.flatMap(({ nodes }) => nodes))],
    query: takenAs(plan, results[0]?.window),
    matches,
    total,
    places: placesOf(results),
    related: await relatedTo(bundles, question, matches),
    seeAlso: total === 0 ? await seeAlso(bundles, question, meter) : [],
    ...(page.nextPage === undefined ? {} : { nextPage: page.nextPage }),
    coverage: joinCoverage(results.map(({ coverage }) => coverage)),
    gaps: [...bundles.flatMap(({ gaps }) => answerGaps(gaps)), ...(kept ? [] : [IDS_NOT_KEPT])],
  };
}

const IDS_NOT_KEPT: AnswerGap = {
  what: 'ids of matches for later calls',
  why: 'unreadable',
  how: 'make the store writable',
};

/** Lines that pages can reach: of files with very many only the newest. */
function keptLines(results: readonly BundleHits[]): number {
  return results.flatMap(({ found }) => found).reduce((sum, { hits }) => sum + hits.length, 0);
}

function takenAs(plan: SearchPlan, { from, to }: TimeWindow = {}): SearchedQuery {
  return {
    text: excerpt(plan.text),
    as: plan.pattern === undefined ? 'words' : 'pattern',
    ignoreCase: plan.ignoreCase,
    ...(plan.note === undefined ? {} : { note: plan.note }),
    ...(from === undefined ? {} : { from: rfc3339(from) }),
    ...(to === undefined ? {} : { to: rfc3339(to) }),
  };
}

function placesOf(results: readonly BundleHits[]): SearchAnswer['places'] {
  return results
    .flatMap(({ places }) => places)
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_PLACES);
}

/** The answer depends on the question and on the lines that there are. */
function asked(results: readonly BundleHits[], question: SearchQuestion): string {
  const { query, fixed, caseSensitive, since, until, logTypes, files, node } = question;
  const there = results.map(({ bundle, total, places }) => [bundle.id, total, places]);
  return JSON.stringify([query, fixed, caseSensitive, since, until, logTypes, files, node, there]);
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
