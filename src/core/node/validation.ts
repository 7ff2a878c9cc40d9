import type { GapReason } from '../fact.ts';
import type { NodeAnswer } from './answer.ts';
import type { CollectionState } from './status.ts';

/** Whether the evidence can carry a diagnosis, and what it lacks. */
export interface NodeValidation extends NodeAnswer {
  readonly origin: string;
  /** How the collection ended; evidence that is read where it lies has no state. */
  readonly state?: CollectionState;
  /** `not-enough`: neither the kubelet nor the runtime is heard. */
  readonly sufficient: 'enough' | 'partly' | 'not-enough';
  readonly byNode: readonly NodeNeeds[];
  readonly damaged: readonly DamagedFile[];
  readonly age: EvidenceAge;
  readonly clock: EvidenceClock;
}

export interface NodeNeeds {
  /** Left out when no file tells which node it is. */
  readonly node?: string;
  readonly needs: readonly NeedState[];
}

/** One kind of evidence that pull diagnoses use. */
export interface NeedState {
  readonly need: string;
  readonly title: string;
  /** `partial`: there, but cut, damaged or only in part; `missing` says nothing of the node itself. */
  readonly state: 'present' | 'partial' | 'empty' | 'missing';
  readonly files: readonly string[];
  /** Of what is missing. */
  readonly why?: GapReason;
  readonly how?: string;
  /** What cannot be told without it. */
  readonly costs?: string;
  /** Why a collector of this kind may have left it out. */
  readonly note?: string;
}

export interface DamagedFile {
  readonly path: string;
  readonly why: 'empty' | 'cut' | 'binary' | 'damaged' | 'unreadable';
  readonly note?: string;
}

/** All times RFC 3339. */
export interface EvidenceAge {
  readonly now: string;
  /** When it was collected, by the collector's clock. */
  readonly collectedAt?: string;
  /** Of the newest line of any log, by the node's clock. */
  readonly newestLine?: { readonly at: string; readonly path: string };
  /** From the newest line, else from the collection, to now. */
  readonly ageSeconds?: number;
}

/** The node's clock against others; without numbers nothing is said of it. */
export interface EvidenceClock {
  /** As the node's own time service says. */
  readonly synchronized?: boolean;
  /** Seconds that the node is ahead; negative: behind. By its time service. */
  readonly offsetSeconds?: number;
  /** Lines are newer than the collection by so much: the node is ahead of the collector, or the zone is wrong. */
  readonly aheadOfCollectorSeconds?: number;
  readonly note: string;
}
