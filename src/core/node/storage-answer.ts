import type { AnswerGap } from '../fact.ts';
import type { NodeAnswer } from './answer.ts';
import type { LogLine } from './finding.ts';
import type { NodeProblem } from './problem.ts';

/** `pullwhy node storage`: is there room for images, node by node. */
export interface StorageAnswer extends NodeAnswer {
  readonly kind: 'NodeStorage';
  readonly perNode: readonly NodeStorage[];
}

export interface NodeStorage {
  readonly node?: string;
  /** The worst that was found; `unknown` where nothing that could tell was collected. */
  readonly state: 'full' | 'read-only' | 'failing' | 'near-full' | 'ok' | 'unknown';
  /** One sentence. */
  readonly summary: string;
  /** Where the runtime keeps images, and what tells so. */
  readonly imageRoot: { readonly path: string; readonly because: string };
  /** File systems that pulls depend on. */
  readonly filesystems: readonly FileSystem[];
  readonly garbageCollection: GarbageCollection;
  readonly problems: readonly NodeProblem[];
  readonly gaps: readonly AnswerGap[];
}

export interface FileSystem {
  readonly mount: string;
  /** What lies on it: `images`, `kubelet`, `root`. */
  readonly holds: readonly string[];
  readonly source?: string;
  readonly type?: string;
  readonly bytes?: Room;
  readonly inodes?: Room;
  /** Undefined: mount options were not collected. */
  readonly readOnly?: boolean;
}

export interface Room {
  readonly total: number;
  readonly available: number;
  readonly usedPercent: number;
  readonly from: LogLine;
}

export interface GarbageCollection {
  readonly highPercent: number;
  readonly lowPercent: number;
  /** `default` where no setting was collected or none is set. */
  readonly thresholdsFrom: 'kubelet settings' | 'default';
  readonly minimumAge?: string;
  /** Hard thresholds of eviction as set: `imagefs.available` → `15%`. Left out: not collected, or the defaults. */
  readonly evictionHard?: Readonly<Record<string, string>>;
  /** Images that the kubelet removed for room, as logged. */
  readonly removals: number;
  readonly failures: number;
  readonly evictions: number;
}
