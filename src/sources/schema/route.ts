import type { HostRoute } from '../../core/objects.ts';
import { defined } from './defined.ts';
import { METADATA } from './metadata.ts';
import { type Infer, list, number, object, oneOf, optional, readLenient, string, text, textList } from './shape.ts';

const PORT = optional(oneOf(string, number));
const INGRESS_BACKEND = optional(
  object({
    service: optional(object({ name: text, port: optional(object({ name: text, number: PORT })) })),
    /** Before networking.k8s.io/v1. */
    serviceName: text,
    servicePort: PORT,
  }),
);

const INGRESS = object({
  spec: optional(
    object({
      defaultBackend: INGRESS_BACKEND,
      tls: list(object({ hosts: textList })),
      rules: list(
        object({
          host: text,
          http: optional(object({ paths: list(object({ backend: INGRESS_BACKEND })) })),
        }),
      ),
    }),
  ),
});

const REFERENCE = object({ kind: text, name: text, namespace: text, port: PORT });

/** HTTPRoute, TLSRoute and their kin (gateway.networking.k8s.io v1). */
const GATEWAY_ROUTE = object({
  metadata: METADATA,
  spec: optional(
    object({
      hostnames: textList,
      parentRefs: list(REFERENCE),
      rules: list(object({ backendRefs: list(REFERENCE) })),
    }),
  ),
});

const GATEWAY = object({ spec: optional(object({ listeners: list(object({ hostname: text })) })) });

const OPENSHIFT_ROUTE = object({
  spec: optional(object({ host: text, to: optional(REFERENCE), port: optional(object({ targetPort: PORT })) })),
});

/** Traefik writes hosts into a rule: ``Host(`registry.acme.example`)``, `HostSNI` for TCP. */
const TRAEFIK_ROUTE = object({
  spec: optional(object({ routes: list(object({ match: text, services: list(REFERENCE) })) })),
});

type Reader = (raw: unknown) => HostRoute | undefined;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['networking.k8s.io/Ingress', ingressRoute],
  ['extensions/Ingress', ingressRoute],
  ['gateway.networking.k8s.io/HTTPRoute', gatewayRoute],
  ['gateway.networking.k8s.io/TLSRoute', gatewayRoute],
  ['gateway.networking.k8s.io/TCPRoute', gatewayRoute],
  ['gateway.networking.k8s.io/Gateway', gatewayHosts],
  ['route.openshift.io/Route', openshiftRoute],
  ['traefik.io/IngressRoute', traefikRoute],
  ['traefik.io/IngressRouteTCP', traefikRoute],
  ['traefik.containo.us/IngressRoute', traefikRoute],
]);

/** The hosts and Services that an object ties together; undefined for any other kind. Never throws. */
export function hostRouteOf(group: string | undefined, kind: string, raw: unknown): HostRoute | undefined {
  return READERS.get(`${group}/${kind}`)?.(raw);
}

function ingressRoute(raw: unknown): HostRoute | undefined {
  const spec = readLenient(INGRESS, raw)?.value.spec;
  if (spec == null) return undefined;
  const rules = spec.rules ?? [];
  const paths = rules.flatMap(({ http }) => http?.paths ?? []).map(({ backend }) => backend);
  return {
    hosts: named([...rules.map(({ host }) => host), ...(spec.tls ?? []).flatMap(({ hosts }) => hosts ?? [])]),
    backends: [...paths, spec.defaultBackend].flatMap((backend) => {
      const service = backend?.service?.name ?? backend?.serviceName;
      const port = backend?.service?.port?.number ?? backend?.service?.port?.name ?? backend?.servicePort;
      return service ? [{ service, ...defined({ port: port?.toString() }) }] : [];
    }),
  };
}

function gatewayRoute(raw: unknown): HostRoute | undefined {
  const route = readLenient(GATEWAY_ROUTE, raw)?.value;
  if (route?.spec == null) return undefined;
  const own = route.metadata.namespace ?? '';
  return {
    hosts: named(route.spec.hostnames ?? []),
    backends: (route.spec.rules ?? []).flatMap(({ backendRefs }) => (backendRefs ?? []).flatMap(backendOf)),
    parents: (route.spec.parentRefs ?? []).flatMap(({ kind, name, namespace }) =>
      name && (kind ?? 'Gateway') === 'Gateway' ? [`${namespace ?? own}/${name}`] : [],
    ),
  };
}

/** A Gateway leads nowhere by itself; its hosts are those of routes that name none. */
function gatewayHosts(raw: unknown): HostRoute | undefined {
  const spec = readLenient(GATEWAY, raw)?.value.spec;
  return spec == null ? undefined : { hosts: named((spec.listeners ?? []).map((l) => l.hostname)), backends: [] };
}

function openshiftRoute(raw: unknown): HostRoute | undefined {
  const spec = readLenient(OPENSHIFT_ROUTE, raw)?.value.spec;
  if (spec == null) return undefined;
  return { hosts: named([spec.host]), backends: spec.to == null ? [] : backendOf(spec.to) };
}

function traefikRoute(raw: unknown): HostRoute | undefined {
  const routes = readLenient(TRAEFIK_ROUTE, raw)?.value.spec?.routes;
  if (routes == null) return undefined;
  const hosts = routes.flatMap(({ match }) =>
    [...(match ?? '').slice(0, 2000).matchAll(/Host(?:SNI)?\(([^)]{0,1000})\)/g)].flatMap(([, list = '']) =>
      list.split(',').map((host) => host.replaceAll(/[`"'\s]/g, '')),
    ),
  );
  return { hosts: named(hosts), backends: routes.flatMap(({ services }) => (services ?? []).flatMap(backendOf)) };
}

function backendOf({ kind, name, namespace, port }: Infer<typeof REFERENCE>): HostRoute['backends'] {
  const isService = name && (kind ?? 'Service') === 'Service';
  return isService ? [{ service: name, ...defined({ namespace, port: port?.toString() }) }] : [];
}

function named(hosts: readonly (string | null | undefined)[]): string[] {
  return [...new Set(hosts.flatMap((host) => (host ? [host.toLowerCase()] : [])))];
}
