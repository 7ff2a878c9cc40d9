import type { Gap } from '../fact.ts';
import type { CollectionState } from './status.ts';

/** Ways to the evidence of a node. */
export const COLLECTORS = ['kubelet-api', 'local', 'debug-pod', 'ssm'] as const;

export type CollectorName = (typeof COLLECTORS)[number];

/** What `node collect` did, node by node. */
export interface CollectAnswer {
  readonly by: CollectorName;
  readonly nodes: readonly CollectedNode[];
  /** Nodes of the question that were not collected, and why. */
  readonly leftOut: readonly LeftOut[];
  /** What could not be found out about the nodes themselves. */
  readonly gaps: readonly Gap[];
}

export interface CollectedNode {
  readonly node: string;
  readonly instance?: string;
  /** Pods on it that are stuck, where that was looked at. */
  readonly stuckPods?: number;
  /** Execution id: what `status`, `errors` and the others take. */
  readonly collection: string;
  readonly state: CollectionState;
  readonly files: number;
  readonly bytes: number;
  readonly gaps: readonly Gap[];
  readonly problem?: string;
}

export interface LeftOut {
  readonly node: string;
  readonly why: string;
}

/** What would be asked, of which nodes, with which rights: `--dry-run`. */
export interface CollectPlan {
  readonly by: CollectorName;
  readonly nodes: readonly { readonly node: string; readonly instance?: string; readonly stuckPods?: number }[];
  readonly leftOut: readonly LeftOut[];
  /** `get nodes/proxy` as RBAC words it; of AWS, actions. */
  readonly rights: readonly string[];
  /** What is asked or done, one line each. */
  readonly steps: readonly string[];
  /** It changes something outside this machine: a pod is made, a runbook is run. */
  readonly changes: boolean;
  readonly gaps: readonly Gap[];
}
