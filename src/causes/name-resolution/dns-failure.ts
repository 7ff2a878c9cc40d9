import type { Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { nearestRegistryHost } from '../../image/near-miss.ts';
import { isClusterLocalName } from '../../image/registry-kind.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { type HostRole, hostRole, hostWords, withoutPort } from '../shared/failing-host.ts';
import { imageParts } from '../shared/image-parts.ts';
import { freshSuccesses, nodeSubject, onOneNode, scopeNote } from '../shared/node-scope.ts';
import { askRegistry, healthyAnswer, onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { metHereToo } from '../shared/registry-says.ts';
import { sentence } from '../shared/sentence.ts';
import { decisiveLeaf, type LeafWitness } from '../shared/witness.ts';

interface Params {
  readonly name: string | Placeholder;
  /** The DNS server that was asked, `ip:port`. */
  readonly server?: string;
  readonly kind: 'cluster-local-name' | 'host-typo' | 'no-such-host' | 'server';
  /** What was meant, for a typo. */
  readonly meant?: string;
  readonly role: HostRole;
}

const MAYBE_MIRROR = 'a mirror entry that the runtime does not use leaves the same text';

function kindOf(witness: LeafWitness<'dns'>, name: string | undefined): { kind: Params['kind']; meant?: string } {
  if (name !== undefined && isClusterLocalName(name)) return { kind: 'cluster-local-name' };
  const { problem } = witness.error.leaf;
  if (problem !== 'no-such-host' && problem !== 'other') return { kind: 'server' };
  const meant = name === undefined ? undefined : nearestRegistryHost(name);
  return meant === undefined ? { kind: 'no-such-host' } : { kind: 'host-typo', meant };
}

/**
 * A server that does not answer is direct evidence. "No such host" is not: a mirror that was meant to be asked in
 * place of the name may have dropped out unseen.
 */
function isDirect(kind: Params['kind'], role: HostRole): boolean {
  return kind === 'server' || kind === 'cluster-local-name' || role === 'token';
}

function judge(facts: Facts) {
  const witness = decisiveLeaf(facts, 'dns');
  if (witness === undefined) return undefined;
  const { leaf } = witness.error;
  const name = leaf.name ?? (witness.error.host === undefined ? undefined : String(withoutPort(witness.error.host)));
  const { kind, meant } = kindOf(witness, name);
  const role = hostRole(facts, witness.error);
  const note = scopeNote(facts) ?? (kind === 'no-such-host' && role === 'registry' ? MAYBE_MIRROR : undefined);
  const direct = isDirect(kind, role);
  return {
    verdict: direct ? ('confirmed' as const) : ('likely' as const),
    because: [witness.evidence, ...(onOneNode(facts) ? freshSuccesses(facts) : [])],
    params: {
      name: name ?? placeholder('registry'),
      kind,
      role,
      ...(leaf.server === undefined ? {} : { server: leaf.server }),
      ...(meant === undefined ? {} : { meant }),
    },
    detail: kind === 'server' ? `dns-${leaf.problem}` : kind,
    ...(note === undefined ? {} : { note }),
    ...(direct ? {} : { toDecide: onNode(facts, sh`getent hosts ${name ?? placeholder('registry')}`) }),
  };
}

function statement({ name, server, kind, meant, role }: Params, facts: Facts): string {
  const host = hostWords(role, name);
  const asked = server === undefined ? '' : ` (${server})`;
  switch (kind) {
    case 'cluster-local-name':
      return `${words(name)} is a Service name of the cluster, but nodes resolve images with their own DNS${asked}`;
    case 'host-typo':
      return `${words(name)} does not exist in DNS; ${words(meant ?? 'another host')} was probably meant`;
    case 'no-such-host':
      return `${nodeSubject(facts)} cannot resolve ${host}: its DNS server${asked} says there is no such host`;
    case 'server':
      return `${nodeSubject(facts)} cannot resolve ${host}: its DNS server${asked} does not answer as it should`;
  }
}

function remedies({ name, kind, meant }: Params, facts: Facts): readonly Remedy[] {
  const look: Remedy = {
    title: "Ask the node's own resolver",
    safety: 'green',
    owner: 'operator',
    commands: [
      onNode(facts, sh`getent hosts ${name}`),
      onNode(facts, 'cat /etc/resolv.conf'),
      onNode(facts, 'resolvectl status'),
    ],
    note: 'A lookup from a pod asks CoreDNS and proves nothing about image pulls.',
  };
  if (kind === 'cluster-local-name') {
    return [
      look,
      {
        title: 'Name the registry by an address that nodes can reach',
        safety: 'yellow',
        owner: 'operator',
        commands: [sh`kubectl get services -A -o wide`],
        note: 'A NodePort (localhost:<node port>), a LoadBalancer or an Ingress with a name in the DNS of the nodes; or a mirror entry (hosts.toml, registries.conf) for the Service name.',
      },
    ];
  }
  if (kind === 'host-typo' && meant !== undefined) {
    const { path, tag } = imageParts(facts) ?? {};
    return [
      look,
      changeImage(facts, `Correct the host to ${meant}`, {
        repository: path === undefined ? placeholder('repository') : `${meant}/${path}`,
        version: { separator: ':', value: tag ?? placeholder('tag') },
      }),
    ];
  }
  return [
    look,
    {
      title: kind === 'server' ? "Repair the node's DNS service" : 'Make the name known to the resolver of the nodes',
      safety: 'yellow',
      owner: 'operator',
      commands: [],
      note:
        kind === 'server'
          ? 'Check that UDP and TCP 53 to the server are open and that the node is not over its DNS quota (EC2: 1,024 packets a second per interface).'
          : 'Private zones must be attached to the network of the nodes; a conditional forwarder works as well.',
    },
  ];
}

/** The node cannot turn a name of the pull into an address. */
export const cause = defineCause<Params>({
  id: 'dns-failure',
  link: 'name-resolution',
  class: 'network',
  severity: 'high',
  title: 'The node cannot resolve the name of the registry',
  meaning:
    "The container runtime asks the node's resolver for the registry, its token server, its layer store or a mirror, and " +
    'gets no address: the name does not exist there, or the DNS server does not answer. Nodes do not use the cluster DNS, ' +
    'so names of Services cannot be image hosts.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'rpc error: code = Unknown desc = failed to pull and unpack image "registry.tools.svc.cluster.local:5000/shop/api:1.5.0": failed to resolve reference "registry.tools.svc.cluster.local:5000/shop/api:1.5.0": failed to do request: Head "https://registry.tools.svc.cluster.local:5000/v2/shop/api/manifests/1.5.0": dial tcp: lookup registry.tools.svc.cluster.local: no such host',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": dial tcp: lookup registry.acme.example on 10.0.0.2:53: read udp 10.0.0.7:41200->10.0.0.2:53: i/o timeout',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": dial tcp: lookup registry.acme.example on 127.0.0.53:53: server misbehaving',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to authorize: failed to fetch anonymous token: Get "https://sso.acme.example/token?service=registry": dial tcp: lookup sso.acme.example on 10.0.0.2:53: no such host',
      from: 'containerd 1.7',
      gives: 'first',
    },
  ],
  confirmedBy: [
    "the DNS server of the node refused, timed out or failed in the node's own words",
    'the name ends in a cluster domain, which nodes do not resolve',
    'the token server named by the registry does not exist in the DNS of the node',
  ],
  ruledOutBy: ['a later pull of the same node from the same host'],
  special: [
    'containerd: with a mirror configured the name may never have been meant to resolve; read the log for hosts.toml errors.',
    'ECR, GCR and ACR with private endpoints: the private zone must be linked to the network of the nodes.',
  ],
  prevention: [
    'Use image hosts that the DNS of the nodes knows; never names of Services.',
    'Watch DNS errors of the nodes, and run a caching resolver on each.',
  ],
  sample: { name: placeholder('registry'), kind: 'no-such-host', role: 'registry' },
  judge: (facts) => metHereToo(facts, judge(facts), ['no-such-host'], ({ name }) => name),
  statement: (params, facts) => sentence(statement(params, facts)),
  remedies,
  verify: ({ name }, facts) => [
    { command: onNode(facts, sh`getent hosts ${name}`), expect: 'a line with an address' },
    { command: askRegistry(facts, name), expect: healthyAnswer(facts, name) },
    podRuns(facts),
  ],
  escalate: ({ name, kind }) =>
    kind === 'cluster-local-name' || kind === 'host-typo'
      ? []
      : [
          {
            when: `the resolver of several nodes does not answer for ${words(name)}`,
            to: 'network team (DNS)',
            collect: ['/etc/resolv.conf of a failing and of a working node', 'the lookup with the time it was made'],
          },
        ],
});
