import type { Cause, CauseId, Judgement, Verdict } from './cause.ts';
import { LINKS, linkIndex } from './pull-chain.ts';

/** A cause with what it found in the facts of one case. */
export interface Judged<F> {
  readonly cause: Cause<F>;
  readonly judgement: Judgement;
}

/** All judgements of one case, best first; those ruled out apart. */
export interface Ranking<F> {
  readonly candidates: readonly Judged<F>[];
  readonly ruledOut: readonly Judged<F>[];
}

const LEVELS: readonly Verdict[] = ['confirmed', 'likely', 'possible'];

/**
 * Judges every cause and orders what they found. The order, without weights:
 * a stronger verdict first; inside one verdict a cause stands before those that it refines,
 * and in their place in the chain; then the earlier link; then the id, so that runs agree.
 */
export function rank<F>(facts: F, causes: readonly Cause<F>[]): Ranking<F> {
  const judged: Judged<F>[] = [];
  for (const cause of causes) {
    const judgement = cause.judge(facts);
    if (judgement !== undefined) judged.push({ cause, judgement });
  }
  return {
    candidates: LEVELS.flatMap((level) => orderInside(judged.filter((j) => j.judgement.verdict === level))),
    ruledOut: judged.filter((j) => j.judgement.verdict === 'ruled-out').sort((a, b) => position(a) - position(b)),
  };
}

/** Whether `specific` explains `general` away, directly or through causes that are present. */
export function refinesAmong<F>(specific: Cause<F>, general: CauseId, present: readonly Judged<F>[]): boolean {
  const seen = new Set<CauseId>([specific.id]);
  const open = [...specific.refines];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === general) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(present.find((j) => j.cause.id === id)?.cause.refines ?? []));
  }
  return false;
}

function orderInside<F>(group: readonly Judged<F>[]): Judged<F>[] {
  if (group.length < 2) return [...group];
  const refined = (general: Judged<F>, specific: Judged<F>) => refinesAmong(specific.cause, general.cause.id, group);
  const place = new Map(
    group.map((j) => [j, Math.min(position(j), ...group.filter((g) => refined(g, j)).map(position))] as const),
  );
  const rest = [...group].sort(
    (a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0) || (a.cause.id < b.cause.id ? -1 : 1),
  );
  const ordered: Judged<F>[] = [];
  while (rest.length > 0) {
    // A cycle of refinements would be a bug in the causes; the chain's order then decides.
    const next = Math.max(
      0,
      rest.findIndex((j) => !rest.some((other) => other !== j && refined(j, other))),
    );
    ordered.push(...rest.splice(next, 1));
  }
  return ordered;
}

/** Causes outside the chain come last. */
function position<F>({ cause }: Judged<F>): number {
  return cause.link === 'none' ? LINKS.length : linkIndex(cause.link);
}
