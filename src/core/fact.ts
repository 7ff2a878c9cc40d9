import type { EvidenceId } from './evidence.ts';

/** Why something is not known. `forbidden` is never `missing`. */
export const GAP_REASONS = [
  'forbidden',
  'not-collected',
  'expired',
  'timeout',
  'unreachable',
  'refused',
  'unreadable',
  'truncated',
] as const;

export type GapReason = (typeof GAP_REASONS)[number];

/** Something that was wanted and could not be seen, and how to get it. */
export interface Gap {
  /** What was wanted, with real names: `Secret shop-prod/regcred`. */
  readonly wanted: string;
  readonly why: GapReason;
  /** A command or step that would close the gap. */
  readonly how?: string;
}

/** A gap in the words of answers. */
export interface AnswerGap {
  readonly what: string;
  readonly why: GapReason;
  readonly how?: string;
}

/** Gaps as answers tell them. */
export function answerGaps(gaps: readonly Gap[]): AnswerGap[] {
  return gaps.map(({ wanted, why, how }) => ({ what: wanted, why, ...(how === undefined ? {} : { how }) }));
}

/** Seen in evidence. */
export interface Present<T> {
  readonly state: 'present';
  readonly value: T;
  readonly because: readonly EvidenceId[];
}

/** Evidence shows that there is none. */
export interface Absent {
  readonly state: 'absent';
  readonly because: readonly EvidenceId[];
}

/** Nobody looked, or the look failed; never to be read as absent. */
export interface Unknown {
  readonly state: 'unknown';
  readonly gap: Gap;
}

/** A fact has three values; causes must treat `unknown` as such. */
export type Fact<T> = Present<T> | Absent | Unknown;

export function present<T>(value: T, because: readonly EvidenceId[]): Present<T> {
  return { state: 'present', value, because };
}

export function absent(because: readonly EvidenceId[]): Absent {
  return { state: 'absent', because };
}

export function unknown(wanted: string, why: GapReason = 'not-collected', how?: string): Unknown {
  return { state: 'unknown', gap: how === undefined ? { wanted, why } : { wanted, why, how } };
}

/** The value of a present fact, else undefined. For reading only: absence and ignorance look the same here. */
export function valueIn<T>(fact: Fact<T>): T | undefined {
  return fact.state === 'present' ? fact.value : undefined;
}

/** The evidence behind a fact; empty when unknown. */
export function becauseOf(fact: Fact<unknown>): readonly EvidenceId[] {
  return fact.state === 'unknown' ? [] : fact.because;
}
