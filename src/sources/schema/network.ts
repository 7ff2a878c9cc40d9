import { z } from 'zod';
import type { EndpointSlice, NetworkPolicy, Service } from '../../core/objects.ts';
import { defined, flag, list, text, textList, textMap, whole } from './lenient.ts';
import { METADATA, metadataOf } from './metadata.ts';

const PORT = z.object({
  name: text,
  port: z.number(),
  targetPort: z.union([z.string(), z.number()]).nullish(),
  nodePort: whole,
  protocol: text,
});

export const SERVICE = z.object({
  metadata: METADATA,
  spec: z
    .object({
      type: text,
      clusterIP: text,
      clusterIPs: textList,
      externalIPs: textList,
      externalName: text,
      selector: textMap,
      ports: list(PORT),
    })
    .nullish(),
  status: z
    .object({ loadBalancer: z.object({ ingress: list(z.object({ ip: text, hostname: text })) }).nullish() })
    .nullish(),
});

export function serviceOf(raw: z.infer<typeof SERVICE>): Service {
  const spec = raw.spec ?? {};
  const ingress = raw.status?.loadBalancer?.ingress ?? [];
  return {
    kind: 'Service',
    metadata: metadataOf(raw.metadata),
    ...defined({ type: spec.type }),
    clusterIPs: spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []),
    externalIPs: spec.externalIPs ?? [],
    loadBalancer: ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? []),
    selector: spec.selector ?? {},
    ports: (spec.ports ?? []).map(({ name, port, targetPort, nodePort, protocol }) => ({
      port,
      ...defined({ name, targetPort: targetPort?.toString(), nodePort, protocol }),
    })),
  };
}

export const ENDPOINT_SLICE = z.object({
  metadata: METADATA,
  endpoints: list(z.object({ addresses: textList, conditions: z.object({ ready: flag }).nullish() })),
  ports: list(z.object({ port: whole })),
});

/** `ready: null` means ready (discovery/v1 EndpointConditions). */
export function endpointSliceOf(raw: z.infer<typeof ENDPOINT_SLICE>): EndpointSlice {
  const addresses = (ready: boolean) =>
    (raw.endpoints ?? []).filter((e) => (e.conditions?.ready ?? true) === ready).flatMap((e) => e.addresses ?? []);
  return {
    kind: 'EndpointSlice',
    metadata: metadataOf(raw.metadata),
    service: raw.metadata.labels?.['kubernetes.io/service-name'] ?? '',
    ready: addresses(true),
    notReady: addresses(false),
    ports: (raw.ports ?? []).flatMap(({ port }) => port ?? []),
  };
}

const ADDRESSES = list(z.object({ ip: z.string() }));

export const ENDPOINTS = z.object({
  metadata: METADATA,
  subsets: list(
    z.object({ addresses: ADDRESSES, notReadyAddresses: ADDRESSES, ports: list(z.object({ port: whole })) }),
  ),
});

/** The older form: one object per Service, named like it. */
export function endpointsOf(raw: z.infer<typeof ENDPOINTS>): EndpointSlice {
  const subsets = raw.subsets ?? [];
  return {
    kind: 'EndpointSlice',
    metadata: metadataOf(raw.metadata),
    service: raw.metadata.name ?? '',
    ready: subsets.flatMap((s) => (s.addresses ?? []).map(({ ip }) => ip)),
    notReady: subsets.flatMap((s) => (s.notReadyAddresses ?? []).map(({ ip }) => ip)),
    ports: subsets.flatMap((s) => (s.ports ?? []).flatMap(({ port }) => port ?? [])),
  };
}

export const NETWORK_POLICY = z.object({
  metadata: METADATA,
  spec: z
    .object({
      podSelector: z.object({ matchLabels: textMap }).nullish(),
      policyTypes: textList,
      ingress: list(z.unknown()),
      egress: list(z.unknown()),
    })
    .nullish(),
});

export function networkPolicyOf(raw: z.infer<typeof NETWORK_POLICY>): NetworkPolicy {
  const spec = raw.spec ?? {};
  return {
    kind: 'NetworkPolicy',
    metadata: metadataOf(raw.metadata),
    podSelector: spec.podSelector?.matchLabels ?? {},
    policyTypes: spec.policyTypes ?? [],
    ingressRules: spec.ingress?.length ?? 0,
    egressRules: spec.egress?.length ?? 0,
  };
}
