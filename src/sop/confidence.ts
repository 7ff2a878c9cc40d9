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
  const unseen = steps.filter(isUnseen);
  const cut = ended === 'deadline' || ended === 'cancelled';
  const base = OF_VERDICT[first.verdict];
  if (unseen.length === 0 && !cut) return { confidence: base, confidenceNote: `${first.step} says ${first.verdict}` };
  const lack = cut ? 'the run was cut short' : `these MUST steps have no answer: ${unseenWords(unseen)}`;
  return { confidence: LOWER[base], confidenceNote: `${first.step} says ${first.verdict}, but ${lack}` };
}

/** `collect (and 10 steps that need it), events`. */
function unseenWords(unseen: readonly StepResult[]): string {
  const counts = new Map<string, number>();
  for (const { id, blockedBy } of unseen) counts.set(blockedBy ?? id, (counts.get(blockedBy ?? id) ?? -1) + 1);
  return [...counts]
    .map(([id, more]) =>
      more < 1 ? id : `${id} (and ${more} ${more === 1 ? 'step that needs' : 'steps that need'} it)`,
    )
    .join(', ');
}

function isUnseen({ level, outcome }: StepResult): boolean {
  return level === 'must' && (outcome === 'unknown' || outcome === 'failed');
}
