import type { Cause, Remedy } from './cause.ts';
import type { LinkProof, LinkState } from './chain.ts';
import { chainOf } from './chain.ts';
import type { Evidence, EvidenceId } from './evidence.ts';
import type { Gap } from './fact.ts';
import { type Judged, type Ranking, rank, refinesAmong } from './rank.ts';
import type { PodRef, PullContext } from './report.ts';

/** One failing pull with its facts, ready to be judged. */
export interface CaseInput<F> {
  readonly facts: F;
  readonly where: CaseWhere;
  readonly passed: readonly LinkProof[];
  readonly impact: readonly string[];
  /** What shows the impact. */
  readonly impactBecause?: readonly EvidenceId[];
  /** Shows that the image is there for this very pull. */
  readonly exists?: readonly EvidenceId[];
  /** What would keep this very failure from coming back, by what was seen. */
  readonly prevention?: readonly string[];
  /** What helps until the cause is mended. */
  readonly stopgaps?: readonly Remedy[];
  /** What was wanted and not seen, and bears on this case. */
  readonly gaps: readonly Gap[];
  readonly context: PullContext;
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly nextRetryAt?: string;
}

/** The names by which cases are told apart and grouped. */
export interface CaseWhere {
  readonly pod?: PodRef;
  /** `Deployment/shop-prod/api`: the outermost owner. */
  readonly workload?: string;
  readonly image?: string;
  /** The host that failed, else the image's registry. */
  readonly host?: string;
  /** What that host is to the image. */
  readonly hostRole?: 'registry' | 'mirror' | 'token-server' | 'layer-store';
  /** The registry that the image names. */
  readonly registry?: string;
  readonly namespace?: string;
  readonly node?: string;
}

/** One case, judged. */
export interface Diagnosis<F> {
  readonly input: CaseInput<F>;
  readonly best: Judged<F>;
  /** Other explanations that stand, best first; those that the best one refines are left out. */
  readonly alternatives: readonly Judged<F>[];
  readonly ruledOut: readonly Judged<F>[];
  readonly chain: readonly LinkState[];
}

export type EvidenceOf = (id: EvidenceId) => Evidence | undefined;

/** Judges one case; undefined when no cause has anything to say. */
export function diagnoseCase<F>(input: CaseInput<F>, causes: readonly Cause<F>[]): Diagnosis<F> | undefined {
  const ranking = rank(input.facts, causes);
  const best = ranking.candidates[0];
  if (best === undefined) return undefined;
  return {
    input,
    best,
    alternatives: alternativesTo(best, ranking),
    ruledOut: [...ranking.ruledOut, ...excludedByPassing(best, ranking, input.passed, causes)],
    chain: chainOf(ranking, input.passed),
  };
}

/** Causes whose link was seen to be passed, unless something else speaks for them. */
function excludedByPassing<F>(
  best: Judged<F>,
  { candidates, ruledOut }: Ranking<F>,
  passed: readonly LinkProof[],
  causes: readonly Cause<F>[],
): Judged<F>[] {
  const spokenFor = new Set([...candidates, ...ruledOut].map((j) => j.cause.id));
  return causes.flatMap((cause) => {
    const proof = passed.find((p) => p.link === cause.link && p.link !== best.cause.link);
    if (cause.excludedByPassing !== true || proof === undefined || spokenFor.has(cause.id)) return [];
    const { because, note } = proof;
    return [{ cause, judgement: { verdict: 'ruled-out' as const, because, note, params: cause.sample } }];
  });
}

/**
 * Beside a confirmed cause only what is confirmed as well still stands; a refined cause is the same thing
 * said less well; a cause outside the chain (`unknown`) explains nothing beside another.
 */
function alternativesTo<F>(best: Judged<F>, { candidates }: Ranking<F>): Judged<F>[] {
  return candidates.filter(
    (c) =>
      c !== best &&
      c.cause.link !== 'none' &&
      (best.judgement.verdict !== 'confirmed' || c.judgement.verdict === 'confirmed') &&
      !(best.judgement.verdict === c.judgement.verdict && refinesAmong(best.cause, c.cause.id, candidates)),
  );
}
