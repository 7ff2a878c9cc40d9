import type { Service } from '../core/objects.ts';
import type { InClusterRegistry } from './facts.ts';
import { outermostWorkload, ownersOf } from './owners.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** The workload behind a Service and what is wrong with its pods. */
export function backendOf(
  index: SnapshotIndex,
  service: Service,
): Pick<InClusterRegistry, 'backend' | 'backendPodProblem' | 'backendRestarts'> {
  const { namespace } = service.metadata;
  const pods = index.pods.filter(
    ({ object }) => object.metadata.namespace === namespace && isSelected(object.metadata.labels, service.selector),
  );
  const owners = pods[0] === undefined ? [] : ownersOf(index, pods[0].object.metadata);
  const workload = outermostWorkload(index, namespace, owners) ?? workloadBySelector(index, service);
  const problem =
    pods.length === 0 ? noPods(index, namespace) : pods.map(problemOf).find((found) => found !== undefined);
  const restarts = pods.flatMap(({ object }) => object.status.containers.flatMap((c) => c.restartCount ?? []));
  return {
    ...(restarts.length === 0 ? {} : { backendRestarts: Math.max(...restarts) }),
    ...(workload === undefined ? {} : { backend: stateOf(workload) }),
    ...(problem === undefined ? {} : { backendPodProblem: problem }),
  };
}

/** A Service without selector selects nothing by itself. */
function isSelected(labels: Readonly<Record<string, string>>, selector: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** Without any pod, a workload whose own selector contains the Service's. */
function workloadBySelector(index: SnapshotIndex, service: Service) {
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
  return kinds
    .flatMap((kind) => index.all(kind))
    .find(
      ({ object }) =>
        object.metadata.namespace === service.metadata.namespace && isSelected(object.selector ?? {}, service.selector),
    );
}

function stateOf({ object }: SeenOf<'Deployment'>): NonNullable<InClusterRegistry['backend']> {
  const { desired, status } = object;
  // The API leaves out a ready count of zero.
  const ready = status.ready ?? (desired === undefined ? undefined : 0);
  return {
    kind: object.kind,
    name: object.metadata.name,
    ...(desired === undefined ? {} : { desired }),
    ...(ready === undefined ? {} : { ready }),
  };
}

function noPods(index: SnapshotIndex, namespace: string | undefined): string | undefined {
  return index.coverageOf('Pod', namespace) === undefined ? undefined : 'no pod matches the Service';
}

function problemOf({ object }: SeenOf<'Pod'>): string | undefined {
  const { containers, conditions } = object.status;
  const { name } = object.metadata;
  const waiting = containers.find(
    (c) => c.state.waiting?.reason !== undefined && c.state.waiting.reason !== 'PodInitializing',
  );
  if (waiting?.state.waiting?.reason !== undefined) return `pod ${name}: ${waiting.state.waiting.reason}`;
  const unscheduled = conditions.find((c) => c.type === 'PodScheduled' && c.status === 'False');
  if (unscheduled !== undefined) return `pod ${name}: ${unscheduled.reason ?? 'Unschedulable'}`;
  const unready = conditions.find((c) => c.type === 'Ready' && c.status === 'False');
  return unready === undefined ? undefined : `pod ${name} is not ready`;
}
