import { z } from 'zod';
import type { EndpointSlice, LabelSelector, NetworkPolicy, PolicyRule, Service } from '../../core/objects.ts';
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

const LABEL_SELECTOR = z.object({
  matchLabels: textMap,
  matchExpressions: list(z.object({ key: z.string(), operator: z.string(), values: textList })),
});

const PEER = z.object({
  podSelector: LABEL_SELECTOR.nullish(),
  namespaceSelector: LABEL_SELECTOR.nullish(),
  ipBlock: z.object({ cidr: z.string(), except: textList }).nullish(),
});

const POLICY_PORT = z.object({ protocol: text, port: z.union([z.string(), z.number()]).nullish(), endPort: whole });

export const NETWORK_POLICY = z.object({
  metadata: METADATA,
  spec: z
    .object({
      podSelector: LABEL_SELECTOR.nullish(),
      policyTypes: textList,
      ingress: list(z.object({ from: list(PEER), ports: list(POLICY_PORT) })),
      egress: list(z.object({ to: list(PEER), ports: list(POLICY_PORT) })),
    })
    .nullish(),
});

/** Without `policyTypes` a policy is for ingress, and for egress if it has such rules (networking/v1 defaults.go). */
export function networkPolicyOf(raw: z.infer<typeof NETWORK_POLICY>): NetworkPolicy {
  const spec = raw.spec ?? {};
  const ingress = spec.ingress ?? [];
  const egress = spec.egress ?? [];
  const usual = egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  return {
    kind: 'NetworkPolicy',
    metadata: metadataOf(raw.metadata),
    podSelector: spec.podSelector?.matchLabels ?? {},
    policyTypes: spec.policyTypes && spec.policyTypes.length > 0 ? spec.policyTypes : usual,
    ingressRules: ingress.length,
    egressRules: egress.length,
    selects: selectorOf(spec.podSelector),
    ingress: ingress.map(({ from, ports }) => ruleOf(from, ports)),
    egress: egress.map(({ to, ports }) => ruleOf(to, ports)),
  };
}

function selectorOf(raw: z.infer<typeof LABEL_SELECTOR> | null | undefined): LabelSelector {
  return {
    matchLabels: raw?.matchLabels ?? {},
    matchExpressions: (raw?.matchExpressions ?? []).map(({ key, operator, values }) => ({
      key,
      operator,
      values: values ?? [],
    })),
  };
}

function ruleOf(
  peers: readonly z.infer<typeof PEER>[] | null | undefined,
  ports: readonly z.infer<typeof POLICY_PORT>[] | null | undefined,
): PolicyRule {
  return {
    peers: (peers ?? []).map(({ podSelector, namespaceSelector, ipBlock }) => ({
      ...(podSelector ? { podSelector: selectorOf(podSelector) } : {}),
      ...(namespaceSelector ? { namespaceSelector: selectorOf(namespaceSelector) } : {}),
      ...(ipBlock ? { ipBlock: { cidr: ipBlock.cidr, except: ipBlock.except ?? [] } } : {}),
    })),
    ports: (ports ?? []).map(({ protocol, port, endPort }) => defined({ protocol, port: port?.toString(), endPort })),
  };
}
