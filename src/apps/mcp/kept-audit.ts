import type { AuditReport } from '../../core/audit-report.ts';
import type { AnswerGap } from '../../core/fact.ts';

/** An audit, as its pages are cut from it. */
export interface KeptAudit extends Pick<AuditReport, 'summary' | 'findings' | 'unknowns'> {
  readonly read: string;
  readonly gaps: readonly AnswerGap[];
}
