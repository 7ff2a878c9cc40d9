import type { AnswerGap } from '../fact.ts';

/** What every answer about node evidence says of itself. */
export interface NodeAnswer {
  /** Id of the collection that was read. */
  readonly collection: string;
  readonly nodes: readonly string[];
  readonly coverage: NodeCoverage;
  readonly gaps: readonly AnswerGap[];
}

/** What was read of what there is. */
export interface NodeCoverage {
  readonly filesTotal: number;
  readonly filesRead: number;
  /** Unpacked bytes. */
  readonly bytesRead: number;
  /** Files that were asked for and not read, or not to the end; never silently left out. */
  readonly unread: readonly Unread[];
  /** Time of the first and the last line that was read, RFC 3339. */
  readonly from?: string;
  readonly to?: string;
}

export interface Unread {
  readonly path: string;
  readonly why: 'budget' | 'damaged' | 'cut' | 'binary' | 'refused' | 'unreadable';
  /** One clause: how far it was read, what broke. */
  readonly note?: string;
}
