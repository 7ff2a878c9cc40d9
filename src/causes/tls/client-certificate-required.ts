import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { failingHost, type HostRole, hostRole, hostWords } from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { askRegistry, onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  /** Only a bare 400 was seen: the server may have said so in a body that the request lost. */
  readonly bareStatus?: true;
}

/** nginx answers 400 in words, after a handshake that went well. */
const MISSING_IN_WORDS = /(?:no required|required|without) (?:ssl|client) certificate/i;

function verdictOf(error: PullError): 'confirmed' | 'likely' | 'possible' | undefined {
  const { leaf } = error;
  if (leaf.kind === 'http') {
    if (leaf.status === 400 && MISSING_IN_WORDS.test(leaf.serverMessage ?? '')) return 'confirmed';
    return isBareRefusal(error) ? 'possible' : undefined;
  }
  if (leaf.kind !== 'tls') return undefined;
  if (leaf.problem === 'client-certificate') return 'likely';
  return leaf.problem === 'handshake-failure' ? 'possible' : undefined;
}

/**
 * A HEAD request loses nginx's words: a manifest request over TLS that is well-formed and answered 400 before any
 * question of login is what is left of them.
 */
function isBareRefusal({ leaf, stage, token, request, registryCode }: PullError): boolean {
  if (leaf.kind !== 'http' || leaf.status !== 400 || stage !== 'resolve') return false;
  if (leaf.html === true || leaf.serverMessage !== undefined || registryCode !== undefined) return false;
  return token === undefined && request?.url.startsWith('http://') !== true;
}

/** TLS 1.3 has an alert of its own for it (RFC 8446, certificate_required); older versions say "bad certificate". */
function isNamed({ text }: PullError): boolean {
  return /tls: certificate required/i.test(text);
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const verdict = verdictOf(witness.error);
  if (verdict === undefined) return undefined;
  const host = failingHost(facts, witness.error);
  const named = verdict === 'confirmed' || isNamed(witness.error);
  return {
    verdict: named ? ('confirmed' as const) : verdict,
    because: [witness.evidence],
    params: {
      host,
      role: hostRole(facts, witness.error),
      ...(isBareRefusal(witness.error) ? { bareStatus: true as const } : {}),
    },
    ...(named ? {} : openQuestion(facts, witness.error, host)),
  };
}

function openQuestion(facts: Facts, error: PullError, host: string | Placeholder) {
  return isBareRefusal(error)
    ? {
        detail: 'bare-400',
        note: 'a server that misses a client certificate answers 400, and a HEAD request loses the words that say so',
        toDecide: onNode(facts, sh`curl -sS -m 20 https://${host}/v2/`),
      }
    : {
        note: 'the server refused the handshake; wanting a certificate of the client is one reason',
        toDecide: onNode(facts, sh`curl -sSv -m 20 -o /dev/null https://${host}/v2/`),
      };
}

/** The registry wants the node to show a certificate of its own (mutual TLS). */
export const cause = defineCause<Params>({
  id: 'client-certificate-required',
  link: 'tls',
  class: 'network',
  severity: 'high',
  title: 'The registry wants a client certificate',
  meaning:
    'The registry, or the gateway before it, uses mutual TLS: it ends the handshake because the container runtime shows no ' +
    'certificate, or one that it does not accept. Pull secrets cannot carry it: certificate and key lie on the node.',
  refines: ['tls-handshake-failure'],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": remote error: tls: certificate required',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": remote error: tls: bad certificate',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.5.0: 400 Bad Request',
      from: 'containerd 2.1, nginx with ssl_verify_client',
      gives: 'candidate',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": remote error: tls: handshake failure',
      from: 'CRI-O 1.36',
      gives: 'candidate',
    },
    {
      example:
        'Error response from daemon: error parsing HTTP 400 response body: invalid character \'<\' looking for beginning of value: "<html>\\r\\n<head><title>400 No required SSL certificate was sent</title></head>\\r\\n<body></body>\\r\\n</html>\\r\\n"',
      from: 'cri-dockerd, nginx with ssl_verify_client',
      gives: 'first',
    },
  ],
  confirmedBy: ['the server ended the handshake with "certificate required", or said in words that none was sent'],
  ruledOutBy: ['the handshake works from the node without a certificate'],
  special: [
    'containerd: client = [["client.cert", "client.key"]] in hosts.toml, or <name>.cert and <name>.key in certs.d/<host>/; read at each pull.',
    'CRI-O and Docker: client.cert and client.key in certs.d/<host>/.',
  ],
  prevention: ['Bring client certificates to nodes when they are made, and renew them before they end.'],
  sample: { host: placeholder('registry'), role: 'registry' },
  judge,
  statement: ({ host, role, bareStatus }, facts) =>
    bareStatus === true
      ? sentence(
          `${hostWords(role, host)} answers 400 to a well-formed request: it may want a client certificate that ${nodeWords(facts)} does not show`,
        )
      : sentence(
          `${hostWords(role, host)} wants a client certificate, and ${nodeWords(facts)} shows none that it accepts`,
        ),
  remedies: ({ host, bareStatus }, facts) => {
    const folder = typeof host === 'string' ? `/etc/containerd/certs.d/${host}` : '/etc/containerd/certs.d';
    return [
      ...(bareStatus === true
        ? [
            {
              title: 'Read the words that the server answers with',
              safety: 'green' as const,
              owner: 'operator' as const,
              commands: [onNode(facts, sh`curl -sS -m 20 https://${host}/v2/`)],
              note: '"No required SSL certificate was sent" is nginx asking for one; any other words tell what it is instead.',
            },
          ]
        : []),
      {
        title: 'See whether the node has a certificate for this host, and until when',
        safety: 'green',
        owner: 'operator',
        commands: [
          onNode(facts, sh`ls -l ${folder}`),
          onNode(facts, sh`openssl x509 -noout -subject -issuer -dates -in ${`${folder}/client.cert`}`),
        ],
      },
      {
        title: 'Install the client certificate and its key on the node',
        safety: 'yellow',
        owner: 'operator',
        commands: [
          sh`install -D -m 0644 client.cert ${`${folder}/client.cert`}`,
          sh`install -D -m 0600 client.key ${`${folder}/client.key`}`,
        ],
        note: 'CRI-O looks in /etc/containers/certs.d. The key is a secret: copy it by a channel that is meant for secrets.',
      },
    ];
  },
  verify: ({ host }, facts) => [{ command: askRegistry(facts, host), expect: 'no TLS alert' }, podRuns(facts)],
  escalate: ({ host }) => [
    {
      when: 'no client certificate was issued for the nodes',
      to: 'the team that runs the registry, security team',
      collect: [`host: ${words(host)}`, 'names of the nodes', 'authorities that the server accepts'],
    },
  ],
});
