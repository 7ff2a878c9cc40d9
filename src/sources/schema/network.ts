import type { EndpointSlice, LabelSelector, NetworkPolicy, PolicyRule, Service } from '../../core/objects.ts';
import { defined } from './defined.ts';
import { METADATA, metadataOf } from './metadata.ts';
import {
  flag,
  type Infer,
  list,
  number,
  object,
  oneOf,
  optional,
  string,
  text,
  textList,
  textMap,
  whole,
} from './shape.ts';

const PORT = object({
  name: text,
  port: number,
  targetPort: optional(oneOf(string, number)),
  nodePort: whole,
  protocol: text,
});

export const SERVICE = object({
  metadata: METADATA,
  spec: optional(
    object({
      type: text,
      clusterIP: text,
      clusterIPs: textList,
      externalIPs: textList,
      externalName: text,
      selector: textMap,
      ports: list(PORT),
      externalTrafficPolicy: text,
      internalTrafficPolicy: text,
    }),
  ),
  status: optional(object({ loadBalancer: optional(object({ ingress: list(object({ ip: text, hostname: text })) })) })),
});

export function serviceOf(raw: Infer<typeof SERVICE>): Service {
  const spec = raw.spec ?? {};
  const ingress = raw.status?.loadBalancer?.ingress ?? [];
  return {
    kind: 'Service',
    metadata: metadataOf(raw.metadata),
    ...defined({
      type: spec.type,
      externalTraffic: spec.externalTrafficPolicy,
      internalTraffic: spec.internalTrafficPolicy,
    }),
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

export const ENDPOINT_SLICE = object({
  metadata: METADATA,
  endpoints: list(object({ addresses: textList, conditions: optional(object({ ready: flag })) })),
  ports: list(object({ port: whole })),
});

/** `ready: null` means ready (discovery/v1 EndpointConditions). */
export function endpointSliceOf(raw: Infer<typeof ENDPOINT_SLICE>): EndpointSlice {
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

const ADDRESSES = list(object({ ip: string }));

export const ENDPOINTS = object({
  metadata: METADATA,
  subsets: list(object({ addresses: ADDRESSES, notReadyAddresses: ADDRESSES, ports: list(object({ port: whole })) })),
});

/** The older form: one object per Service, named like it. */
export function endpointsOf(raw: Infer<typeof ENDPOINTS>): EndpointSlice {
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

const LABEL_SELECTOR = object({
  matchLabels: textMap,
  matchExpressions: list(object({ key: string, operator: string, values: textList })),
});

const PEER = object({
  podSelector: optional(LABEL_SELECTOR),
  namespaceSelector: optional(LABEL_SELECTOR),
  ipBlock: optional(object({ cidr: string, except: textList })),
});

const POLICY_PORT = object({ protocol: text, port: optional(oneOf(string, number)), endPort: whole });

export const NETWORK_POLICY = object({
  metadata: METADATA,
  spec: optional(
    object({
      podSelector: optional(LABEL_SELECTOR),
      policyTypes: textList,
      ingress: list(object({ from: list(PEER), ports: list(POLICY_PORT) })),
      egress: list(object({ to: list(PEER), ports: list(POLICY_PORT) })),
    }),
  ),
});

/** Without `policyTypes` a policy is for ingress, and for egress if it has such rules (networking/v1 defaults.go). */
export function networkPolicyOf(raw: Infer<typeof NETWORK_POLICY>): NetworkPolicy {
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

function selectorOf(raw: Infer<typeof LABEL_SELECTOR> | null | undefined): LabelSelector {
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
  peers: readonly Infer<typeof PEER>[] | null | undefined,
  ports: readonly Infer<typeof POLICY_PORT>[] | null | undefined,
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
