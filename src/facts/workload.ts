import { type Fact, present, unknown } from '../core/fact.ts';
import type { Workload } from '../core/objects.ts';
import { type Autoscaler, autoscalerOf } from './autoscaler.ts';
import type { CaseContext } from './case-context.ts';
import type { Subject } from './facts.ts';
import { impactOf } from './impact.ts';
import { type Manager, managerOf, managerWords } from './managed-by.ts';
import { isWorkloadKind, outermostWorkload } from './owners.ts';
import { type Runs, runsOf } from './runs.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

export interface WorkloadFact {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly desired?: number;
  readonly ready?: number;
  readonly updated?: number;
  /** The autoscaler of the workload, when seen. */
  readonly autoscaler?: Autoscaler;
  /** The runs of a CronJob or Job. */
  readonly runs?: Runs;
  /** Its pods start one after the other. */
  readonly inOrder?: boolean;
  /** Pods of an older revision that still serve. */
  readonly oldPodsReady?: number;
  readonly rolloutBlocked: boolean;
  /** RFC 3339. */
  readonly createdAt?: string;
  /** `Argo CD (app shop)`, `Helm (release api)`, `Flux (kustomization apps)`: the owner of the manifest, from labels and annotations. */
  readonly managedBy?: string;
  /** The same, taken apart. */
  readonly manager?: Manager;
  /** Sentences for the report's impact section. */
  readonly impact: readonly string[];
}

/** The outermost workload above the pod and what the failure does to it. */
export function workloadOf({ index, subject, pod }: CaseContext): Fact<WorkloadFact> {
  const { namespace, owners } = subject;
  const seen = outermostWorkload(index, namespace, owners);
  const outermost = owners.at(-1);
  if (seen === undefined) {
    if (outermost !== undefined) return unseenWorkload(outermost, namespace, pod);
    if (pod === undefined) return unknown('the workload of the pod');
    return showsOwners(pod) ? barePod(pod, subject) : unknown('the workload of the pod', 'not-collected');
  }
  const { metadata, desired, status } = seen.object;
  const oldPodsReady = seen.object.kind === 'Deployment' ? readyOldPods(index, seen, owners) : undefined;
  const chain = owners.flatMap(({ kind, name }) =>
    isWorkloadKind(kind) ? (index.find(kind, namespace, name)?.object.metadata ?? []) : [],
  );
  const manager = managerOf([...chain, metadata, ...(pod === undefined ? [] : [pod.object.metadata])]);
  const scaling = autoscalerOf(index, seen);
  const runs = runsOf(index, seen, owners);
  const shape = {
    kind: seen.object.kind,
    name: metadata.name,
    namespace: metadata.namespace ?? namespace ?? '',
    ...(metadata.creationTimestamp === undefined ? {} : { createdAt: metadata.creationTimestamp }),
    ...(desired === undefined ? {} : { desired }),
    ...(status.ready === undefined ? {} : { ready: status.ready }),
    ...(status.updated === undefined ? {} : { updated: status.updated }),
    ...(oldPodsReady === undefined ? {} : { oldPodsReady }),
    rolloutBlocked: isRolloutBlocked(seen.object, oldPodsReady),
    inOrder: seen.object.kind === 'StatefulSet' && seen.object.podManagement !== 'Parallel',
    ...(scaling === undefined ? {} : { autoscaler: scaling.autoscaler }),
    ...(runs === undefined ? {} : { runs }),
    ...managerFields(manager),
  };
  const because = [seen.id, ...(scaling === undefined ? [] : [scaling.evidence])];
  return present({ ...shape, impact: impactOf(shape, subject) }, because);
}

function managerFields(manager: Manager | undefined): Pick<WorkloadFact, 'managedBy' | 'manager'> {
  return manager === undefined ? {} : { managedBy: managerWords(manager), manager };
}

function unseenWorkload(
  { kind, name }: { readonly kind: string; readonly name: string },
  namespace: string | undefined,
  pod: SeenOf<'Pod'> | undefined,
): Fact<WorkloadFact> {
  if (pod === undefined) return unknown(`${kind} ${namespace ?? ''}/${name}`, 'not-collected');
  const manager = managerOf([pod.object.metadata]);
  return present(
    {
      kind,
      name,
      namespace: namespace ?? '',
      rolloutBlocked: false,
      ...managerFields(manager),
      impact: [],
    },
    [pod.id],
  );
}

/** The columns of a printed table tell of no owner; what an API server sends as a table has the metadata with it. */
function showsOwners({ view, object }: SeenOf<'Pod'>): boolean {
  return view !== 'table' || object.metadata.uid !== undefined;
}

function barePod(pod: SeenOf<'Pod'>, { container }: Subject): Fact<WorkloadFact> {
  const { metadata } = pod.object;
  const manager = managerOf([metadata]);
  return present(
    {
      kind: 'Pod',
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      rolloutBlocked: false,
      ...managerFields(manager),
      impact: [bareImpact(pod, container)],
    },
    [pod.id],
  );
}

function bareImpact({ object: { metadata, status } }: SeenOf<'Pod'>, container: string | undefined): string {
  const others = status.containers.filter(({ name, state }) => name !== container && state.running !== undefined);
  return others.length === 0 || container === undefined
    ? `pod ${metadata.name} does not start; no controller will replace it`
    : `container ${container} of pod ${metadata.name} does not run; its other containers do`;
}

/** Ready pods of the Deployment's other ReplicaSets: the revision that still serves. */
function readyOldPods(
  index: SnapshotIndex,
  deployment: SeenOf<'Deployment'>,
  owners: readonly { readonly kind: string; readonly name: string }[],
): number | undefined {
  const current = owners.find((o) => o.kind === 'ReplicaSet')?.name;
  const { name, namespace } = deployment.object.metadata;
  const sets = replicaSetsOf(index).get(`${namespace ?? ''}/${name}`) ?? [];
  const old = sets.filter((set) => set.object.metadata.name !== current);
  if (current === undefined || sets.length === 0) return undefined;
  return old.reduce((sum, set) => sum + (set.object.status.ready ?? 0), 0);
}

function replicaSetsOf(index: SnapshotIndex): ReadonlyMap<string, readonly SeenOf<'ReplicaSet'>[]> {
  return index.once('replica sets by deployment', () => {
    const groups = new Map<string, SeenOf<'ReplicaSet'>[]>();
    for (const set of index.all('ReplicaSet')) {
      const owner = set.object.metadata.ownerReferences.find((r) => r.kind === 'Deployment')?.name;
      if (owner === undefined) continue;
      const key = `${set.object.metadata.namespace ?? ''}/${owner}`;
      groups.set(key, [...(groups.get(key) ?? []), set]);
    }
    return groups;
  });
}

/** The new revision does not get ready: the rollout waits, or has given up (ProgressDeadlineExceeded). */
function isRolloutBlocked({ kind, desired, status }: Workload, oldPodsReady: number | undefined): boolean {
  if (kind === 'Deployment') {
    const stuck = status.conditions.some((c) => c.type === 'Progressing' && c.status === 'False');
    return stuck || (oldPodsReady ?? 0) > 0;
  }
  if (kind !== 'DaemonSet' && kind !== 'StatefulSet') return false;
  return desired !== undefined && status.updated !== undefined && status.updated < desired && (status.ready ?? 0) > 0;
}
