import type { ClusterClient } from '../../sources/cluster/client.ts';
import type { ReportShelf } from './report-shelf.ts';
import type { Settings } from './settings.ts';

/** What a tool may use while it runs. */
export interface ToolContext {
  readonly settings: Settings;
  /** The cluster, opened when first asked for; its requests end with `signal`. Throws `ToolFailure` when there is none. */
  cluster(): Promise<ClusterClient>;
  readonly reports: ReportShelf;
  /** RFC 3339. */
  now(): string;
  /** Aborted when the caller cancels, goes away, or the deadline passes. */
  readonly signal: AbortSignal;
  /** Tells the caller how far it got, if the caller wants to know. */
  progress(message: string, done?: number, all?: number): void;
  /** Calls another tool with the same limits and the same signal. */
  callTool(name: string, input: unknown): Promise<CallOutcome>;
}

/** How a call ended. */
export type CallOutcome =
  | { readonly ok: true; readonly answer: Readonly<Record<string, unknown>>; readonly text: string }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly next: readonly string[] };
