import type { Confidence, RootCause, RunEnd, StepResult } from '../core/sop/run.ts';

const OF_VERDICT: Readonly<Record<RootCause['verdict'], Confidence>> = {
  confirmed: 'high',
  likely: 'medium',
  possible: 'low',
};

const LOWER: Readonly<Record<Confidence, Confidence>> = { high: 'medium', medium: 'low', low: 'low', none: 'none' };

/** The verdict of the tool, one step lower when something that had to be looked at was not seen. */
export function confidenceOf(
  rootCauses: readonly RootCause[],
  steps: readonly StepResult[],
  ended: RunEnd,
): { readonly confidence: Confidence; readonly confidenceNote: string } {
  const [first] = rootCauses;
  if (first === undefined) return { confidence: 'none', confidenceNote: 'no root cause was found' };
  const unseen = steps.filter(isUnseen).map(({ id }) => id);
  const cut = ended === 'deadline' || ended === 'cancelled';
  const base = OF_VERDICT[first.verdict];
  if (unseen.length === 0 && !cut) return { confidence: base, confidenceNote: `${first.step} says ${first.verdict}` };
  const lack = cut ? 'the run was cut short' : `MUST steps without an answer: ${unseen.join(', ')}`;
  return { confidence: LOWER[base], confidenceNote: `${first.step} says ${first.verdict}, but ${lack}` };
}

function isUnseen({ level, outcome }: StepResult): boolean {
  return level === 'must' && (outcome === 'unknown' || outcome === 'failed');
}
