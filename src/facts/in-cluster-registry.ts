import type { EvidenceId } from '../core/evidence.ts';
import { absent, type Fact, present, unknown } from '../core/fact.ts';
import { isClusterLocalName, isPrivateNetworkHost, registryKind } from '../image/registry-kind.ts';
import type { CaseContext } from './case-context.ts';
import type { Facts, InClusterRegistry } from './facts.ts';
import { groupBy } from './group-by.ts';
import { backendOf } from './registry-backend.ts';
import { policiesAgainst } from './registry-policies.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

interface Address {
  readonly host: string;
  readonly port: number | undefined;
}

interface Match {
  readonly service: SeenOf<'Service'>;
  readonly by: InClusterRegistry['by'];
  readonly portMatches: boolean;
}

/** The Service that the image's host, or the address that was dialled, points at. */
export function inClusterRegistryOf(context: CaseContext, facts: Facts): Fact<InClusterRegistry> {
  const { index } = context;
  const { reference } = facts;
  if (reference.state !== 'present' || !reference.value.ok) return unknown('a registry host');
  const { domain } = reference.value.reference;
  const image = addressOf(domain);
  const dialled = dialledAddress(facts);
  const match = serviceFor(index, image) ?? (dialled === undefined ? undefined : serviceFor(index, dialled));
  if (match !== undefined) return present(describe(context, match, image.port), becauseFor(context, match, image.port));
  const kind = registryKind(domain);
  if (kind !== 'other' && kind !== 'harbor' && kind !== 'gitlab' && kind !== 'artifactory') return absent([]);
  const mayBeInside = isClusterLocalName(image.host) || isPrivateNetworkHost(image.host) || isLoopback(image.host);
  const services = index.coverageOf('Service');
  if (mayBeInside && services !== undefined) return absent([services.because]);
  return unknown(
    `a Service behind ${domain}`,
    'not-collected',
    mayBeInside ? 'kubectl get services,endpointslices -A' : undefined,
  );
}

/** `host:port`, `[v6]:port` or a bare host. */
function addressOf(text: string): Address {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  return { host: (bracketed ?? plain ?? text).toLowerCase(), port: port === undefined ? undefined : Number(port) };
}

function dialledAddress({ pullError }: Facts): Address | undefined {
  if (pullError.state !== 'present') return undefined;
  const { leaf } = pullError.value.decisive.error;
  return leaf.kind === 'dial' && leaf.address !== undefined ? addressOf(leaf.address) : undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** kube-proxy answers on cluster, external and load-balancer addresses, and on node ports of every node. */
function serviceFor(index: SnapshotIndex, address: Address): Match | undefined {
  const candidates = index.all('Service').flatMap((service) => matchOf(index, service, address) ?? []);
  return candidates.find((match) => match.portMatches) ?? candidates[0];
}

function matchOf(index: SnapshotIndex, service: SeenOf<'Service'>, { host, port }: Address): Match | undefined {
  const { clusterIPs, externalIPs, loadBalancer, ports, metadata } = service.object;
  const portMatches = ports.some((p) => (port === undefined ? p.port === 443 || p.port === 80 : p.port === port));
  if (clusterIPs.includes(host)) return { service, by: 'cluster-ip', portMatches };
  if (externalIPs.includes(host)) return { service, by: 'external-ip', portMatches };
  if (loadBalancer.some((ingress) => ingress.toLowerCase() === host))
    return { service, by: 'load-balancer', portMatches };
  if (isNameOf(host, metadata.name, metadata.namespace ?? '')) return { service, by: 'service-name', portMatches };
  const nodePort = port !== undefined && ports.some((p) => p.nodePort === port);
  return nodePort && (isLoopback(host) || isNodeAddress(index, host))
    ? { service, by: 'node-port', portMatches: true }
    : undefined;
}

/** `registry.infra`, `registry.infra.svc`, `registry.infra.svc.cluster.local`; a bare name is a Docker Hub path, never a host. */
function isNameOf(host: string, name: string, namespace: string): boolean {
  const short = `${name}.${namespace}`;
  return host === short || host === `${short}.svc` || host.startsWith(`${short}.svc.`);
}

function isNodeAddress(index: SnapshotIndex, host: string): boolean {
  const addresses = index.once(
    'node addresses',
    () => new Set(index.all('Node').flatMap(({ object }) => object.addresses.map((a) => a.address.toLowerCase()))),
  );
  return addresses.has(host);
}

function describe(context: CaseContext, match: Match, port: number | undefined): InClusterRegistry {
  const { index } = context;
  const { service, by, portMatches } = match;
  const policies = policiesAgainst(context, service, port);
  const { namespace = '', name } = service.object.metadata;
  const { ready, notReady } = endpointsOf(index, service);
  return {
    namespace,
    service: name,
    by,
    portMatches,
    readyEndpoints: ready,
    notReadyEndpoints: notReady,
    ...backendOf(index, service.object),
    networkPolicies: policies.seen.map((policy) => policy.object.metadata.name),
    ...(policies.passage === 'allowed' ? {} : { fromNode: policies.passage }),
    because: becauseFor(context, match, port),
  };
}

function becauseFor(context: CaseContext, { service }: Match, port: number | undefined): readonly EvidenceId[] {
  const { index } = context;
  return [
    service.id,
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
