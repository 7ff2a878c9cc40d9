import type { Edit } from './slot.ts';

/** A place in a checkout where a change belongs. */
export interface Candidate {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Why this place, in a clause. */
  readonly reason: string;
  /** What else to know before it is changed. */
  readonly notes: readonly string[];
  /** Undefined: how to write it there is not clear. []: it says so already. */
  readonly edits?: readonly Edit[];
}

/** The candidates, best first. */
export interface Located {
  readonly candidates: readonly Candidate[];
  /** Places beyond those. */
  readonly more: number;
  /** One of them is better than all others by something that was seen; else choosing would be guessing. */
  readonly decided: boolean;
  /** What may decide and was not worked out, where no place was found. */
  readonly missed: readonly string[];
}
