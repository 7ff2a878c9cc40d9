import type { EvidenceId } from '../core/evidence.ts';
import type { BuildRun, Workload } from '../core/objects.ts';
import type { Manager } from './managed-by.ts';
import type { SeenOf } from './seen-objects.ts';

/** Something that builds images: a Job, a CronJob, a pod of its own, or a run of a build system. */
export interface Builder {
  /** `Job`, `CronJob`, `Pod`, `TaskRun`, `PipelineRun`, `BuildRun`, `Workflow` */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly destinations: readonly string[];
  readonly workload?: Workload;
  readonly pod?: SeenOf<'Pod'>;
  readonly run?: BuildRun;
  /** The tool that owns its manifest, by the marks on it. */
  readonly manager?: Manager;
  /** The CI system that ran its pod, by the marks on it. */
  readonly ci?: CiJob;
  /** The file of a checkout that has it. */
  readonly path?: string;
  /** It stands in that file only: it was not seen in the cluster. */
  readonly onlyWritten?: true;
  readonly evidence: EvidenceId;
}

/** A job of a CI system, in whose runner a pod built. */
export interface CiJob {
  readonly system: 'GitLab' | 'GitHub';
  /** Where it is run again, when the pod says. */
  readonly url?: string;
}
