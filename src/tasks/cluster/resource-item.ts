import type {
  ConditionItem,
  ContainerItem,
  NodeItem,
  PodItem,
  ResourceItem,
  WorkloadItem,
} from '../../core/cluster-answer.ts';
import type { Condition, Container, ContainerStatus, KubeObject, Node, Pod, Workload } from '../../core/objects.ts';
import { excerpt } from '../../core/redact.ts';
import { eventItem } from './event-item.ts';

const MAX_NAMES = 50;
const MAX_CONTAINERS = 60;
const LABEL_CHARS = 200;

/** An object as an agent should see it: status and references, never annotations, environment or data. */
export function resourceItem(kind: string, object: KubeObject): ResourceItem {
  const { metadata } = object;
  return {
    kind,
    name: excerpt(metadata.name, 300),
    ...(metadata.namespace === undefined ? {} : { namespace: excerpt(metadata.namespace, 300) }),
    ...(metadata.creationTimestamp === undefined ? {} : { createdAt: excerpt(metadata.creationTimestamp, 40) }),
    labels: Object.fromEntries(
      Object.entries(metadata.labels)
        .slice(0, MAX_NAMES)
        .map(([key, value]) => [excerpt(key, LABEL_CHARS), excerpt(value, LABEL_CHARS)]),
    ),
    owners: metadata.ownerReferences.slice(0, MAX_NAMES).map((owner) => excerpt(`${owner.kind}/${owner.name}`, 300)),
    ...detailsOf(object),
  };
}

function detailsOf(object: KubeObject): Partial<ResourceItem> {
  switch (object.kind) {
    case 'Pod':
      return { pod: podItem(object) };
    case 'Node':
      return { node: nodeItem(object) };
    case 'ServiceAccount':
      return { serviceAccount: { imagePullSecrets: names(object.imagePullSecrets) } };
    case 'Service':
      return {
        service: {
          ...(object.type === undefined ? {} : { type: excerpt(object.type, 40) }),
          ports: object.ports
            .slice(0, MAX_NAMES)
            .map(({ port, nodePort, protocol = 'TCP' }) =>
              excerpt(`${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`, 40),
            ),
          clusterIPs: names(object.clusterIPs),
        },
      };
    case 'EndpointSlice':
      return { endpoints: { ready: object.ready.length, notReady: object.notReady.length } };
    case 'Event':
      return { event: eventItem(object) };
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
    case 'CronJob':
    case 'ReplicationController':
      return { workload: workloadItem(object) };
    default:
      return {};
  }
}

function podItem(pod: Pod): PodItem {
  const { spec, status } = pod;
  const containers = spec.containers.slice(0, MAX_CONTAINERS).map((container) =>
    containerItem(
      container,
      status.containers.find(({ name, role }) => name === container.name && role === container.role),
    ),
  );
  return {
    status: statusWord(pod, containers),
    ...optional('phase', status.phase),
    ...optional('node', spec.nodeName),
    ...optional('serviceAccount', spec.serviceAccountName),
    imagePullSecrets: names(spec.imagePullSecrets ?? []),
    containers,
    conditions: conditionItems(status.conditions),
  };
}

/** As kubectl's STATUS column: a container that waits or ended says more than the phase. */
function statusWord({ metadata, status }: Pod, containers: readonly ContainerItem[]): string {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (status.reason !== undefined) return excerpt(status.reason, 200);
  const [init, main] = [containers.filter(isBefore), containers.filter((container) => !isBefore(container))];
  const blocked = init.find(({ state, reason }) => state === 'waiting' && reason !== 'PodInitializing');
  if (blocked?.reason !== undefined) return `Init:${blocked.reason}`;
  const troubled = main.find(({ state, reason }) => state !== 'running' && reason !== undefined);
  return troubled?.reason ?? excerpt(status.phase ?? 'Unknown', 40);
}

function isBefore({ role }: ContainerItem): boolean {
  return role === 'init' || role === 'sidecar';
}

function containerItem(
  { name, role, image, imagePullPolicy }: Container,
  status: ContainerStatus | undefined,
): ContainerItem {
  const { waiting, running, terminated } = status?.state ?? {};
  const said = waiting ?? terminated;
  return {
    name: excerpt(name, 300),
    role,
    ...optional('image', image, 600),
    ...optional('imagePullPolicy', imagePullPolicy),
    state: waiting ? 'waiting' : running ? 'running' : terminated ? 'terminated' : 'unknown',
    ...optional('reason', said?.reason, 500),
    ...optional('message', said?.message, 2_000),
    ...(status?.ready === undefined ? {} : { ready: status.ready }),
    ...(status?.restartCount === undefined ? {} : { restarts: status.restartCount }),
    ...(status?.imageID ? { imageID: excerpt(status.imageID, 600) } : {}),
  };
}

/** A node as lists and health checks show it. */
export function nodeItem({ conditions, unschedulable, providerID, info }: Node): NodeItem {
  const instance = providerID?.split('/').at(-1);
  return {
    ready: excerpt(conditions.find(({ type }) => type === 'Ready')?.status ?? 'Unknown', 40),
    conditions: conditionItems(conditions),
    schedulable: unschedulable !== true,
    ...optional('instanceId', instance),
    ...optional('kubelet', info.kubeletVersion),
    ...optional('runtime', info.containerRuntimeVersion),
    ...optional('os', info.osImage ?? info.operatingSystem),
    ...optional('architecture', info.architecture),
  };
}

function workloadItem({ desired, template, status }: Workload): WorkloadItem {
  return {
    ...numbers({ desired, ready: status.ready, updated: status.updated, unavailable: status.unavailable }),
    images: names((template?.containers ?? []).flatMap(({ image }) => image ?? [])),
    ...optional('serviceAccount', template?.serviceAccountName),
    ...(template?.imagePullSecrets === undefined ? {} : { imagePullSecrets: names(template.imagePullSecrets) }),
    conditions: conditionItems(status.conditions),
  };
}

function numbers<K extends string>(values: Readonly<Record<K, number | undefined>>): Partial<Record<K, number>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, number>
  >;
}

function conditionItems(conditions: readonly Condition[]): readonly ConditionItem[] {
  return conditions.slice(0, MAX_NAMES).map(({ type, status, reason, message, lastTransitionTime }) => ({
    type: excerpt(type, 100),
    status: excerpt(status, 40),
    ...optional('reason', reason, 200),
    ...optional('message', message, 500),
    ...optional('since', lastTransitionTime, 40),
  }));
}

function names(all: readonly string[]): readonly string[] {
  return all.slice(0, MAX_NAMES).map((name) => excerpt(name, 600));
}

function optional<K extends string>(key: K, value: string | undefined, max = 300): Partial<Record<K, string>> {
  return value === undefined || value === '' ? {} : ({ [key]: excerpt(value, max) } as Partial<Record<K, string>>);
}
