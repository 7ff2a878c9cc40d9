import type { EvidenceId } from '../core/evidence.ts';
import type { PodRef } from '../core/report.ts';
import type { Subject } from './facts.ts';

/** One pull to be judged. */
export interface Case {
  /** Unique in a snapshot. */
  readonly key: string;
  readonly subject: Subject;
  /** Where it was first noticed: waiting state, events, log lines or text. */
  readonly seenIn: readonly EvidenceId[];
  /** What to list when no cause finds anything: the pull itself may be fine. */
  readonly otherwise?: NotImagePullCandidate;
}

/** A pod (or the owner of pods that do not exist) that is stuck, but not for its image. */
export interface NotImagePullCandidate {
  readonly pod: PodRef;
  readonly reason: string;
  readonly because: string;
}

/** What one way of looking finds. */
export interface Findings {
  readonly cases: readonly Case[];
  readonly notImagePull: readonly NotImagePullCandidate[];
}
