import type { EvidenceId } from '../core/evidence.ts';
import { absent, type Fact, present, unknown } from '../core/fact.ts';
import { isClusterLocalName, isPrivateNetworkHost, registryKind } from '../image/registry-kind.ts';
import type { CaseContext } from './case-context.ts';
import type { Facts } from './facts.ts';
import { groupBy } from './group-by.ts';
import type { Manager } from './managed-by.ts';
import {
  type Address,
  addressOf,
  isLoopbackHost,
  routeWords,
  type ServiceMatch,
  serviceFor,
} from './registry-address.ts';
import { backendOf } from './registry-backend.ts';
import { nodeAddress, podsBehind, policiesAgainst } from './registry-policies.ts';
import { type RightHost, rightHostOf, serviceOfOtherPort } from './registry-right-host.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

export interface InClusterRegistry {
  readonly namespace: string;
  readonly service: string;
  /** How the image's host names it. */
  readonly by: 'cluster-ip' | 'node-port' | 'service-name' | 'load-balancer' | 'external-ip' | 'route';
  /** The Ingress or route whose host it is: `Ingress infra/registry`. */
  readonly via?: string;
  readonly portMatches: boolean;
  /** What the image would have to name, where its port is wrong and that is known. */
  readonly rightHost?: RightHost;
  /** The port of the Service that is reached. */
  readonly port?: number;
  /** By its name or number that port speaks TLS. */
  readonly secure?: true;
  /** Port of the pods behind it, number or name. */
  readonly targetPort?: string;
  /** Whether a container declares that port; left out while no container says what it serves. */
  readonly targetServed?: boolean;
  readonly readyEndpoints: number | undefined;
  readonly notReadyEndpoints: number | undefined;
  /** The Service hands traffic to pods of the same node only, and this node has none of them. */
  readonly noLocalPod?: true;
  /** Workload behind the Service and its state, when seen. */
  readonly backend?: {
    readonly kind: string;
    readonly name: string;
    readonly desired?: number;
    readonly ready?: number;
    /** Who brings its manifest. */
    readonly manager?: Manager;
  };
  readonly backendPodProblem?: string;
  /** The pod behind it that was made last; what it keeps in itself is not older. */
  readonly backendSince?: string;
  /** The container that holds the registry, and what it may use of memory. */
  readonly backendContainer?: { readonly name: string; readonly memoryLimit?: string };
  /** How that container ended last, when it did. */
  readonly lastEnd?: { readonly reason: string; readonly at?: string };
  /** Where it keeps its images. */
  readonly storage?: RegistryStorage;
  /** Of the container behind the Service that was restarted most. */
  readonly backendRestarts?: number;
  /** Policies that isolate the pods behind it and do not surely let this node in. */
  readonly networkPolicies: readonly string[];
  /** Address of the node that pulls, by which policies know it. */
  readonly nodeAddress?: string;
  /** Set beside such policies: whether their rules keep this node out, or cannot be decided. */
  readonly fromNode?: 'blocked' | 'unknown';
  readonly because: readonly EvidenceId[];
}

export interface RegistryStorage {
  /** `pod`: in the pod itself (an emptyDir, or no volume at all), gone when the pod is replaced. */
  readonly kind: 'pod' | 'claim' | 'node';
  /** PersistentVolumeClaim. */
  readonly claim?: string;
  /** `Bound`, `Pending`, `Lost`. */
  readonly claimPhase?: string;
  /** The registry or the kubelet said that there is no space left. */
  readonly full?: EvidenceId;
}

/** The Service that the image's host, or the address that was dialled, points at. */
export function inClusterRegistryOf(context: CaseContext, facts: Facts): Fact<InClusterRegistry> {
  const { index } = context;
  const { reference } = facts;
  if (reference.state !== 'present' || !reference.value.ok) return unknown('a registry host');
  const { domain, path } = reference.value.reference;
  const image = addressOf(domain);
  const dialled = dialledAddress(facts);
  const match =
    serviceFor(index, image) ??
    (dialled === undefined ? undefined : serviceFor(index, dialled)) ??
    serviceOfOtherPort(index, image, path);
  if (match !== undefined) return present(describe(context, match, image), becauseFor(context, match, image.port));
  const kind = registryKind(domain);
  if (kind !== 'other' && kind !== 'harbor' && kind !== 'gitlab' && kind !== 'artifactory') return absent([]);
  const mayBeInside = isClusterLocalName(image.host) || isPrivateNetworkHost(image.host) || isLoopbackHost(image.host);
  const services = index.coverageOf('Service');
  if (mayBeInside && services !== undefined) return absent([services.because]);
  return unknown(
    `a Service behind ${domain}`,
    'not-collected',
    mayBeInside ? 'kubectl get services,endpointslices -A' : undefined,
  );
}

function dialledAddress({ pullError }: Facts): Address | undefined {
  if (pullError.state !== 'present') return undefined;
  const { leaf } = pullError.value.decisive.error;
  return leaf.kind === 'dial' && leaf.address !== undefined ? addressOf(leaf.address) : undefined;
}

function describe(context: CaseContext, match: ServiceMatch, image: Address): InClusterRegistry {
  const { index } = context;
  const { service, by, portMatches, route } = match;
  const port = match.port ?? image.port;
  const rightHost = rightHostOf(index, match, image);
  const policies = policiesAgainst(context, service, port);
  const { namespace = '', name } = service.object.metadata;
  const address = nodeAddress(index, context.subject.node);
  const { ready, notReady } = endpointsOf(index, service);
  return {
    namespace,
    service: name,
    by,
    ...(route === undefined ? {} : { via: routeWords(route) }),
    portMatches,
    ...(rightHost === undefined ? {} : { rightHost }),
    ...portOf(context, match),
    readyEndpoints: ready,
    notReadyEndpoints: notReady,
    ...(hasNoLocalPod(context, match) ? { noLocalPod: true as const } : {}),
    ...backendOf(index, service.object),
    networkPolicies: policies.seen.map((policy) => policy.object.metadata.name),
    ...(address === undefined ? {} : { nodeAddress: address }),
    ...(policies.passage === 'allowed' ? {} : { fromNode: policies.passage }),
    because: becauseFor(context, match, port),
  };
}

/** `externalTrafficPolicy` counts for node ports and load balancers, `internalTrafficPolicy` for the ClusterIP. */
function hasNoLocalPod({ index, subject }: CaseContext, { service, by }: ServiceMatch): boolean {
  const { externalTraffic, internalTraffic } = service.object;
  const policy = by === 'cluster-ip' || by === 'service-name' ? internalTraffic : externalTraffic;
  const pods = podsBehind(index, service.object);
  if (policy !== 'Local' || by === 'route' || subject.node === undefined || pods.length === 0) return false;
  return pods.every(({ spec }) => spec.nodeName !== undefined && spec.nodeName !== subject.node);
}

/** What stands behind the port; a name that no container declares leads nowhere. */
function portOf(
  { index }: CaseContext,
  { service, port }: ServiceMatch,
): Pick<InClusterRegistry, 'port' | 'secure' | 'targetPort' | 'targetServed'> {
  const seen = service.object.ports.find((p) => p.port === port);
  if (seen === undefined) return {};
  const secure = /https/i.test(seen.name ?? '') || seen.port === 443 || seen.port === 8443;
  const target = seen.targetPort ?? String(seen.port);
  const declared = podsBehind(index, service.object).flatMap(({ spec }) =>
    spec.containers.flatMap((c) => c.ports ?? []),
  );
  const served = declared.some(({ name, port: number }) => name === target || String(number) === target);
  return {
    port: seen.port,
    ...(secure ? { secure } : {}),
    targetPort: target,
    ...(declared.length === 0 ? {} : { targetServed: served }),
  };
}

function becauseFor(
  context: CaseContext,
  { service, route }: ServiceMatch,
  port: number | undefined,
): readonly EvidenceId[] {
  const { index } = context;
  return [
    service.id,
    ...(route === undefined ? [] : [route.id]),
    ...slicesOf(index, service).map((slice) => slice.id),
    ...policiesAgainst(context, service, port).seen.map((policy) => policy.id),
  ];
}

function slicesOf(index: SnapshotIndex, { object }: SeenOf<'Service'>): readonly SeenOf<'EndpointSlice'>[] {
  const byService = index.once('slices by service', () =>
    groupBy(index.all('EndpointSlice'), (slice) => `${slice.object.metadata.namespace ?? ''}/${slice.object.service}`),
  );
  return byService.get(`${object.metadata.namespace ?? ''}/${object.metadata.name}`) ?? [];
}

/** Endpoints and EndpointSlices name the same addresses twice, so addresses are counted once. */
function endpointsOf(
  index: SnapshotIndex,
  service: SeenOf<'Service'>,
): { ready: number | undefined; notReady: number | undefined } {
  const slices = slicesOf(index, service);
  if (slices.length === 0) {
    const listed = index.coverageOf('EndpointSlice', service.object.metadata.namespace) !== undefined;
    return listed ? { ready: 0, notReady: 0 } : { ready: undefined, notReady: undefined };
  }
  const ready = new Set(slices.flatMap((slice) => slice.object.ready));
  const notReady = new Set(slices.flatMap((slice) => slice.object.notReady.filter((address) => !ready.has(address))));
  return { ready: ready.size, notReady: notReady.size };
}
