import type { Want } from '../../core/want.ts';
import type { Facts } from '../../facts/facts.ts';
import type { InClusterRegistry } from '../../facts/in-cluster-registry.ts';
import { podsBehind } from '../../facts/registry-policies.ts';
import type { SnapshotIndex } from '../../facts/snapshot-index.ts';
import { isClusterLocalName, isPrivateNetworkHost, registryKind } from '../../image/registry-kind.ts';

/**
 * What could tell of a registry that runs in the cluster: first its Service, or the Ingress or route that leads to one,
 * then what answers (or does not) behind it. `wide`: names of one's own are looked for among the routes as well.
 */
export function registryWants(facts: Facts, index: SnapshotIndex, wide: boolean): readonly Want[] {
  const { inClusterRegistry: registry } = facts;
  if (registry.state === 'absent') return [];
  if (registry.state === 'unknown') {
    if (mayBeInside(facts)) return [{ kind: 'Service' }];
    return wide ? routeWants(facts, index) : [];
  }
  const seen = registry.value;
  const { namespace } = seen;
  const labels = index.find('Service', namespace, seen.service)?.object.selector ?? {};
  return [
    { kind: 'EndpointSlice', namespace },
    ...(Object.keys(labels).length === 0 ? [] : [{ kind: 'Pod', namespace, labels } as const]),
    { kind: 'Deployment', namespace },
    { kind: 'NetworkPolicy', namespace },
    { kind: 'StatefulSet', namespace },
    ...(seen.storage?.kind === 'claim' ? [{ kind: 'PersistentVolumeClaim', namespace } as const] : []),
    ...logWants(facts, index, seen),
  ];
}

/** The registry's own log, where it fails by itself: a full volume is told nowhere else. */
function logWants({ pullError }: Facts, index: SnapshotIndex, seen: InClusterRegistry): readonly Want[] {
  const leaf = pullError.state === 'present' ? pullError.value.decisive.error.leaf : undefined;
  const fails = seen.readyEndpoints === 0 || (leaf?.kind === 'http' && leaf.status >= 500);
  const service = index.find('Service', seen.namespace, seen.service);
  const [pod] = service === undefined ? [] : podsBehind(index, service.object);
  const container = seen.backendContainer?.name;
  const ran = pod?.status.containers.some(({ name, state }) => name === container && state.waiting === undefined);
  if (!fails || pod === undefined || container === undefined || ran !== true) return [];
  return [{ kind: 'PodLog', namespace: seen.namespace, pod: pod.metadata.name, container }];
}

/** By the image's host, or by the address that was dialled for it. */
function mayBeInside(facts: Facts): boolean {
  return hostsOf(facts).some(
    (host) => isClusterLocalName(host) || isPrivateNetworkHost(host) || /^(?:localhost|127\.)/.test(host),
  );
}

/** A name of one's own may be that of an Ingress; the Services behind it are wanted with it. */
function routeWants(facts: Facts, index: SnapshotIndex): readonly Want[] {
  const leaf = facts.pullError.state === 'present' ? facts.pullError.value.decisive.error.leaf.kind : undefined;
  const own = hostsOf(facts).some((host) => registryKind(host) === 'other' || registryKind(host) === 'harbor');
  if (!own || leaf === undefined || !ROUTED.has(leaf)) return [];
  const hasRoute = index.snapshot.objects.some(({ object }) => object.kind === 'Other' && object.route !== undefined);
  const routes = ROUTES.map((kind) => ({ kind, guess: true }) as const);
  return [...routes, ...(hasRoute ? [{ kind: 'Service' } as const] : [])];
}

/** What leads hosts to Services. */
const ROUTES = ['Ingress', 'HTTPRoute', 'TLSRoute', 'Gateway', 'Route', 'IngressRoute'] as const;

/** Failures that what stands behind an Ingress may explain. */
const ROUTED: ReadonlySet<string> = new Set(['http', 'not-found', 'connection', 'timeout', 'tls', 'dial', 'content']);

function hostsOf({ reference, pullError }: Facts): readonly string[] {
  const parsed = reference.state === 'present' ? reference.value : undefined;
  const leaf = pullError.state === 'present' ? pullError.value.decisive.error.leaf : undefined;
  return [
    ...(parsed?.ok === true ? [parsed.reference.domain] : []),
    ...(leaf?.kind === 'dial' && leaf.address !== undefined ? [leaf.address] : []),
  ].map((host) => host.replace(/:\d{1,5}$/, '').replace(/^\[|\]$/g, ''));
}
