import { placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { addressWords, type DialParams, isIPv6, judgeDial, lookFromNode } from '../shared/dial.ts';
import { hostWords } from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { nodeSubject } from '../shared/node-scope.ts';
import { askRegistry, healthyAnswer, onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params extends DialParams {
  /** EPERM on connect: the node's own packet filter forbids it. */
  readonly localFilter: boolean;
}

function judge(facts: Facts) {
  const leaf = decisiveLeaf(facts, 'dial')?.error.leaf;
  const judged = judgeDial(facts, ['no-route', 'network-unreachable', 'permission', 'other']);
  if (leaf === undefined || judged === undefined) return undefined;
  const localFilter = leaf.problem === 'permission';
  const verdict = leaf.problem === 'other' ? ('possible' as const) : judged.verdict;
  return {
    ...judged,
    verdict,
    params: { ...judged.params, localFilter },
    ...(localFilter ? { detail: 'local-filter' } : isIPv6(leaf.address) ? { detail: 'ipv6' } : {}),
  };
}

/** The node, or a router, knows no way to the address. */
export const cause = defineCause<Params>({
  id: 'no-route',
  link: 'connection',
  class: 'network',
  severity: 'high',
  title: 'No route to the registry address',
  meaning:
    'The kernel of the node has no route to the network of the registry, or a router answered that the host cannot be ' +
    'reached. Usual reasons: a missing default route or NAT, a VPN that is down, a firewall that rejects with ICMP, or an ' +
    'IPv6 address on a node without IPv6.',
  refines: ['connect-timeout'],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": dial tcp 192.0.2.10:443: connect: no route to host',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'rpc error: code = Unknown desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": dial tcp [2001:db8::10]:443: connect: network is unreachable',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": dial tcp 192.0.2.10:443: connect: no route to host',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": dial tcp [2001:db8::9]:443: connect: network is unreachable',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the connect call of the node ended with "no route to host" or "network is unreachable"'],
  ruledOutBy: ['a later connection of the same node to the same address'],
  special: ['firewalld rejects with ICMP, which reads as "no route to host" although the route is fine.'],
  prevention: ['Check default route and NAT in the readiness test of new node pools.'],
  sample: { host: placeholder('registry'), role: 'registry', localFilter: false },
  judge,
  statement: (params, facts) =>
    sentence(
      params.localFilter
        ? `A packet filter on ${nodeWords(facts)} forbids connections to ${hostWords(params.role, params.host)}${addressWords(params)}`
        : `${nodeSubject(facts)} has no route to ${hostWords(params.role, params.host)}${addressWords(params)}`,
    ),
  remedies: (params, facts) => [
    {
      title: 'Ask the kernel which way it would take',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, sh`ip route get ${ipOf(params) ?? placeholder('registry ip')}`),
        onNode(facts, params.localFilter ? 'iptables-save' : 'ip route'),
      ],
    },
    lookFromNode(params, facts),
    {
      title: isIPv6(params.address) ? 'Give the node IPv6, or let the name resolve to IPv4 there' : 'Restore the route',
      safety: 'yellow',
      owner: 'operator',
      commands: [],
      note: 'Default gateway, NAT gateway, VPN or peering; the registry host itself may also be down.',
    },
  ],
  verify: ({ host }, facts) => [
    { command: askRegistry(facts, host), expect: healthyAnswer(facts, host) },
    podRuns(facts),
  ],
  escalate: (params) => [
    {
      when: `the route tables of the nodes are right and ${words(params.host)} is still unreachable`,
      to: 'network team',
      collect: [`address dialled${addressWords(params)}`, 'ip route and ip rule of the node'],
    },
  ],
});

/** The address without port and brackets. */
function ipOf({ address }: DialParams): string | undefined {
  return address?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
