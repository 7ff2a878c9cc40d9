import type { AnswerGap } from '../../core/fact.ts';
import { gapOf, type Problem, type Wanted } from '../../sources/cluster/problem.ts';

/** A request on which the whole answer hangs was refused or failed. */
export class WantedFailure extends Error {
  override readonly name = 'WantedFailure';
  readonly wanted: Wanted;
  readonly problem: Problem;

  constructor(wanted: Wanted, problem: Problem) {
    super(`${gapOf(wanted, problem).wanted}: ${problem.message}`);
    this.wanted = wanted;
    this.problem = problem;
  }
}

/** The same, where the answer can do without. */
export function nodeGapOf(wanted: Wanted, problem: Problem): AnswerGap {
  const { wanted: what, why, how } = gapOf(wanted, problem);
  return { what, why, ...(how === undefined ? {} : { how }) };
}
