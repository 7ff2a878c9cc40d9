import type {
  Container,
  ContainerStatus,
  KubeEvent,
  KubeObject,
  Metadata,
  Node,
  ObjectView,
  Pod,
  PodSpec,
  Secret,
  Service,
  Workload,
} from '../core/objects.ts';
import type { Coverage, LogEntry, LogKind, SeenObject, Snapshot } from '../core/snapshot.ts';
import { factsFor } from './build-facts.ts';
import { findCases } from './cases.ts';
import type { Facts } from './facts.ts';
import { indexSnapshot, type SnapshotIndex } from './snapshot-index.ts';

/** Builders of small snapshots for the tests of this folder; names are made up. */

const NOW = '2026-03-01T12:00:00Z';
export const NAMESPACE = 'shop-prod';
export const IMAGE = 'registry.acme.example/shop/api:1.5.0';
export const NOT_FOUND = `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve image: ${IMAGE}: not found`;

type Overrides<T> = { readonly [K in keyof T]?: T[K] | undefined };

export function metadata(name: string, overrides: Overrides<Metadata> = {}): Metadata {
  return { name, namespace: NAMESPACE, labels: {}, annotations: {}, ownerReferences: [], ...overrides } as Metadata;
}

/** `10:05` is five past ten on the day of the snapshot. */
export function at(time: string): string {
  return `2026-03-01T${time}${time.length === 5 ? ':00' : ''}Z`;
}

export function seen<O extends KubeObject>(object: O, view: ObjectView = 'full'): SeenObject<O> {
  const { namespace, name } = object.metadata;
  return { id: `${object.kind.toLowerCase()}/${namespace ?? ''}/${name}`, object, view, locator: `${name}.json` };
}

export function container(overrides: Overrides<Container> = {}): Container {
  return {
    name: 'app',
    role: 'main',
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    mounts: [],
    ...overrides,
  } as Container;
}

export function status(overrides: Overrides<ContainerStatus> = {}): ContainerStatus {
  return { name: 'app', role: 'main', state: {}, lastState: {}, ...overrides } as ContainerStatus;
}

export function waiting(reason: string, message?: string): ContainerStatus {
  return status({ state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } });
}

export interface PodOptions {
  readonly name?: string;
  readonly uid?: string;
  readonly phase?: string;
  readonly spec?: Partial<PodSpec>;
  readonly statuses?: readonly ContainerStatus[];
  readonly meta?: Overrides<Metadata>;
  readonly conditions?: Pod['status']['conditions'];
}

export function pod(options: PodOptions = {}): Pod {
  const { name = 'api-1', uid = `uid-${name}`, phase = 'Pending', spec = {}, statuses = [], meta = {} } = options;
  return {
    kind: 'Pod',
    metadata: metadata(name, { uid, creationTimestamp: at('10:00'), ...meta }),
    spec: { containers: [container()], imageVolumes: [], nodeName: 'node-a', serviceAccountName: 'default', ...spec },
    status: { phase, conditions: options.conditions ?? [], containers: statuses },
  };
}

export interface EventOptions {
  readonly pod?: string;
  readonly uid?: string;
  readonly kind?: string;
  readonly container?: string;
  readonly count?: number;
  readonly first?: string;
  readonly last?: string;
  readonly type?: string;
}

let serial = 0;

export function event(reason: string, message: string, options: EventOptions = {}): KubeEvent {
  const { pod: name = 'api-1', kind = 'Pod', container: of, count = 1, last = '11:55', type = 'Normal' } = options;
  const uid = options.uid ?? (kind === 'Pod' ? `uid-${name}` : undefined);
  serial += 1;
  return {
    kind: 'Event',
    metadata: metadata(`${name}.${serial.toString(16)}`),
    involved: {
      kind,
      namespace: NAMESPACE,
      name,
      ...(uid === undefined ? {} : { uid }),
      ...(of === undefined ? {} : { fieldPath: `spec.containers{${of}}` }),
    },
    type,
    reason,
    message,
    count,
    firstSeen: at(options.first ?? last),
    lastSeen: at(last),
  };
}

export function pulling(options: EventOptions = {}, image = IMAGE): KubeEvent {
  return event('Pulling', `Pulling image "${image}"`, { container: 'app', ...options });
}

export function failed(text = NOT_FOUND, options: EventOptions = {}, image = IMAGE): KubeEvent {
  return event('Failed', `Failed to pull image "${image}": ${text}`, { container: 'app', type: 'Warning', ...options });
}

export function backOff(options: EventOptions = {}, image = IMAGE): KubeEvent {
  return event('BackOff', `Back-off pulling image "${image}"`, { container: 'app', ...options });
}

export function pulled(options: EventOptions = {}, image = IMAGE): KubeEvent {
  const message = `Successfully pulled image "${image}" in 80ms (1m3.08s including waiting). Image size: 624 bytes.`;
  return event('Pulled', message, { container: 'app', ...options });
}

export function workload(kind: Workload['kind'], name: string, overrides: Overrides<Workload> = {}): Workload {
  return { kind, metadata: metadata(name), status: { conditions: [] }, ...overrides } as Workload;
}

export function node(name: string, overrides: Overrides<Node> = {}): Node {
  return {
    kind: 'Node',
    metadata: metadata(name, { namespace: undefined }),
    conditions: [],
    images: [],
    info: { architecture: 'amd64', kubeletVersion: 'v1.35.1', containerRuntimeVersion: 'containerd://2.1.5' },
    addresses: [{ type: 'InternalIP', address: '10.0.0.5' }],
    ...overrides,
  } as Node;
}

export function service(name: string, overrides: Overrides<Service> = {}): Service {
  return {
    kind: 'Service',
    metadata: metadata(name),
    clusterIPs: ['10.96.0.20'],
    externalIPs: [],
    loadBalancer: [],
    selector: { app: 'registry' },
    ports: [{ port: 5000, nodePort: 30500 }],
    ...overrides,
  } as Service;
}

/** A docker config Secret; the password is a canary that must never come out. */
export const CANARY = 'canary-pass-0451';

export function secret(name: string, hosts: readonly string[], overrides: Overrides<Secret> = {}): Secret {
  const auths = Object.fromEntries(hosts.map((host) => [host, { username: 'ci', password: CANARY }]));
  return {
    kind: 'Secret',
    metadata: metadata(name, { creationTimestamp: at('09:00') }),
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': btoa(JSON.stringify({ auths })) },
    ...overrides,
  } as Secret;
}

export function log(raw: string, kind: LogKind = 'containerd', time = '11:50', nodeName?: string): LogEntry {
  serial += 1;
  const id = `log/${kind}.log:${serial}`;
  return { id, log: kind, at: at(time), locator: id, raw, ...(nodeName === undefined ? {} : { node: nodeName }) };
}

export function coverage(...kinds: readonly string[]): readonly Coverage[] {
  return kinds.map((kind) => ({ kind, namespace: NAMESPACE, because: `file/${kind}.json` }));
}

export interface SnapshotOptions extends Partial<Omit<Snapshot, 'objects' | 'texts'>> {
  readonly objects?: readonly (KubeObject | SeenObject)[];
  readonly texts?: readonly string[];
}

export function snapshot({ objects = [], texts = [], ...rest }: SnapshotOptions): Snapshot {
  return {
    source: { kind: 'bundle', names: ['test'] },
    takenAt: NOW,
    objects: objects.map((object) => ('view' in object ? object : seen(object))),
    texts: texts.map((raw, i) => ({ id: `text/${i}`, locator: `paste:${i + 1}`, raw })),
    logs: [],
    coverage: [],
    gaps: [],
    ...rest,
  };
}

export function indexOf(options: SnapshotOptions): SnapshotIndex {
  return indexSnapshot(snapshot(options));
}

/** The facts of the only case, or of the one whose key contains `key`. */
export function factsOf(options: SnapshotOptions, key = ''): Facts {
  const index = indexOf(options);
  const found = findCases(index).cases.find((c) => c.key.includes(key));
  if (found === undefined) throw new Error(`no case with ${key}`);
  return factsFor(index, found);
}
