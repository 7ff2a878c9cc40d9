import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { seeCertificate, showCertificate, tlsFailure } from '../shared/certificate.ts';
import {
  failingHost,
  type HostRole,
  hostRole,
  hostWords,
  imageHost,
  isPublicRegistry,
} from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { freshSuccesses, nodeSubject, onOneNode, scopeNote } from '../shared/node-scope.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  /** The registry's certificate comes from a public authority, so something in between speaks for it. */
  readonly publicRegistry: boolean;
}

function judge(facts: Facts) {
  const witness = tlsFailure(facts, ['unknown-authority']);
  if (witness === undefined) return undefined;
  const publicRegistry = isPublicRegistry(witness.error.host);
  return {
    // The node's own TLS stack says so: direct evidence, whoever signed the certificate.
    verdict: 'confirmed' as const,
    because: [witness.evidence, ...(onOneNode(facts) ? freshSuccesses(facts) : [])],
    params: { host: failingHost(facts, witness.error), role: hostRole(facts, witness.error), publicRegistry },
    ...(publicRegistry ? { detail: 'tls-inspection' } : onOneNode(facts) ? { detail: 'node-trust-store' } : {}),
    note: scopeNote(facts) ?? 'the TLS stack of the node rejected the chain',
  };
}

/** containerd has one HTTP client per registry: what is redirected from it, and its token service, use the same trust (hosts.go). */
function trustedFor(role: HostRole, host: string | Placeholder, facts: Facts): string | Placeholder {
  return role === 'blob' || role === 'token' ? (imageHost(facts) ?? host) : host;
}

function caFile(host: string | Placeholder): string | Placeholder {
  return typeof host === 'string' ? `/etc/containerd/certs.d/${host}/ca.crt` : host;
}

/** The node does not trust whoever signed the certificate that it was shown. */
export const cause = defineCause<Params>({
  id: 'tls-unknown-authority',
  link: 'tls',
  class: 'network',
  severity: 'high',
  title: 'The node does not trust the certificate authority',
  meaning:
    'The registry, or a proxy that answers in its place, presents a certificate signed by an authority that is not in ' +
    "the trust store of the node's container runtime. Trust is decided on the node: a CA in a pod, an image or a pull " +
    'secret does not help.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": x509: certificate signed by unknown authority',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime reports x509 "certificate signed by unknown authority" for the host'],
  ruledOutBy: ['a later TLS handshake of the same node with the same host succeeded'],
  special: [
    'containerd: put the CA beside hosts.toml in /etc/containerd/certs.d/<host>/ as ca.crt; it is read at each pull, no restart.',
    'CRI-O: /etc/containers/certs.d/<host>/ca.crt.',
    'Docker: /etc/docker/certs.d/<host>/ca.crt.',
    'Managed registries have publicly trusted certificates: unknown authority there means an inspecting proxy.',
    'A server that sends its certificate without the intermediate reads the same: the chain shows one certificate only.',
  ],
  prevention: ['Bake the corporate CA into the node image, so that new nodes trust it from their first pull.'],
  sample: { host: placeholder('registry'), role: 'registry', publicRegistry: false },
  judge,
  statement: ({ host, role, publicRegistry }, facts) =>
    sentence(
      publicRegistry
        ? `${words(host)} has a public certificate, but ${nodeWords(facts)} is shown one that it cannot trust: something inspects TLS`
        : `${nodeSubject(facts)} does not trust the authority that signed the certificate of ${hostWords(role, host)}`,
    ),
  remedies: ({ host, role, publicRegistry }, facts) => [
    seeCertificate(host),
    publicRegistry
      ? {
          title: `Exempt ${words(host)} from TLS inspection, or install the inspecting authority on the nodes`,
          safety: 'yellow',
          owner: 'security',
          commands: [],
          note: "The issuer names the inspecting product. The node's system trust store serves every host.",
        }
      : {
          title: 'Install the CA for this registry on the node',
          safety: 'yellow',
          owner: 'operator',
          commands: [sh`install -D -m 0644 ca.crt ${caFile(trustedFor(role, host, facts))}`],
          note: `containerd needs config_path = "/etc/containerd/certs.d".${role === 'blob' || role === 'token' ? " It follows redirects and asks for tokens with the settings of the image's registry, so the CA belongs there." : ''} Skipping verification instead is no fix: it opens the node to anyone on the path.`,
        },
  ],
  verify: ({ host }, facts) => [
    { command: showCertificate(host), expect: 'an issuer that the node trusts' },
    podRuns(facts),
  ],
  escalate: ({ host, publicRegistry }) =>
    publicRegistry
      ? [
          {
            when: `${words(host)} is a managed registry, yet its certificate is not trusted`,
            to: 'network or security team (TLS-inspecting proxy)',
            collect: ['issuer of the certificate shown', 'proxy settings of the runtime'],
            met: true,
          },
        ]
      : [
          {
            when: 'several nodes report TLS errors',
            to: 'platform team',
            collect: ['certificate chain', 'node image version'],
          },
        ],
});
