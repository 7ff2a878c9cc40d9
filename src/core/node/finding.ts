import type { CauseId, Severity, Verdict } from '../cause.ts';

/** Lines of one look in a bundle's logs, counted as one. */
export interface Finding {
  /** `F-001` from the index, `S-001` from a search; stable for a collection. */
  readonly id: string;
  readonly severity: Severity;
  /** Stable name of what was looked for: `image-pull-failed`, `no-space`, `runtime-down`. */
  readonly pattern: string;
  readonly title: string;
  readonly count: number;
  /** RFC 3339; left out when the lines carry no time. */
  readonly firstAt?: string;
  readonly lastAt?: string;
  readonly node?: string;
  /** The newest line. */
  readonly sample: LogLine;
  /** Where else, newest first. */
  readonly places: readonly { readonly path: string; readonly count: number }[];
  /** What decoding the line leads to, as `pullwhy decode` would say. */
  readonly cause?: { readonly id: CauseId; readonly verdict: Verdict };
  /** Why such lines are usual on healthy nodes; they are marked, never dropped. */
  readonly usual?: string;
}

/** A line where it stands; the text is redacted, bounded and printable. */
export interface LogLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly at?: string;
  readonly text: string;
}
