import type { Incident } from '../report.ts';
import type { Json, KnownIssue, Level } from './procedure.ts';

/**
 * `done`: the call answered, or the check is decided. `skipped`: left out on purpose. `failed`: the call broke.
 * `unknown`: what it asks for cannot be known, for lack of rights or of evidence; never to be read as "no".
 */
export type StepOutcome = 'done' | 'skipped' | 'failed' | 'unknown';

/** One step of a run as it went. */
export interface StepResult {
  readonly id: string;
  readonly phase: string;
  readonly level: Level;
  readonly title: string;
  readonly tool?: string;
  /** With every placeholder filled in. */
  readonly arguments?: { readonly [name: string]: Json };
  readonly calls?: number;
  readonly outcome: StepOutcome;
  /** Set for every outcome but `done`. */
  readonly why?: string;
  /** What to do about it, in the words of the tool. */
  readonly next?: string;
  /** The step without whose answer this one could not run. */
  readonly blockedBy?: string;
  /** Of a check that is decided. */
  readonly holds?: boolean;
  readonly tells: readonly string[];
  /** Ids of the run's evidence: `diagnose/E1`, `errors/F-001`. */
  readonly evidence: readonly string[];
}

/** A piece of evidence that a step cites; `id` is how the tool named it. */
export interface RunEvidence {
  readonly ref: string;
  readonly step: string;
  readonly id: string;
  readonly content: string;
  readonly at?: string;
}

/** A root cause in the words of the tool that found it. */
export interface RootCause {
  /** The step whose answer holds it. */
  readonly step: string;
  readonly statement: string;
  readonly verdict: Incident['verdict'];
  readonly cause: { readonly id: string; readonly title?: string; readonly link?: string; readonly class?: string };
  readonly severity?: string;
  readonly evidence: readonly string[];
  /** The whole finding, where the tool is `diagnose`. */
  readonly incident?: Incident;
}

export interface RunGap {
  readonly step: string;
  readonly what: string;
  readonly why: string;
  readonly how?: string;
}

export interface EscalationState {
  readonly when: string;
  readonly state: 'met' | 'not-met' | 'unknown' | 'judge';
  readonly to: string;
  readonly collect: readonly string[];
}

export type RunEnd = 'finished' | 'stopped' | 'deadline' | 'cancelled';

/** `high`: proven and nothing that had to be looked at is missing. `none`: no root cause. */
export type Confidence = 'high' | 'medium' | 'low' | 'none';

/** The answer of `pullwhy sop run`. Plain JSON; every string is redacted and free of terminal controls. */
export interface SopRun {
  readonly apiVersion: 'pullwhy/v1';
  readonly kind: 'SopRun';
  readonly procedure: { readonly id: string; readonly title: string };
  readonly inputs: { readonly [name: string]: string };
  readonly level: Level;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly ended: RunEnd;
  readonly stoppedBy?: { readonly step: string; readonly condition: string };
  readonly steps: readonly StepResult[];
  readonly rootCauses: readonly RootCause[];
  readonly confidence: Confidence;
  readonly confidenceNote: string;
  readonly evidence: readonly RunEvidence[];
  readonly issues: readonly KnownIssue[];
  readonly escalation: readonly EscalationState[];
  readonly gaps: readonly RunGap[];
  /** The procedure's own last page. */
  readonly report: { readonly format: 'yaml' | 'markdown' | 'text'; readonly text: string };
}
