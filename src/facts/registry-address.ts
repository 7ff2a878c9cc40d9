import type { HostRoute, OtherObject } from '../core/objects.ts';
import type { SeenObject } from '../core/snapshot.ts';
import type { InClusterRegistry } from './in-cluster-registry.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** A host as it is dialled. */
export interface Address {
  readonly host: string;
  readonly port: number | undefined;
}

/** A Service that an address leads to. */
export interface ServiceMatch {
  readonly service: SeenOf<'Service'>;
  readonly by: InClusterRegistry['by'];
  /** The Service has the port; unsaid ports are those of HTTP and HTTPS. */
  readonly portMatches: boolean;
  /** The port of the Service that is reached, as far as it is known. */
  readonly port?: number;
  /** The Ingress or route whose host it is. */
  readonly route?: SeenObject<OtherObject>;
}

/** `host:port`, `[v6]:port` or a bare host. */
export function addressOf(text: string): Address {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  return { host: (bracketed ?? plain ?? text).toLowerCase(), port: port === undefined ? undefined : Number(port) };
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/**
 * The Service behind an address. kube-proxy answers on cluster, external and load-balancer addresses, and on node ports
 * of every node; controllers of Ingresses and Gateways answer for the hosts of these.
 */
export function serviceFor(index: SnapshotIndex, address: Address): ServiceMatch | undefined {
  const direct = index.all('Service').flatMap((service) => directMatch(index, service, address) ?? []);
  return best(direct) ?? best(routeMatches(index, address));
}

function best(matches: readonly ServiceMatch[]): ServiceMatch | undefined {
  return matches.find((match) => match.portMatches) ?? matches[0];
}

function directMatch(
  index: SnapshotIndex,
  service: SeenOf<'Service'>,
  { host, port }: Address,
): ServiceMatch | undefined {
  const { clusterIPs, externalIPs, loadBalancer, ports, metadata } = service.object;
  const served = ports.find((p) => (port === undefined ? p.port === 443 || p.port === 80 : p.port === port));
  const onPort = { service, portMatches: served !== undefined, ...(served === undefined ? {} : { port: served.port }) };
  if (clusterIPs.includes(host)) return { ...onPort, by: 'cluster-ip' };
  if (externalIPs.includes(host)) return { ...onPort, by: 'external-ip' };
  if (loadBalancer.some((ingress) => ingress.toLowerCase() === host)) return { ...onPort, by: 'load-balancer' };
  if (isNameOf(host, metadata.name, metadata.namespace ?? '')) return { ...onPort, by: 'service-name' };
  const onNodes = port === undefined ? undefined : ports.find((p) => p.nodePort === port);
  return onNodes !== undefined && (isLoopbackHost(host) || isNodeAddress(index, host))
    ? { service, by: 'node-port', portMatches: true, port: onNodes.port }
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

type SeenRoute = SeenObject<OtherObject & { readonly route: HostRoute }>;

function routesOf(index: SnapshotIndex): readonly SeenRoute[] {
  return index.once('host routes', () =>
    index.snapshot.objects.filter(
      (seen): seen is SeenRoute => seen.object.kind === 'Other' && seen.object.route !== undefined,
    ),
  );
}

function routeMatches(index: SnapshotIndex, { host }: Address): readonly ServiceMatch[] {
  return routesOf(index)
    .filter((seen) => hostsOf(index, seen).some((wanted) => isHostOf(wanted, host)))
    .flatMap((route) =>
      route.object.route.backends.flatMap(({ namespace = route.object.metadata.namespace, service: name, port }) => {
        const service = index.find('Service', namespace, name);
        if (service === undefined) return [];
        const served = service.object.ports.find(
          (p) => port === undefined || String(p.port) === port || p.name === port,
        );
        const onPort = served === undefined ? {} : { port: served.port };
        return [{ service, by: 'route' as const, portMatches: served !== undefined, ...onPort, route }];
      }),
    );
}

/** A route without hosts of its own has those of its Gateway's listeners (gateway.networking.k8s.io v1). */
function hostsOf(index: SnapshotIndex, { object }: SeenRoute): readonly string[] {
  const { hosts, parents = [] } = object.route;
  if (hosts.length > 0) return hosts;
  return routesOf(index)
    .filter(
      ({ object: o }) => o.originalKind === 'Gateway' && parents.includes(`${o.metadata.namespace}/${o.metadata.name}`),
    )
    .flatMap(({ object: o }) => o.route.hosts);
}

/** One star stands for one label in an Ingress and for any number in a Gateway; the more generous reading serves here. */
function isHostOf(wanted: string, host: string): boolean {
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) && host.length > wanted.length - 1 : wanted === host;
}

/** `Ingress shop/registry` */
export function routeWords({ object }: SeenObject<OtherObject>): string {
  const { namespace, name } = object.metadata;
  return `${object.originalKind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
