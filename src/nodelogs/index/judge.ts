import type { CauseId, Verdict } from '../../core/cause.ts';

/** What decoding a line leads to; undefined when it names no cause of a failing pull. Given by who may know causes. */
export type Judge = (entry: string) => LineCause | undefined;

export interface LineCause {
  readonly id: CauseId;
  readonly verdict: Verdict;
}
