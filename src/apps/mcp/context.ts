import type { ToolAnswer } from '../../sop/call.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import type { EvidenceTools } from '../../tasks/evidence/evidence-tools.ts';
import type { KeptAudit } from './kept-audit.ts';
import type { ReportShelf } from './report-shelf.ts';
import type { Settings } from './settings.ts';
import type { Shelf } from './shelf.ts';

/** What a tool may use while it runs. */
export interface ToolContext {
  readonly settings: Settings;
  /** The cluster, opened when first asked for; its requests end with `signal`. Throws `ToolFailure` when there is none. */
  cluster(): Promise<ClusterClient>;
  /** What answers in place of a cluster, on a server of evidence on disk; undefined on any other. */
  evidence(): Promise<EvidenceTools | undefined>;
  readonly reports: ReportShelf;
  /** For further pages of an audit, which would take minutes to make again. */
  readonly audits: Shelf<KeptAudit>;
  /** For work that goes on after the call: it ends with the server. */
  readonly background: Background;
  /** RFC 3339. */
  now(): string;
  /** Aborted when the caller cancels, goes away, or the deadline passes. */
  readonly signal: AbortSignal;
  /** Tells the caller how far it got, if the caller wants to know. */
  progress(message: string, done?: number, all?: number): void;
  /** Calls another tool with the same limits; it ends with `signal`, or with the caller's own. */
  callTool(name: string, input: unknown, signal?: AbortSignal): Promise<ToolAnswer>;
}

/** Work that outlives its call. */
export interface Background {
  /** Aborted when the server closes. */
  readonly signal: AbortSignal;
  cluster(): Promise<ClusterClient>;
  /** The server waits a moment for it when it closes. Errors are the task's own affair. */
  run(task: Promise<unknown>): void;
}
