import { largest } from '../core/extremes.ts';
import type { Container, Pod, PodSpec, Service, Volume } from '../core/objects.ts';
import { exitOf } from './container-end.ts';
import type { InClusterRegistry, RegistryStorage } from './in-cluster-registry.ts';
import { managerOf } from './managed-by.ts';
import { outermostWorkload, ownersOf } from './owners.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { latest } from './time.ts';

type Backend = Pick<
  InClusterRegistry,
  'backend' | 'backendPodProblem' | 'backendRestarts' | 'backendSince' | 'backendContainer' | 'lastEnd' | 'storage'
>;

/** The workload behind a Service and what is wrong with its pods. */
export function backendOf(index: SnapshotIndex, service: Service): Backend {
  const { namespace } = service.metadata;
  const pods = index.pods.filter(
    ({ object }) => object.metadata.namespace === namespace && isSelected(object.metadata.labels, service.selector),
  );
  const owners = pods[0] === undefined ? [] : ownersOf(index, pods[0].object.metadata);
  const workload = outermostWorkload(index, namespace, owners) ?? workloadBySelector(index, service);
  const problem =
    pods.length === 0
      ? noPods(index, namespace)
      : pods.map((pod) => problemOf(index, pod)).find((found) => found !== undefined);
  const restarts = pods.flatMap(({ object }) => object.status.containers.flatMap((c) => c.restartCount ?? []));
  const since = latest(pods.map(({ object }) => object.metadata.creationTimestamp));
  const end = pods.flatMap(({ object }) => lastEndOf(object) ?? [])[0];
  return {
    ...(restarts.length === 0 ? {} : { backendRestarts: largest(restarts) }),
    ...(workload === undefined ? {} : { backend: stateOf(workload) }),
    ...(problem === undefined ? {} : { backendPodProblem: problem }),
    ...(since === undefined ? {} : { backendSince: since }),
    ...(end === undefined ? {} : { lastEnd: end }),
    ...contentOf(index, namespace, pods[0]?.object.spec ?? workload?.object.template, pods),
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
  const manager = managerOf([object.metadata]);
  return {
    kind: object.kind,
    name: object.metadata.name,
    ...(desired === undefined ? {} : { desired }),
    ...(ready === undefined ? {} : { ready }),
    ...(manager === undefined ? {} : { manager }),
  };
}

function noPods(index: SnapshotIndex, namespace: string | undefined): string | undefined {
  return index.coverageOf('Pod', namespace) === undefined ? undefined : 'no pod matches the Service';
}

function problemOf(index: SnapshotIndex, { object }: SeenOf<'Pod'>): string | undefined {
  const { containers, conditions } = object.status;
  const { name, namespace } = object.metadata;
  const waiting = containers.find(
    (c) => c.state.waiting?.reason !== undefined && c.state.waiting.reason !== 'PodInitializing',
  );
  const { reason } = waiting?.state.waiting ?? {};
  const ended = lastEndOf(object);
  if (reason !== undefined && reason !== 'ContainerCreating') {
    return `pod ${name}: ${reason}${ended === undefined ? '' : ` after ${endWords(ended.reason)}`}`;
  }
  const claim = (object.spec.volumes ?? []).find((v) => claimPhase(index, namespace, v) === 'Pending')?.claim;
  if (claim !== undefined) return `pod ${name} waits for volume ${claim}, which is not bound`;
  if (reason !== undefined) return `pod ${name}: ${reason}`;
  const unscheduled = conditions.find((c) => c.type === 'PodScheduled' && c.status === 'False');
  if (unscheduled !== undefined) return `pod ${name}: ${unscheduled.reason ?? 'Unschedulable'}`;
  const unready = conditions.find((c) => c.type === 'Ready' && c.status === 'False');
  if (unready === undefined) return undefined;
  return `pod ${name} is not ready${ended === undefined ? '' : ` since ${endWords(ended.reason)}`}`;
}

function endWords(reason: string): string {
  return reason === 'OOMKilled' ? 'it ran out of memory (OOMKilled)' : `it ended (${reason})`;
}

/** How a container of the pod ended last, the worst end first: running out of memory explains the others. */
function lastEndOf({ status }: Pod): NonNullable<InClusterRegistry['lastEnd']> | undefined {
  const ends = status.containers.flatMap((container) => {
    const end = exitOf(container);
    return end?.reason === undefined || end.exitCode === 0 ? [] : [{ reason: end.reason, finishedAt: end.finishedAt }];
  });
  const end = ends.find(({ reason }) => reason === 'OOMKilled') ?? ends[0];
  if (end === undefined) return undefined;
  return { reason: end.reason, ...(end.finishedAt === undefined ? {} : { at: end.finishedAt }) };
}

/** Images by which the container that serves images is known among sidecars. */
const REGISTRY_IMAGE = /registry|harbor|nexus|artifactory|zot|quay|gitea|forgejo|pulp/i;

/** The container that holds the registry, and where that keeps its images. */
function contentOf(
  index: SnapshotIndex,
  namespace: string | undefined,
  spec: PodSpec | undefined,
  pods: readonly SeenOf<'Pod'>[],
): Pick<Backend, 'backendContainer' | 'storage'> {
  const main = (spec?.containers ?? []).filter(({ role }) => role === 'main');
  const container = main.find(({ image = '' }) => REGISTRY_IMAGE.test(image)) ?? main[0];
  if (spec === undefined || container === undefined) return {};
  const storage = storageOf(index, namespace, spec, container, pods);
  const { name, memoryLimit } = container;
  return {
    backendContainer: { name, ...(memoryLimit === undefined ? {} : { memoryLimit }) },
    ...(storage === undefined ? {} : { storage }),
  };
}

/** Undefined where it cannot be told: volumes were not shown, or it may keep its images in an object store. */
function storageOf(
  index: SnapshotIndex,
  namespace: string | undefined,
  { volumes }: PodSpec,
  container: Container,
  pods: readonly SeenOf<'Pod'>[],
): RegistryStorage | undefined {
  if (volumes === undefined) return undefined;
  const mounted = volumes.filter(({ name }) => container.mounts.includes(name));
  const claimed = mounted.find(({ kind }) => kind === 'claim');
  const full = fullSign(index, pods);
  const said = full === undefined ? {} : { full };
  if (claimed?.claim !== undefined) {
    const phase = claimPhase(index, namespace, claimed);
    return { kind: 'claim', claim: claimed.claim, ...(phase === undefined ? {} : { claimPhase: phase }), ...said };
  }
  if (mounted.some(({ kind }) => kind === 'hostPath')) return { kind: 'node', ...said };
  return mounted.some(({ kind }) => kind === 'emptyDir') ? { kind: 'pod', ...said } : undefined;
}

function claimPhase(index: SnapshotIndex, namespace: string | undefined, { claim }: Volume): string | undefined {
  if (claim === undefined) return undefined;
  const found = index.snapshot.objects.find(
    ({ object }) =>
      object.kind === 'Other' &&
      object.originalKind === 'PersistentVolumeClaim' &&
      object.metadata.name === claim &&
      object.metadata.namespace === namespace,
  );
  return found?.object.kind === 'Other' ? found.object.claimPhase : undefined;
}

const NO_SPACE = /no space left on device|disk quota exceeded/i;

/** A line of the registry's own log, or of the kubelet about its pod, that says so. */
function fullSign(index: SnapshotIndex, pods: readonly SeenOf<'Pod'>[]): string | undefined {
  const names = pods.map(({ object }) => object.metadata.name);
  const line = index.snapshot.logs.findLast(
    ({ locator, raw }) => names.some((name) => locator.includes(name)) && NO_SPACE.test(raw),
  );
  if (line !== undefined) return line.id;
  return pods.flatMap((pod) => index.eventsOfPod(pod)).find(({ object }) => NO_SPACE.test(object.message))?.id;
}
