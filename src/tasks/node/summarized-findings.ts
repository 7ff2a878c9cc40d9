import type { NodeBundle } from '../../core/node/bundle.ts';
import type { Finding } from '../../core/node/finding.ts';
import type { SummarizedFinding } from '../../core/node/summary-answer.ts';
import type { Judge } from '../../nodelogs/index/judge.ts';
import { lineOfSearchId } from '../../nodelogs/search/search-id.ts';
import { normalId } from './finding-id.ts';
import { lineJudge } from './judge-lines.ts';
import { nodeRead } from './read.ts';

export interface ResolvedFindings {
  readonly findings: readonly SummarizedFinding[];
  readonly unresolved: readonly string[];
}

/** Ids that are looked up; a caller with more sends them in parts. */
export const MOST_IDS = 100;

/** What the ids name: findings of the index, lines of searches. */
export async function resolveFindings(
  bundle: NodeBundle,
  ids: readonly string[],
  index: readonly Finding[],
): Promise<ResolvedFindings> {
  const judge = lineJudge();
  const byId = new Map(index.map((finding) => [finding.id, finding] as const));
  const findings: SummarizedFinding[] = [];
  const unresolved: string[] = [];
  for (const id of [...new Set(ids.map(normalId))].slice(0, MOST_IDS)) {
    const finding = byId.get(id);
    const found = finding === undefined ? await searchedLine(bundle, id, judge) : summarized(finding);
    if (found === undefined) unresolved.push(id);
    else findings.push(found);
  }
  return { findings, unresolved };
}

export function summarized({ id, title, sample, count, cause, usual }: Finding): SummarizedFinding {
  return {
    id,
    title,
    line: sample,
    count,
    ...(cause === undefined ? {} : { cause }),
    ...(usual === undefined ? {} : { usual }),
  };
}

/** A line that a search gave out, read again where it stands. */
async function searchedLine(bundle: NodeBundle, id: string, judge: Judge): Promise<SummarizedFinding | undefined> {
  const place = await lineOfSearchId(bundle, id);
  if (place === undefined || !bundle.files.some(({ path }) => path === place.path)) return undefined;
  const answer = await nodeRead(bundle, { path: place.path, lines: String(place.line) }).catch(() => undefined);
  const text = answer?.lines[0]?.text;
  if (text === undefined) return undefined;
  const cause = judge(text);
  return { id, title: 'a line of a search', line: { ...place, text }, ...(cause === undefined ? {} : { cause }) };
}
