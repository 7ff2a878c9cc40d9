import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { failingHost, type HostRole, hostRole, hostWords } from '../shared/failing-host.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  /** What the server speaks; the node speaks the other. */
  readonly serverSpeaks: 'http' | 'https';
}

interface Reading {
  readonly serverSpeaks: 'http' | 'https';
  readonly sure: boolean;
}

/** nginx, Apache and Go say it in words when a plain request reaches a TLS port. */
const HTTP_ON_TLS_PORT = /(?:plain http request|http request) .{0,40}https/i;

function readingOf({ leaf, request }: PullError): Reading | undefined {
  if (leaf.kind === 'tls') {
    if (leaf.problem === 'http-response') return { serverSpeaks: 'http', sure: true };
    if (leaf.problem === 'http-to-https') return { serverSpeaks: 'https', sure: true };
    return leaf.problem === 'not-tls' ? { serverSpeaks: 'http', sure: false } : undefined;
  }
  if (leaf.kind !== 'http' || leaf.status !== 400) return undefined;
  if (HTTP_ON_TLS_PORT.test(leaf.serverMessage ?? '')) return { serverSpeaks: 'https', sure: true };
  // A HEAD request loses the server's words: a plain URL and 400 is what is left of them.
  return request?.url.startsWith('http://') === true ? { serverSpeaks: 'https', sure: false } : undefined;
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const reading = readingOf(witness.error);
  if (reading === undefined) return undefined;
  const host = failingHost(facts, witness.error);
  const { serverSpeaks, sure } = reading;
  return {
    verdict: sure ? ('confirmed' as const) : ('likely' as const),
    because: [witness.evidence],
    params: { host, role: hostRole(facts, witness.error), serverSpeaks },
    detail: serverSpeaks === 'http' ? 'plain-http-registry' : 'http-to-tls-port',
    ...(sure ? {} : { toDecide: bothWays(facts, host)[1] ?? '' }),
  };
}

function bothWays(facts: Facts, host: string | Placeholder): readonly string[] {
  return ['http', 'https'].map((scheme) =>
    onNode(facts, sh`curl -sS -m 20 -o /dev/null -D - ${`${scheme}://`}${host}/v2/`),
  );
}

/** One side speaks TLS, the other plain HTTP. */
export const cause = defineCause<Params>({
  id: 'http-https-mismatch',
  link: 'tls',
  class: 'config',
  severity: 'high',
  title: 'One side speaks HTTP, the other HTTPS',
  meaning:
    'The container runtime speaks TLS to a port that answers in plain HTTP, or plain HTTP to a port that wants TLS. ' +
    'Runtimes take HTTPS for every registry (containerd makes an exception for localhost) unless the configuration of ' +
    'the node says otherwise; the image cannot.',
  refines: ['tls-handshake-failure', 'registry-incompatible'],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example:5000/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example:5000/v2/shop/api/manifests/1.5.0": http: server gave HTTP response to HTTPS client',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: unexpected status from HEAD request to http://mirror.acme.example:443/v2/shop/api/manifests/1.5.0?ns=registry.acme.example: 400 Bad Request',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example:5000/shop/api:1.5.0: pinging container registry registry.acme.example:5000: Get "https://registry.acme.example:5000/v2/": http: server gave HTTP response to HTTPS client',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example:5000/v2/": http: server gave HTTP response to HTTPS client',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: [
    'the runtime read a plain HTTP answer where TLS should begin',
    'the server says that plain HTTP came to its HTTPS port',
  ],
  ruledOutBy: ['the registry answers the scheme that the runtime uses'],
  special: [
    'containerd: server = "http://host:port" in /etc/containerd/certs.d/<host:port>/hosts.toml; read at each pull. skip_verify does not mean plain HTTP.',
    'CRI-O: insecure = true for the location in registries.conf.',
    'Docker: insecure-registries in daemon.json, which containerd does not read.',
  ],
  prevention: ['Give every registry a certificate: then no node needs an exception.'],
  sample: { host: placeholder('registry'), role: 'registry', serverSpeaks: 'http' },
  judge,
  statement: ({ host, role, serverSpeaks }) =>
    sentence(
      serverSpeaks === 'http'
        ? `${hostWords(role, host)} answers in plain HTTP, but the container runtime speaks HTTPS to it`
        : `The container runtime is told to speak plain HTTP to ${hostWords(role, host)}, which wants HTTPS`,
    ),
  remedies: ({ host, serverSpeaks }, facts) => [
    {
      title: 'See which scheme the port answers, and what the runtime is told',
      safety: 'green',
      owner: 'operator',
      commands: [...bothWays(facts, host), onNode(facts, 'ls -R /etc/containerd/certs.d')],
    },
    ...(serverSpeaks === 'http'
      ? [
          {
            title: `Give ${words(host)} a certificate and serve it over TLS`,
            safety: 'yellow' as const,
            owner: 'registry' as const,
            commands: [],
          },
          {
            title: 'Or tell the runtime of every node that this registry is plain HTTP',
            safety: 'red' as const,
            owner: 'security' as const,
            commands: [onNode(facts, sh`cat ${hostsToml(host)}`)],
            note: `hosts.toml needs server = "http://${words(host)}". Anyone on the path can then read and replace images and read credentials.`,
          },
        ]
      : [
          {
            title: 'Write https:// for this host in the configuration of the runtime',
            safety: 'yellow' as const,
            owner: 'operator' as const,
            commands: [onNode(facts, 'grep -rn http:// /etc/containerd/certs.d')],
            note: 'containerd reads hosts.toml at each pull, no restart.',
          },
        ]),
  ],
  verify: ({ host }, facts) => [{ command: bothWays(facts, host)[1] ?? '', expect: 'HTTP 200 or 401' }, podRuns(facts)],
  escalate: ({ host }) => [
    {
      when: `${words(host)} cannot be given a certificate`,
      to: 'security team',
      collect: ['who uses the registry', 'network path between nodes and registry'],
    },
  ],
});

function hostsToml(host: string | Placeholder): string {
  return `/etc/containerd/certs.d/${typeof host === 'string' ? host : '_default'}/hosts.toml`;
}
