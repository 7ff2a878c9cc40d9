import type { LabelSelector, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from '../core/objects.ts';
import { isInCidr } from '../image/cidr.ts';

/** Whether traffic is let through; `unknown` when labels or addresses that decide were not seen. */
export type Passage = 'allowed' | 'blocked' | 'unknown';

/** One end of a connection: a pod, or an address outside of the pods, a node's for instance. */
export interface Party {
  readonly pod?: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    /** What its containers declare, for ports by name. */
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
  };
  /** Labels of the pod's namespace; left out when the Namespace was not seen. */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly ip?: string;
}

export interface Connection {
  readonly from: Party;
  readonly to: Party;
  /** As the pod gets it, after a Service has translated it. */
  readonly port: number;
  /** TCP when left out. */
  readonly protocol?: string;
}

export interface Evaluation {
  readonly passage: Passage;
  /** The policies that isolate an end and do not surely let the connection through. */
  readonly by: readonly NetworkPolicy[];
}

type Direction = 'Ingress' | 'Egress';
type Ternary = boolean | undefined;

/**
 * What the NetworkPolicies of a cluster make of a connection (networking.k8s.io/v1): a pod that no policy selects is
 * open; one that is selected takes what any rule of any of its policies allows. Both ends must let it through.
 * Traffic between a pod and its own node is always allowed, which the caller must know.
 */
export function evaluatePolicies(policies: readonly NetworkPolicy[], connection: Connection): Evaluation {
  const ends = [evaluateEnd(policies, connection, 'Ingress'), evaluateEnd(policies, connection, 'Egress')];
  const passages = ends.map(({ passage }) => passage);
  return {
    passage: passages.includes('blocked') ? 'blocked' : passages.includes('unknown') ? 'unknown' : 'allowed',
    by: ends.flatMap(({ by }) => by),
  };
}

function evaluateEnd(policies: readonly NetworkPolicy[], connection: Connection, direction: Direction): Evaluation {
  const { pod } = direction === 'Ingress' ? connection.to : connection.from;
  if (pod === undefined) return { passage: 'allowed', by: [] };
  const isolating = policies.filter(
    (policy) =>
      policy.metadata.namespace === pod.namespace &&
      typesOf(policy).includes(direction) &&
      isSelected(selectorOf(policy), pod.labels),
  );
  const verdicts = isolating.map((policy) => {
    const rules = rulesOf(policy, direction);
    return rules === undefined
      ? undefined
      : anyOf(rules.map((rule) => ruleAllows(rule, policy, connection, direction)));
  });
  if (isolating.length === 0 || verdicts.includes(true)) return { passage: 'allowed', by: [] };
  return { passage: verdicts.includes(undefined) ? 'unknown' : 'blocked', by: isolating };
}

/** A policy of another source than the API server may lack the defaults. */
function typesOf({ policyTypes, egressRules }: NetworkPolicy): readonly string[] {
  if (policyTypes.length > 0) return policyTypes;
  return egressRules > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** Undefined when only their number was seen. */
function rulesOf(policy: NetworkPolicy, direction: Direction): readonly PolicyRule[] | undefined {
  const inward = direction === 'Ingress';
  const rules = inward ? policy.ingress : policy.egress;
  return rules ?? ((inward ? policy.ingressRules : policy.egressRules) === 0 ? [] : undefined);
}

function selectorOf({ selects, podSelector }: NetworkPolicy): LabelSelector {
  return selects ?? { matchLabels: podSelector, matchExpressions: [] };
}

function ruleAllows(
  { peers, ports }: PolicyRule,
  policy: NetworkPolicy,
  connection: Connection,
  direction: Direction,
): Ternary {
  const other = direction === 'Ingress' ? connection.from : connection.to;
  const peer = peers.length === 0 ? true : anyOf(peers.map((p) => isPeer(p, policy, other)));
  const port = ports.length === 0 ? true : anyOf(ports.map((p) => isPort(p, connection)));
  return both(peer, port);
}

/** Selectors never match what is no pod; a pod's own address may be translated on its way, so blocks are for the rest. */
function isPeer({ ipBlock, podSelector, namespaceSelector }: PolicyPeer, policy: NetworkPolicy, other: Party): Ternary {
  if (ipBlock !== undefined) {
    if (other.ip === undefined) return undefined;
    const inside = isInCidr(other.ip, ipBlock.cidr);
    const excluded = anyOf(ipBlock.except.map((cidr) => isInCidr(other.ip ?? '', cidr)));
    return both(inside, not(excluded));
  }
  const { pod } = other;
  if (pod === undefined) return false;
  const namespace =
    namespaceSelector === undefined
      ? pod.namespace === policy.metadata.namespace
      : isNamespaceSelected(namespaceSelector, pod.namespace, other.namespaceLabels);
  return both(namespace, podSelector === undefined || isSelected(podSelector, pod.labels));
}

/** The API server gives every Namespace its name as a label; other labels must have been seen. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

function isNamespaceSelected(
  selector: LabelSelector,
  name: string,
  labels: Readonly<Record<string, string>> | undefined,
): Ternary {
  const known = { [NAME_LABEL]: name, ...labels };
  if (labels !== undefined) return isSelected(selector, known);
  const { matchLabels, matchExpressions } = selector;
  const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
  const onlyName = (key: string) => key === NAME_LABEL;
  const ofName: LabelSelector = {
    matchLabels: Object.fromEntries(Object.entries(matchLabels).filter(([key]) => onlyName(key))),
    matchExpressions: matchExpressions.filter(({ key }) => onlyName(key)),
  };
  if (!isSelected(ofName, known)) return false;
  return keys.every(onlyName) ? true : undefined;
}

/** meta/v1 LabelSelector: all parts must hold; a label that is not there is not in any list. */
export function isSelected(
  { matchLabels, matchExpressions }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const hasAll = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return (
    hasAll &&
    matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}

/** A named port is looked up in the pod that is connected to. */
function isPort({ port, endPort, protocol = 'TCP' }: PolicyPort, connection: Connection): Ternary {
  if (protocol !== (connection.protocol ?? 'TCP')) return false;
  if (port === undefined) return true;
  if (/^\d+$/.test(port)) return connection.port >= Number(port) && connection.port <= (endPort ?? Number(port));
  const { pod } = connection.to;
  // Outside of pods a name means nothing.
  if (pod === undefined) return false;
  if (pod.ports === undefined) return undefined;
  return pod.ports.some((p) => p.name === port && p.port === connection.port && (p.protocol ?? 'TCP') === protocol);
}

function anyOf(values: readonly Ternary[]): Ternary {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}

function both(a: Ternary, b: Ternary): Ternary {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

function not(value: Ternary): Ternary {
  return value === undefined ? undefined : !value;
}
