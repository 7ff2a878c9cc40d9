import type { Gap } from '../fact.ts';

/**
 * How far a collection got. `interrupted`: whoever wrote it is gone without a word; what is there can be read,
 * and the collection can be resumed.
 */
export type CollectionState = 'queued' | 'running' | 'complete' | 'partial' | 'failed' | 'cancelled' | 'interrupted';

/** States in which nothing more comes by itself. */
export function isSettled(state: CollectionState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** What is known of a collection without reading its files. */
export interface CollectionInfo {
  /** Also the execution id. */
  readonly id: string;
  readonly state: CollectionState;
  readonly nodes: readonly string[];
  /** Names of the machines at their cloud: `i-0abc…`. */
  readonly instances: readonly string[];
  /** How it was gathered: `kubelet API`, `eks-log-collector`. */
  readonly origin: string;
  /** The path that it was imported from. */
  readonly source?: string;
  /** RFC 3339, by the clock of this machine. */
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly finishedAt?: string;
  /** When the evidence was taken, when that is known; of an import it may be long before. */
  readonly collectedAt?: string;
  readonly files: number;
  /** On disk. */
  readonly bytes: number;
  readonly gaps: readonly Gap[];
  readonly progress?: CollectionProgress;
  /** Why it failed or was cancelled, one line. */
  readonly problem?: string;
}

export interface CollectionProgress {
  /** What is being done, in a few words. */
  readonly doing: string;
  readonly done?: number;
  readonly total?: number;
}
