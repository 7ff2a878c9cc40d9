import type { Severity } from '../cause.ts';
import type { NodeAnswer } from './answer.ts';
import type { Finding } from './finding.ts';

/** What the logs of a collection tell of themselves: the answer of `pullwhy node errors`. */
export interface ErrorsAnswer extends NodeAnswer {
  readonly kind: 'NodeErrors';
  /** Unusual first, then the most severe, then the newest. */
  readonly findings: readonly Finding[];
  /** Findings that fit the question, over all pages. */
  readonly total: number;
  /** All findings of the collection, whatever was asked for. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly nextPage?: string;
}
