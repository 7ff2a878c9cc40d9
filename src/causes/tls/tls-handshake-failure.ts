import type { Remedy } from '../../core/cause.ts';
import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { seeCertificate, tlsFailure } from '../shared/certificate.ts';
import {
  failingHost,
  type HostRole,
  hostRole,
  hostWords,
  isPublicRegistry,
  withoutPort,
  withPort,
} from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { scopeNote } from '../shared/node-scope.ts';
import { askRegistry, healthyAnswer, onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';

const PROBLEMS = ['handshake-failure', 'handshake-timeout', 'unrecognized-name', 'protocol-version', 'other'] as const;
type Problem = (typeof PROBLEMS)[number];

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  readonly problem: Problem;
}

const WHAT: Record<Problem, string> = {
  'handshake-failure': 'refuses the TLS handshake',
  'handshake-timeout': 'accepts the connection, then does not finish the TLS handshake in time',
  'unrecognized-name': 'refuses the TLS handshake: it serves no such host name',
  'protocol-version': 'and the node have no TLS version in common',
  other: 'fails the TLS handshake',
};

/** These alerts name their reason; a bare failure may also hide a missing client certificate or a cipher. */
const NAMED: ReadonlySet<string> = new Set(['unrecognized-name', 'protocol-version']);

function isProblem(problem: Extract<Leaf, { kind: 'tls' }>['problem']): problem is Problem {
  return (PROBLEMS as readonly string[]).includes(problem);
}

function judge(facts: Facts) {
  const witness = tlsFailure(facts, PROBLEMS);
  const problem = witness?.error.leaf.problem;
  if (witness === undefined || problem === undefined || !isProblem(problem)) return undefined;
  const host = failingHost(facts, witness.error);
  const sure = NAMED.has(problem);
  const note = scopeNote(facts);
  return {
    verdict: sure ? ('confirmed' as const) : ('likely' as const),
    because: [witness.evidence],
    params: { host, role: hostRole(facts, witness.error), problem },
    detail: problem,
    ...(note === undefined ? {} : { note }),
    ...(sure ? {} : { toDecide: askRegistry(facts, host) }),
  };
}

/** TLS was begun with the registry and did not come about, for no fault of the certificate. */
export const cause = defineCause<Params>({
  id: 'tls-handshake-failure',
  link: 'tls',
  class: 'network',
  severity: 'high',
  title: 'The TLS handshake with the registry fails',
  meaning:
    'The connection is made, but the two sides agree on no TLS session: the server does not know the host name, offers no ' +
    'common version or cipher, wants a client certificate, or does not answer in the 10 seconds that the runtime waits. ' +
    'A time-out in the handshake points to large packets that are lost (MTU), a filter, or an overloaded server.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": remote error: tls: unrecognized name',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": net/http: TLS handshake timeout',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": remote error: tls: handshake failure',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": remote error: tls: protocol version not supported',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the server ended the handshake with an alert that names the reason'],
  ruledOutBy: ['a later TLS handshake of the same node with the same host succeeded'],
  special: ['Filters that block by host name (SNI) often answer with a handshake failure or a reset.'],
  prevention: ['Test TLS to every registry from a node when firewalls or registry versions change.'],
  sample: { host: placeholder('registry'), role: 'registry', problem: 'handshake-failure' },
  judge,
  statement: ({ host, role, problem }, facts) =>
    sentence(
      problem === 'protocol-version'
        ? `${hostWords(role, host)} and ${nodeWords(facts)} have no TLS version in common`
        : `${hostWords(role, host)} ${WHAT[problem]}`,
    ),
  remedies: ({ host, problem }, facts) => [
    {
      title: 'Make the handshake from the node, seeing each step',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, sh`curl -sSv -m 20 -o /dev/null https://${host}/v2/`),
        ...(problem === 'handshake-timeout' ? [onNode(facts, sh`ping -M do -s 1472 -c 3 ${withoutPort(host)}`)] : []),
      ],
    },
    seeCertificate(host),
    mend(host, problem),
  ],
  verify: ({ host }, facts) => [
    { command: askRegistry(facts, host), expect: healthyAnswer(facts, host) },
    podRuns(facts),
  ],
  escalate: ({ host }) => [
    {
      when: 'the handshake fails from several nodes',
      to: 'network team, or the team that runs the registry',
      collect: [`openssl s_client output for ${words(withPort(host))}`, 'runtime version', 'time of an attempt'],
    },
  ],
});

/** A registry that serves everybody else is not the one to change. */
function mend(host: Params['host'], problem: Problem): Remedy {
  const base = { safety: 'yellow', commands: [] } as const;
  if (problem === 'unrecognized-name') {
    const title = `Have the server serve the name ${words(withoutPort(host))}, or correct the host of the image`;
    return { ...base, title, owner: 'registry' };
  }
  if (problem === 'handshake-timeout') {
    return { ...base, title: 'Correct the MTU or the filter on the way, or relieve the server', owner: 'operator' };
  }
  if (isPublicRegistry(typeof host === 'string' ? host : undefined)) {
    const title = 'Have the filter or proxy on the way let the name through: the registry serves others';
    return { ...base, title, owner: 'operator' };
  }
  return { ...base, title: 'Bring the TLS versions and ciphers of server and node together', owner: 'registry' };
}
