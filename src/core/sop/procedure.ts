import type { Safety, Severity } from '../cause.ts';

/** How binding a step is: a run leaves out what lies below the level that was asked for. */
export const LEVELS = ['must', 'should', 'may'] as const;
export type Level = (typeof LEVELS)[number];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An operating procedure: what an expert would do, as data that a runner can follow. */
export interface Procedure {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly status: 'active' | 'draft' | 'retired';
  readonly severity: Severity;
  readonly owner: string;
  /** Versions of Kubernetes that it was written for: `>=1.24`. */
  readonly kubernetes?: string;
  /** Other names that it goes by. */
  readonly aliases: readonly string[];
  /** What a person sees, one clause each. */
  readonly symptoms: readonly string[];
  /** Pieces of messages that call for it. */
  readonly triggers: readonly string[];
  /** Alerts and metrics: `KubePodNotReady`, `kube_pod_container_status_waiting_reason=ErrImagePull`. */
  readonly signals: readonly string[];
  /** When it is the wrong one, and what is right then. */
  readonly unfit: readonly string[];
  readonly meaning?: string;
  readonly impact?: string;
  readonly inputs: readonly Input[];
  readonly phases: readonly Phase[];
  /** Where root causes are taken from at the end, in this order; the first path that holds any wins. */
  readonly conclude: readonly string[];
  readonly escalation: readonly EscalationRule[];
  readonly safety: readonly SafetyNote[];
  readonly issues: readonly KnownIssue[];
  readonly prevention: readonly string[];
  /** What is often said of these failures and is not so. */
  readonly corrections: readonly string[];
  readonly related: readonly string[];
  readonly output: OutputFormat;
}

export interface Input {
  readonly name: string;
  readonly about: string;
  readonly required: boolean;
  /** Path into the answer of an earlier step, for when it was not given. */
  readonly else?: string;
}

export interface Phase {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
}

/** A call of a tool, or a check of what earlier steps answered: exactly one of `tool` and `check`. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  /** Why the step is there, or how to read its answer. */
  readonly note?: string;
  readonly tool?: string;
  readonly with: { readonly [name: string]: Json };
  /** Path of a list: the tool is called once for each entry, which is `${item}`. */
  readonly each?: string;
  /** Called again until this holds. */
  readonly until?: Poll;
  /** Expression over earlier answers. */
  readonly check?: string;
  /** The step is left out when this is known to be false. */
  readonly when?: string;
  /** Steps that must have been done, checks that must hold. */
  readonly needs: readonly string[];
  /** What its answer tells. */
  readonly tells: readonly Telling[];
  /** Paths of the ids, or of the entries with an id, that are its evidence. */
  readonly cites: readonly string[];
  readonly stop: readonly StopRule[];
  readonly safety: Safety;
}

export interface Poll {
  readonly holds: string;
  /** The longest pause between two calls; the first ones are shorter. */
  readonly everySeconds: number;
  readonly limitSeconds: number;
}

export interface Telling {
  readonly if: string;
  readonly say: string;
}

/** Ends the run with the root causes found at `cause`, when one of them satisfies `where`. */
export interface StopRule {
  readonly condition: string;
  readonly cause: string;
  /** Over each entry, which is `it`. */
  readonly where: string;
}

export interface EscalationRule {
  readonly when: string;
  /** Expression; without one a person has to judge. */
  readonly if?: string;
  readonly to: string;
  readonly collect: readonly string[];
}

export interface SafetyNote {
  readonly what: string;
  readonly rating: Safety;
}

/** A common finding of the procedure, tied to the causes of the catalogue. */
export interface KnownIssue {
  readonly symptom: string;
  readonly diagnosis: string;
  readonly resolution: string;
  readonly safety: Safety;
  /** Files of a checkout that are usually changed. */
  readonly files: readonly string[];
  readonly verify: readonly string[];
  readonly causes: readonly string[];
  /** Also has to hold: what sets it apart from others of the same causes. */
  readonly if?: string;
}

/** What the document ends with. Texts hold placeholders: `${cause.statement}`. */
export interface OutputFormat {
  readonly format: 'yaml' | 'markdown' | 'text';
  /** Once per root cause. */
  readonly template: Json;
  /** Instead, when no root cause was found. */
  readonly none: Json;
}

/** Where a procedure came from, and how it was found. */
export interface ProcedureMatch {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status: Procedure['status'];
  /** `built in`, or the file. */
  readonly origin: string;
  readonly score: number;
  /** Why it fits; empty when nothing was asked. */
  readonly reasons: readonly string[];
}

export interface ProcedureList {
  readonly procedures: readonly ProcedureMatch[];
  /** Files that could not be read as procedures, one line each. */
  readonly problems: readonly string[];
}
