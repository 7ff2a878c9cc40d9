import type { Pod } from '../core/objects.ts';
import type { Incident } from '../core/report.ts';

/** How far a pod is that is waited for. */
export interface PodProgress {
  readonly namespace: string;
  readonly name: string;
  /** `Running`, `ErrImagePull`, `gone`, … */
  readonly state: string;
}

export type WaitEnd =
  /** All pods of all workloads run. */
  | { readonly outcome: 'running'; readonly pods: number }
  /** A pull was tried again after the wait began, and failed. */
  | { readonly outcome: 'failed-again'; readonly pod: PodProgress };

/** States in which the kubelet has just tried and failed; `ImagePullBackOff` alone may be from before. */
const FAILED_NOW: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
]);
const PULL_STATES: ReadonlySet<string> = new Set([...FAILED_NOW, 'ImagePullBackOff', 'ErrImageNeverPull']);

/**
 * What has become of the pods of some incidents, and of those that their controllers made in their place.
 * Pure: fed with pods as they change.
 */
export class WaitState {
  readonly #workloads: Set<string>;
  readonly #names: ReadonlySet<string>;
  readonly #began: number;
  readonly #pods = new Map<string, { readonly state: string; readonly workload: string }>();
  #failed: PodProgress | undefined;

  /** `began`: RFC 3339, by the cluster's clock. */
  constructor(incidents: readonly Incident[], began: string) {
    const pods = incidents.flatMap(({ scope }) => scope.pods);
    this.#names = new Set(pods.map(({ namespace, name }) => `${namespace}/${name}`));
    this.#workloads = new Set(incidents.flatMap(({ scope }) => scope.workloads.filter(isToldByPods)));
    this.#began = Date.parse(began);
  }

  get namespaces(): string[] {
    return [...new Set([...this.#names, ...this.#workloads].map(namespaceIn))];
  }

  /**
   * Notes by what workload the successors of a pod are known. The incident may name one that pods do not: the CronJob
   * above a Job, or the ReplicaSet where Deployments may not be read.
   */
  learn(pod: Pod): void {
    const { metadata } = pod;
    const workload = workloadOf(pod);
    if (this.#names.has(`${metadata.namespace ?? ''}/${metadata.name}`)) this.#workloads.add(workload);
    for (const { kind, name } of metadata.ownerReferences) {
      const owner = `${kind}/${metadata.namespace ?? ''}/${name}`;
      if (owner !== workload && this.#workloads.delete(owner)) this.#workloads.add(workload);
    }
  }

  /** A pod as it is now; what changed, if it is waited for and did. `first`: it was there when the wait began. */
  saw(pod: Pod, first: boolean): PodProgress | undefined {
    const { namespace = '', name } = pod.metadata;
    const key = `${namespace}/${name}`;
    const workload = workloadOf(pod);
    this.learn(pod);
    if (!this.#names.has(key) && !this.#workloads.has(workload)) return undefined;
    const state = stateOf(pod);
    const before = this.#pods.get(key)?.state;
    this.#pods.set(key, { state, workload });
    if (before === state) return undefined;
    this.#failed ??= this.#isFreshFailure(pod, state, before, first) ? { namespace, name, state } : undefined;
    return { namespace, name, state };
  }

  gone(pod: Pod): PodProgress | undefined {
    const { namespace = '', name } = pod.metadata;
    return this.#pods.delete(`${namespace}/${name}`) ? { namespace, name, state: 'gone' } : undefined;
  }

  /** All pods of a namespace were listed: those that are not among them are gone. */
  listed(namespace: string, names: ReadonlySet<string>): PodProgress[] {
    const missing = [...this.#pods.keys()].filter(
      (key) => namespaceIn(key) === namespace && !names.has(key.slice(namespace.length + 1)),
    );
    for (const key of missing) this.#pods.delete(key);
    return missing.map((key) => ({ namespace, name: key.slice(namespace.length + 1), state: 'gone' }));
  }

  /** The end of the wait, once there is one. */
  get end(): WaitEnd | undefined {
    if (this.#failed !== undefined) return { outcome: 'failed-again', pod: this.#failed };
    const states = [...this.#pods.values()];
    const back = new Set(states.map(({ workload }) => workload));
    const allBack = [...this.#workloads].every((workload) => back.has(workload));
    const fine =
      states.length > 0 && allBack && states.every(({ state }) => state === 'Running' || state === 'Succeeded');
    return fine ? { outcome: 'running', pods: states.length } : undefined;
  }

  #isFreshFailure(pod: Pod, state: string, before: string | undefined, first: boolean): boolean {
    if (!PULL_STATES.has(state)) return false;
    const isNew = Date.parse(pod.metadata.creationTimestamp ?? '') > this.#began;
    return !first && (isNew || (before !== undefined && FAILED_NOW.has(state)));
  }
}

/** The first container that does not do its work speaks for the pod. */
function stateOf({ status, metadata }: Pod): string {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  const waiting = status.containers.flatMap(({ state }) => state.waiting?.reason ?? []);
  const pull = waiting.find((reason) => PULL_STATES.has(reason));
  return pull ?? waiting[0] ?? status.phase ?? 'Unknown';
}

const TOLD_BY_PODS: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job']);

/** A kind that `workloadOf` may give. */
function isToldByPods(workload: string): boolean {
  return TOLD_BY_PODS.has(workload.slice(0, workload.indexOf('/')));
}

/** `Deployment/shop/api`, as reports name it; a pod without owner stands for itself. */
function workloadOf({ metadata }: Pod): string {
  const owner = metadata.ownerReferences.find((each) => each.controller === true) ?? metadata.ownerReferences[0];
  const namespace = metadata.namespace ?? '';
  if (owner === undefined) return `Pod/${namespace}/${metadata.name}`;
  // Argo Rollouts name their ReplicaSets the same way.
  const hash = metadata.labels['pod-template-hash'] ?? metadata.labels['rollouts-pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return `Deployment/${namespace}/${owner.name.slice(0, -hash.length - 1)}`;
  }
  return `${owner.kind}/${namespace}/${owner.name}`;
}

/** Of `shop/api-x` or `Deployment/shop/api`. */
function namespaceIn(key: string): string {
  const parts = key.split('/');
  return parts.at(-2) ?? '';
}
