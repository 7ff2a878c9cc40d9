import type { Tool } from './unit.ts';

/** The pull that fails, as the cluster has it: what the files of a checkout are compared with. */
export interface LiveTarget {
  readonly namespace?: string;
  /** The outermost owner, or the pod itself. */
  readonly workload?: { readonly kind: string; readonly name: string };
  readonly container?: string;
  /** As written in the pod. */
  readonly image?: string;
  readonly serviceAccount?: string;
  /** Who applies the manifests, by the marks on the object. */
  readonly owner?: { readonly tool: Tool; readonly name: string };
  /** The Helm release, by annotation or label. */
  readonly release?: string;
}
