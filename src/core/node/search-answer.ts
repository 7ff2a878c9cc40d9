import type { NodeAnswer } from './answer.ts';
import type { Finding, LogLine } from './finding.ts';

/** Lines that fit a search over one collection or several: the answer of `pullwhy node search`. */
export interface SearchAnswer extends NodeAnswer {
  readonly kind: 'NodeSearch';
  /** All collections that were searched; `collection` joins their ids. */
  readonly collections: readonly string[];
  readonly query: SearchedQuery;
  /** Newest first. */
  readonly matches: readonly SearchMatch[];
  /** Lines that fit, over all pages; a lower bound where `coverage.unread` names a file. */
  readonly total: number;
  /** Where they are, most lines first. */
  readonly places: readonly { readonly path: string; readonly count: number }[];
  /** What answers the question better than the lines do. */
  readonly related: readonly Related[];
  /** Findings of the index on what the query asks for in other words. */
  readonly seeAlso: readonly Pick<Finding, 'id' | 'pattern' | 'title' | 'count' | 'cause' | 'sample'>[];
  readonly nextPage?: string;
}

/** How the query was taken. */
export interface SearchedQuery {
  readonly text: string;
  readonly as: 'words' | 'pattern';
  readonly ignoreCase: boolean;
  /** Reading of it that is not obvious: numbers that are taken as HTTP statuses. */
  readonly note?: string;
  /** Bounds of the time window that was asked for, RFC 3339. Left out: all times of the collection. */
  readonly from?: string;
  readonly to?: string;
}

/** A line that fits; `S-001` names the same line in later calls on the collection. */
export interface SearchMatch extends LogLine {
  readonly id: string;
  readonly collection: string;
  readonly node?: string;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** Something that the query asks for and that stands elsewhere. */
export interface Related {
  readonly about: string;
  /** One sentence: what is known of it, or that it was not collected. */
  readonly says: string;
  readonly place?: { readonly path: string; readonly line?: number };
}
