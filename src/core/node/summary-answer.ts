import type { CauseClass, CauseId, Severity, Verdict } from '../cause.ts';
import type { ReportEscalation, ReportRemedy } from '../report.ts';
import type { NodeAnswer } from './answer.ts';
import type { LogLine } from './finding.ts';

/** `pullwhy node summarize`: what findings come to, by the same causes as `diagnose`. */
export interface SummaryAnswer extends NodeAnswer {
  readonly kind: 'NodeSummary';
  /** One or two sentences; every id in them is of `findings`. */
  readonly statement: string;
  /** Of the first root cause; `unknown` where no cause fits the findings. */
  readonly confidence: Verdict | 'unknown';
  /** The ones that the findings are about, the one that explains most of them first. */
  readonly rootCauses: readonly RootCause[];
  /** What must hold before the image itself is looked into. */
  readonly checks: readonly SummaryCheck[];
  readonly findings: readonly SummarizedFinding[];
  /** Ids that name nothing in this collection. */
  readonly unresolvedFindingIds: readonly string[];
}

export interface RootCause {
  readonly cause: {
    readonly id: CauseId;
    readonly title: string;
    readonly class: CauseClass;
    readonly severity: Severity;
    readonly detail?: string;
  };
  readonly verdict: Verdict;
  readonly statement: string;
  /** Findings that it explains. */
  readonly findings: readonly string[];
  readonly evidence: readonly { readonly id: string; readonly locator: string; readonly excerpt: string }[];
  /** The check or command that would decide, when not confirmed. */
  readonly toDecide?: string;
  readonly pods: readonly string[];
  readonly images: readonly string[];
  readonly remedies: readonly ReportRemedy[];
  readonly verify: readonly { readonly command: string; readonly expect: string }[];
  readonly prevention: readonly string[];
  readonly escalate: readonly ReportEscalation[];
}

/** A condition that comes before all others. */
export interface SummaryCheck {
  readonly check: 'RUNTIME_RUNNING' | 'IMAGE_FOUND' | 'DISK_HAS_ROOM';
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly because: string;
}

export interface SummarizedFinding {
  readonly id: string;
  readonly title: string;
  readonly line: LogLine;
  readonly count?: number;
  /** What its line alone leads to. */
  readonly cause?: { readonly id: CauseId; readonly verdict: Verdict };
  /** It is usual on healthy nodes. */
  readonly usual?: string;
}
