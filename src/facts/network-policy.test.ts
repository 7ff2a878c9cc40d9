import { describe, expect, it } from 'vitest';
import type { LabelSelector, NetworkPolicy, PolicyPeer, PolicyPort } from '../core/objects.ts';
import { type Connection, evaluatePolicies, isSelected, type Party } from './network-policy.ts';

const ALL: LabelSelector = { matchLabels: {}, matchExpressions: [] };
const labels = (matchLabels: Record<string, string>): LabelSelector => ({ matchLabels, matchExpressions: [] });

function policy(more: Partial<NetworkPolicy> & { readonly namespace?: string } = {}): NetworkPolicy {
  const { namespace = 'infra', ...rest } = more;
  return {
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace, labels: {}, annotations: {}, ownerReferences: [] },
    podSelector: {},
    policyTypes: ['Ingress'],
    ingressRules: 0,
    egressRules: 0,
    selects: ALL,
    ingress: [],
    egress: [],
    ...rest,
  };
}

const from = (peers: readonly PolicyPeer[], ports: readonly PolicyPort[] = []) =>
  policy({ ingress: [{ peers, ports }] });

const REGISTRY: Party = {
  pod: { namespace: 'infra', labels: { app: 'registry' }, ports: [{ name: 'http', port: 5000 }] },
  ip: '10.244.1.9',
};
const NODE: Party = { ip: '10.0.0.5' };
const CLIENT: Party = { pod: { namespace: 'ci', labels: { app: 'kaniko' } }, ip: '10.244.2.7' };

function passage(policies: readonly NetworkPolicy[], more: Partial<Connection> = {}) {
  return evaluatePolicies(policies, { from: CLIENT, to: REGISTRY, port: 5000, ...more }).passage;
}

describe('a pod', () => {
  it('is open when no policy selects it', () => {
    expect(passage([])).toBe('allowed');
    expect(passage([policy({ selects: labels({ app: 'web' }) })])).toBe('allowed');
    expect(passage([policy({ namespace: 'other' })])).toBe('allowed');
    expect(passage([policy({ policyTypes: ['Egress'] })])).toBe('allowed');
  });

  it('is closed by a policy without rules, and the policy is named', () => {
    const { passage: verdict, by } = evaluatePolicies([policy()], { from: NODE, to: REGISTRY, port: 5000 });
    expect(verdict).toBe('blocked');
    expect(by.map(({ metadata }) => metadata.name)).toEqual(['p']);
  });

  it('is opened by one empty rule, whatever other policies say', () => {
    expect(passage([policy(), policy({ ingress: [{ peers: [], ports: [] }] })])).toBe('allowed');
  });

  it.each([
    ['no types and no egress rules', { policyTypes: [] }, 'blocked', 'allowed'],
    [
      'no types and egress rules',
      { policyTypes: [], egressRules: 1, egress: [{ peers: [], ports: [{ port: '1' }] }] },
      'blocked',
      'blocked',
    ],
    ['both types', { policyTypes: ['Ingress', 'Egress'] }, 'blocked', 'blocked'],
  ] as const)('is isolated by %s', (_, more, inward, outward) => {
    expect(passage([policy(more)])).toBe(inward);
    expect(passage([policy(more)], { from: REGISTRY, to: NODE })).toBe(outward);
  });

  it('must be let out as well as in', () => {
    const out = policy({ namespace: 'ci', policyTypes: ['Egress'] });
    expect(passage([out])).toBe('blocked');
    const toRegistry = { peers: [{ namespaceSelector: ALL, podSelector: labels({ app: 'registry' }) }], ports: [] };
    expect(passage([out, policy({ namespace: 'ci', policyTypes: ['Egress'], egress: [toRegistry] })])).toBe('allowed');
    expect(passage([policy({ namespace: 'ci', policyTypes: ['Egress'], egress: [toRegistry] }), policy()])).toBe(
      'blocked',
    );
  });
});

describe('a peer', () => {
  it.each([
    ['pods of the own namespace only', { podSelector: labels({ app: 'kaniko' }) }, 'blocked'],
    ['pods of all namespaces', { namespaceSelector: ALL }, 'allowed'],
    [
      'pods of a namespace by its name',
      { namespaceSelector: labels({ 'kubernetes.io/metadata.name': 'ci' }) },
      'allowed',
    ],
    [
      'pods of another namespace by its name',
      { namespaceSelector: labels({ 'kubernetes.io/metadata.name': 'x' }) },
      'blocked',
    ],
    ['a namespace by labels that were not seen', { namespaceSelector: labels({ team: 'build' }) }, 'unknown'],
    ['both, where the pod differs', { namespaceSelector: ALL, podSelector: labels({ app: 'web' }) }, 'blocked'],
    ['both, where both match', { namespaceSelector: ALL, podSelector: labels({ app: 'kaniko' }) }, 'allowed'],
    ['an address block', { ipBlock: { cidr: '10.244.0.0/16', except: [] } }, 'allowed'],
    ['an address block without its part', { ipBlock: { cidr: '10.244.0.0/16', except: ['10.244.2.0/24'] } }, 'blocked'],
    ['another address block', { ipBlock: { cidr: '192.0.2.0/24', except: [] } }, 'blocked'],
  ] as const)('is %s', (_, peer, expected) => {
    expect(passage([from([peer])])).toBe(expected);
  });

  it('is a namespace by labels that were seen', () => {
    const peer = { namespaceSelector: labels({ team: 'build' }) };
    expect(passage([from([peer])], { from: { ...CLIENT, namespaceLabels: { team: 'build' } } })).toBe('allowed');
    expect(passage([from([peer])], { from: { ...CLIENT, namespaceLabels: { team: 'shop' } } })).toBe('blocked');
  });

  it('is never a pod when a node asks: only addresses let nodes in', () => {
    expect(passage([from([{ namespaceSelector: ALL }])], { from: NODE })).toBe('blocked');
    expect(passage([from([{ ipBlock: { cidr: '10.0.0.0/24', except: [] } }])], { from: NODE })).toBe('allowed');
    expect(passage([from([{ ipBlock: { cidr: '10.0.0.0/24', except: [] } }])], { from: {} })).toBe('unknown');
  });

  it('is any of several', () => {
    expect(passage([from([{ podSelector: ALL }, { namespaceSelector: ALL }])])).toBe('allowed');
  });
});

describe('a port', () => {
  it.each([
    ['by number', { port: '5000' }, 'allowed'],
    ['by another number', { port: '5001' }, 'blocked'],
    ['by name', { port: 'http' }, 'allowed'],
    ['by another name', { port: 'metrics' }, 'blocked'],
    ['in a range', { port: '4990', endPort: 5010 }, 'allowed'],
    ['behind a range', { port: '4990', endPort: 4999 }, 'blocked'],
    ['of another protocol', { protocol: 'UDP', port: '5000' }, 'blocked'],
    ['of the protocol alone', { protocol: 'TCP' }, 'allowed'],
  ] as const)('is let through %s', (_, port, expected) => {
    expect(passage([from([], [port])])).toBe(expected);
  });

  it('by name is unknown while the ports of the pod were not seen', () => {
    const to = { pod: { namespace: 'infra', labels: {} } };
    expect(passage([from([], [{ port: 'http' }])], { to })).toBe('unknown');
  });

  it('and peer must fit in the same rule', () => {
    const split = policy({
      ingress: [
        { peers: [{ namespaceSelector: ALL }], ports: [{ port: '443' }] },
        { peers: [{ podSelector: ALL }], ports: [{ port: '5000' }] },
      ],
    });
    expect(passage([split])).toBe('blocked');
  });
});

describe('a selector', () => {
  it.each([
    ['In', ['a', 'b'], true, false],
    ['NotIn', ['a'], false, true],
    ['Exists', [], true, false],
    ['DoesNotExist', [], false, true],
    ['Near', ['a'], false, false],
  ])('with %s', (operator, values, withLabel, without) => {
    const selector = { matchLabels: {}, matchExpressions: [{ key: 'tier', operator, values }] };
    expect(isSelected(selector, { tier: 'a' })).toBe(withLabel);
    expect(isSelected(selector, {})).toBe(without);
  });
});
