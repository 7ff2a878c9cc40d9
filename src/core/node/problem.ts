import type { CauseId, Severity } from '../cause.ts';
import type { LogLine } from './finding.ts';

/** Something that is wrong on a node, or may be, with the lines that show it. */
export interface NodeProblem {
  /** Stable name: `DISK_FULL`, `INODES_EXHAUSTED`, `DNS_NO_SERVER`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence with the real names. */
  readonly title: string;
  readonly because: readonly LogLine[];
  /** Lines like those cited, in all. */
  readonly count?: number;
  /** What else could be meant, or what limits the judgement. */
  readonly note?: string;
  readonly cause?: CauseId;
  /** The command or step that decides or mends. */
  readonly next?: string;
}
