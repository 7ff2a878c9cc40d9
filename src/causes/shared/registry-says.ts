import type { Judgement } from '../../core/cause.ts';
import type { ProbeOutcomeKind, ProbeProblem } from '../../core/probe.ts';
import type { Placeholder } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { RegistryAnswer } from '../../facts/registry-answer.ts';
import { withoutPort } from './failing-host.ts';
import { nodeWords } from './names.ts';

/** What a registry's own answer, asked from here, means for one cause. */
export interface Settling<P> {
  /** Answers that prove it, given that the node said what it said. */
  readonly confirmedBy: readonly ProbeOutcomeKind[];
  /** Answers that show something else to be the case. */
  readonly ruledOutBy: readonly ProbeOutcomeKind[];
  /** Only an answer to the very credentials of the pod counts. */
  readonly asThePod?: true;
  /** A further condition on `confirmedBy`. */
  readonly provided?: (facts: Facts) => boolean;
  /** For pulls whose own message is lost: then the answer alone makes it likely. */
  readonly params?: (facts: Facts) => P;
}

/**
 * Lets the registry's answer settle what the text of the node left open. A direct word of the node stays: from here
 * the image may be there while the node is told otherwise, which speaks of what stands between.
 */
export function settle<P>(
  facts: Facts,
  judgement: Judgement<P> | undefined,
  settling: Settling<P>,
): Judgement<P> | undefined {
  const fact = facts.registryAnswer;
  if (fact?.state !== 'present') return judgement;
  const answer = fact.value;
  if (judgement === undefined) return fromAnswerAlone(facts, answer, fact.because, settling);
  if (judgement.verdict === 'ruled-out' || judgement.verdict === 'confirmed') return judgement;
  const because = [...judgement.because, ...fact.because];
  if (confirms(facts, answer, settling)) {
    const { toDecide: _, ...rest } = judgement;
    return { ...rest, verdict: 'confirmed', because, note: fromHere(answer, facts) };
  }
  if (settling.ruledOutBy.includes(answer.outcome)) {
    const { toDecide: _, ...rest } = judgement;
    return { ...rest, verdict: 'ruled-out', because: fact.because, note: fromHere(answer, facts) };
  }
  if (answer.outcome !== 'pullable') return judgement;
  return {
    ...judgement,
    verdict: 'possible',
    because,
    note: `${fromHere(answer, facts)}: the node asks another host or comes another way, or it was mended since`,
  };
}

/**
 * A failure that is met from here as well is no fault of the node or of its network: the registry's end is proven at
 * fault. Another answer from here changes nothing, for the node's word on its own way stands.
 */
export function metHereToo<P>(
  facts: Facts,
  judgement: Judgement<P> | undefined,
  problems: readonly ProbeProblem[],
  hostOf: (params: P) => string | Placeholder,
): Judgement<P> | undefined {
  const fact = facts.registryAnswer;
  if (judgement?.verdict !== 'likely' || fact?.state !== 'present') return judgement;
  const { problem, host } = fact.value;
  const failing = hostOf(judgement.params);
  const same = typeof failing === 'string' && withoutPort(failing) === withoutPort(host);
  if (!same || problem === undefined || !problems.includes(problem)) return judgement;
  const { toDecide: _, ...rest } = judgement;
  return {
    ...rest,
    verdict: 'confirmed',
    because: [...judgement.because, ...fact.because],
    note: fromHere(fact.value, facts),
  };
}

function confirms<P>(facts: Facts, answer: RegistryAnswer, { confirmedBy, asThePod, provided }: Settling<P>): boolean {
  if (!confirmedBy.includes(answer.outcome) || (asThePod === true && !answer.asThePod)) return false;
  return provided === undefined || provided(facts);
}

/** The node's own reason is gone (events last an hour); the registry may still give the same one. */
function fromAnswerAlone<P>(
  facts: Facts,
  answer: RegistryAnswer,
  because: readonly string[],
  settling: Settling<P>,
): Judgement<P> | undefined {
  const lost = facts.pullError.state === 'present' && facts.pullError.value.reasonLost;
  if (!lost || settling.params === undefined || !confirms(facts, answer, settling)) return undefined;
  return { verdict: 'likely', because, params: settling.params(facts), note: fromHere(answer, facts) };
}

function fromHere({ said, vantage }: RegistryAnswer, facts: Facts): string {
  return `${said} (asked from ${vantage}, not from ${nodeWords(facts)})`;
}
