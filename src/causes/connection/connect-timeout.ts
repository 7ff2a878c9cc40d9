import { placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { addressWords, type DialParams, isIPv6, judgeDial, lookFromNode } from '../shared/dial.ts';
import { failingHost, hostRole, hostWords, withoutPort } from '../shared/failing-host.ts';
import { nodeSubject, onOneNode } from '../shared/node-scope.ts';
import { askRegistry, healthyAnswer, onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive, decisiveLeaf } from '../shared/witness.ts';

/** Waiting ended before anything came back: a connection that was never made is one explanation. */
function judgeSilence(facts: Facts) {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const { leaf, stage } = witness.error;
  const handshake = leaf.kind === 'tls' && leaf.problem === 'handshake-timeout';
  const waiting =
    leaf.kind === 'timeout' && stage !== 'blob' && (leaf.problem === 'header' || leaf.problem === 'deadline');
  if (!handshake && !waiting) return undefined;
  const host = failingHost(facts, witness.error);
  return {
    verdict: 'possible' as const,
    because: [witness.evidence],
    params: { host, role: hostRole(facts, witness.error) },
    note: 'the text says that waiting ended, not whether a connection was made',
    toDecide: askRegistry(facts, host),
  };
}

function judge(facts: Facts) {
  const judged = judgeDial(facts, ['timeout']);
  if (judged === undefined) return judgeSilence(facts);
  const address = decisiveLeaf(facts, 'dial')?.error.leaf.address;
  return isIPv6(address) ? { ...judged, detail: 'ipv6' } : judged;
}

/** Packets to the address vanish: nothing answers, nothing refuses. */
export const cause = defineCause<DialParams>({
  id: 'connect-timeout',
  link: 'connection',
  class: 'network',
  severity: 'high',
  title: 'No answer from the registry address',
  meaning:
    'The node sends connection requests to the address of the registry and gets neither an acceptance nor a refusal until ' +
    'time is up. Something on the way drops them: a firewall, a security group, a network ACL, a missing NAT gateway or ' +
    'VPC endpoint, a wrong route, or an address family that leads nowhere.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": dial tcp 192.0.2.10:443: i/o timeout',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'rpc error: code = DeadlineExceeded desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": dial tcp 192.0.2.10:443: i/o timeout',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": dial tcp 192.0.2.10:443: i/o timeout',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the connect call of the node timed out, and the registry is not inside the cluster'],
  ruledOutBy: ['a later connection of the same node to the same address'],
  special: [
    'ECR: private subnets need endpoints for ecr.api and ecr.dkr and the S3 gateway endpoint, or a NAT gateway.',
    'ghcr.io has no IPv6 address; nodes with IPv6 only cannot reach it.',
    'containerd: each dial waits 30 s.',
  ],
  prevention: [
    'Test the way to every registry (and its layer store) when a node pool or firewall rule is made.',
    'Use a registry mirror or cache near the nodes.',
  ],
  sample: { host: placeholder('registry'), role: 'registry' },
  judge,
  statement: (params, facts) =>
    sentence(
      `${nodeSubject(facts)} gets no answer from ${hostWords(params.role, params.host)}${addressWords(params)}: connection attempts time out`,
    ),
  remedies: (params, facts) => [
    lookFromNode(params, facts),
    {
      title: 'Compare routes and proxy with a node that works',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, 'ip route'),
        onNode(facts, 'systemctl show containerd --property=Environment'),
        onNode(facts, sh`getent ahosts ${withoutPort(params.host)}`),
      ],
      note: 'Where only a proxy leads out, the unit of the runtime needs HTTPS_PROXY; the environment of a shell does not count.',
    },
    {
      title: `Open the way from the nodes to ${words(params.host)}`,
      safety: 'yellow',
      owner: 'operator',
      commands: [],
      note: 'Outbound TCP 443 in security groups, network ACLs and firewalls; NAT or private endpoints for subnets without internet.',
    },
  ],
  verify: ({ host }, facts) => [
    { command: askRegistry(facts, host), expect: healthyAnswer(facts, host) },
    podRuns(facts),
  ],
  escalate: (params, facts) => [
    {
      when: onOneNode(facts)
        ? 'the route and rules of the node look like those of its neighbours'
        : 'several nodes or zones cannot connect',
      to: 'network team',
      collect: [
        `address dialled${addressWords(params)}`,
        'source address and subnet of the node',
        'time of an attempt',
      ],
    },
  ],
});
