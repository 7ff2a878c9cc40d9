import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { meantHost } from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { scopeNote } from '../shared/node-scope.ts';
import { onNode, pullOnNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

type ProxyProblem = Extract<Leaf, { kind: 'proxy' }>['problem'];

interface Params {
  readonly host: string | Placeholder;
  /** `ip:port` or URL of the proxy, when the text names it. */
  readonly proxy?: string;
  readonly problem: ProxyProblem;
}

const WHAT: Record<ProxyProblem, string> = {
  unreachable: 'cannot be reached',
  'auth-required': 'demands a login',
  forbidden: 'refuses to connect it',
  dns: 'cannot be resolved',
  tls: 'does not speak TLS, though its URL says https://',
  certificate: 'is reached over TLS, and shows a certificate that the node does not trust',
  status: 'answers with an error instead of a connection',
  other: 'fails',
};

/** A bare `Forbidden` or an unclear failure could also come from a device that is no configured proxy. */
const UNSURE: ReadonlySet<ProxyProblem> = new Set(['forbidden', 'other']);

function proxyProblem(leaf: Leaf): ProxyProblem | undefined {
  if (leaf.kind === 'proxy') return leaf.problem;
  // Only proxies answer 407 (RFC 9110, 15.5.8).
  return leaf.kind === 'http' && leaf.status === 407 ? 'auth-required' : undefined;
}

function repairTitle(problem: ProxyProblem, host: string): string {
  if (problem === 'tls') return 'Write the proxy URL with http:// in the drop-in of the runtime and restart it';
  if (problem === 'certificate')
    return "Have the node trust the authority of the proxy's certificate, and restart the runtime";
  return `Correct the proxy, or add ${host} to NO_PROXY, in the drop-in of the runtime and restart it`;
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const { error } = witness;
  const problem = proxyProblem(error.leaf);
  if (problem === undefined) return undefined;
  const proxy = error.leaf.kind === 'proxy' ? error.leaf.proxy : undefined;
  const sure = !UNSURE.has(problem);
  const note = scopeNote(facts);
  return {
    verdict: sure ? ('confirmed' as const) : ('likely' as const),
    because: [witness.evidence],
    params: { host: meantHost(facts, error), problem, ...(proxy === undefined ? {} : { proxy }) },
    detail: problem === 'tls' ? 'https-proxy-scheme' : `proxy-${problem}`,
    ...(note === undefined ? {} : { note }),
    ...(sure ? {} : { toDecide: onNode(facts, 'systemctl show containerd --property=Environment') }),
  };
}

/** The proxy that the runtime is told to use does not carry the request. */
export const cause = defineCause<Params>({
  id: 'proxy-failure',
  link: 'connection',
  class: 'network',
  severity: 'high',
  title: 'The proxy of the runtime does not carry the pull',
  meaning:
    "The container runtime sends registry requests through the proxy that its service's environment names. That proxy is " +
    'down, cannot be resolved, demands a login, or refuses the registry. Private registries often should not go through ' +
    'it at all: then NO_PROXY lacks their host.',
  refines: ['connection-refused', 'connect-timeout', 'dns-failure', 'forbidden'],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": proxyconnect tcp: dial tcp 192.0.2.8:3128: connect: connection refused',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": Proxy Authentication Required',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": proxyconnect tcp: tls: first record does not look like a TLS handshake',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": proxyconnect tcp: dial tcp: lookup proxy.acme.example on 10.0.0.2:53: no such host',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
  ],
  confirmedBy: [
    'the runtime reports a failed connection to its proxy (proxyconnect) or the proxy demands a login (407)',
  ],
  ruledOutBy: ['the environment of the runtime service names no proxy'],
  special: [
    'containerd, CRI-O and dockerd read HTTP_PROXY, HTTPS_PROXY and NO_PROXY from their systemd unit only; /etc/environment and shells do not reach them.',
    'The kubelet uses its own environment, for credential provider plugins.',
    'HTTPS_PROXY is the proxy for https registries; its own URL is nearly always http://.',
  ],
  prevention: [
    'Put private registries, cluster networks and 169.254.169.254 into NO_PROXY of the runtime and the kubelet.',
    'Watch the proxy from the nodes.',
  ],
  sample: { host: placeholder('registry'), proxy: 'proxy.acme.example:3128', problem: 'unreachable' },
  judge,
  statement: ({ host, proxy, problem }, facts) =>
    sentence(
      `The proxy${proxy === undefined ? '' : ` ${proxy}`} that ${nodeWords(facts)} uses for ${words(host)} ${WHAT[problem]}`,
    ),
  remedies: ({ host, problem }, facts) => [
    {
      title: 'See which proxy the runtime is told to use',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, 'systemctl show containerd crio docker --property=Environment'),
        onNode(facts, 'systemctl cat containerd'),
      ],
      note: 'A proxy login may stand in the output; do not pass it on.',
    },
    {
      title: repairTitle(problem, words(host)),
      safety: 'yellow',
      owner: 'operator',
      commands: [
        onNode(facts, 'systemctl edit containerd'),
        onNode(facts, 'systemctl daemon-reload'),
        onNode(facts, 'systemctl restart containerd'),
      ],
      note: 'Running containers survive a restart of containerd. Change the node image or bootstrap too, or new nodes fail again.',
    },
    ...(problem === 'forbidden' || problem === 'auth-required'
      ? [
          {
            title: `Have the proxy allow the nodes to ${words(host)}`,
            safety: 'yellow' as const,
            owner: 'security' as const,
            commands: [],
            note: 'The hosts that layers are redirected to need the same.',
          },
        ]
      : []),
  ],
  verify: (_, facts) => [{ command: pullOnNode(facts), expect: 'Image is up to date' }, podRuns(facts)],
  escalate: ({ host }) => [
    {
      when: 'the settings of the runtime are as intended and the proxy still refuses',
      to: 'the team that runs the proxy',
      collect: [`host asked for: ${words(host)}`, 'address of the node', 'time of an attempt', 'log of the proxy'],
    },
  ],
});
