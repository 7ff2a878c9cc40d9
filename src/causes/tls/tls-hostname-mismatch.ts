import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { seeCertificate, showCertificate, tlsFailure } from '../shared/certificate.ts';
import { failingHost, type HostRole, hostRole, isPublicRegistry, withoutPort } from '../shared/failing-host.ts';
import { scopeNote } from '../shared/node-scope.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';

interface Params {
  /** The name that was asked, as TLS saw it. */
  readonly asked: string | Placeholder;
  readonly host: string | Placeholder;
  readonly role: HostRole;
  readonly problem: 'hostname' | 'no-ip-san' | 'legacy-common-name';
  /** The names that the certificate is valid for, as printed. */
  readonly validFor?: string;
}

/** The self-made certificates that ingress controllers show for hosts that they do not know. */
const INGRESS_DEFAULT = /ingress\.local|fake certificate|traefik\.default/i;

const MAX_NAMES = 60;

function problemOf({ problem }: Extract<Leaf, { kind: 'tls' }>): Params['problem'] {
  return problem === 'no-ip-san' || problem === 'legacy-common-name' ? problem : 'hostname';
}

function judge(facts: Facts) {
  const witness = tlsFailure(facts, ['hostname', 'no-ip-san', 'legacy-common-name']);
  if (witness === undefined) return undefined;
  const { leaf } = witness.error;
  const host = failingHost(facts, witness.error);
  const problem = problemOf(leaf);
  const ingress = INGRESS_DEFAULT.test(leaf.validFor ?? '');
  const note = scopeNote(facts);
  return {
    // The node's own TLS stack compared the names.
    verdict: 'confirmed' as const,
    because: [witness.evidence],
    params: {
      host,
      asked: leaf.asked ?? withoutPort(host),
      role: hostRole(facts, witness.error),
      problem,
      ...(leaf.validFor === undefined ? {} : { validFor: leaf.validFor }),
    },
    ...(ingress ? { detail: 'ingress-default-certificate' } : problem === 'hostname' ? {} : { detail: problem }),
    ...(note === undefined ? {} : { note }),
  };
}

function statement({ asked, problem, validFor }: Params): string {
  const name = words(asked);
  if (problem === 'no-ip-san')
    return `The certificate behind ${name} names no IP addresses, but the image (or mirror) uses one`;
  if (problem === 'legacy-common-name') {
    return `The certificate of ${name} carries its name in the common name only, which TLS clients no longer accept`;
  }
  if (validFor === undefined || validFor === '') return `The certificate shown for ${name} is for other names`;
  if (INGRESS_DEFAULT.test(validFor))
    return `${name} shows an ingress controller's default certificate: no route or certificate for it`;
  const names = validFor.length > MAX_NAMES ? `${validFor.slice(0, MAX_NAMES)}…` : validFor;
  return `${name} shows a certificate for ${names}, not for itself`;
}

/** The certificate is for other names than the one asked. */
export const cause = defineCause<Params>({
  id: 'tls-hostname-mismatch',
  link: 'tls',
  class: 'network',
  severity: 'high',
  title: 'The certificate is for another name',
  meaning:
    'The server shows a certificate that does not name the host that the node asked. The image uses an alias or an IP ' +
    'address, DNS or /etc/hosts leads to another machine, an ingress answers with its default certificate, or the ' +
    'certificate is of an old kind without subject alternative names.',
  refines: ['tls-unknown-authority'],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": tls: failed to verify certificate: x509: certificate is valid for old-registry.acme.example, www.acme.example, not registry.acme.example',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "192.0.2.10:5000/shop/api:1.5.0": failed to resolve reference "192.0.2.10:5000/shop/api:1.5.0": failed to do request: Head "https://192.0.2.10:5000/v2/shop/api/manifests/1.5.0": x509: cannot validate certificate for 192.0.2.10 because it doesn\'t contain any IP SANs',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": tls: failed to verify certificate: x509: certificate is valid for ingress.local, not registry.acme.example',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": x509: certificate relies on legacy Common Name field, use SANs instead',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the TLS stack of the node printed the names of the certificate and the name that it asked'],
  ruledOutBy: ['a later TLS handshake of the same node with the same host succeeded'],
  special: [
    'ingress-nginx: "ingress.local" is its default certificate: no Ingress matches the host, or its TLS secret is missing.',
  ],
  prevention: ['Let certificates carry every name that images use, and use names, never addresses.'],
  sample: { asked: placeholder('registry'), host: placeholder('registry'), role: 'registry', problem: 'hostname' },
  judge,
  statement: (params) => sentence(statement(params)),
  remedies: ({ host, asked, problem }, facts) => [
    seeCertificate(host),
    {
      title: 'See where the name leads on the node',
      safety: 'green',
      owner: 'operator',
      commands: [onNode(facts, sh`getent ahosts ${withoutPort(host)}`), onNode(facts, 'cat /etc/hosts')],
    },
    problem === 'no-ip-san'
      ? {
          title: 'Use a name that stands in the certificate instead of the address',
          safety: 'yellow',
          owner: 'developer',
          commands: [],
          note: 'In the image, or in the mirror entry when the address stands there.',
        }
      : {
          title: `Issue a certificate with ${words(asked)} among its subject alternative names`,
          safety: 'yellow',
          owner: 'registry',
          commands: [],
        },
  ],
  verify: ({ host, asked }, facts) => [
    { command: showCertificate(host), expect: `${words(asked)} among the subject alternative names` },
    podRuns(facts),
  ],
  escalate: ({ host }) =>
    isPublicRegistry(typeof host === 'string' ? host : undefined)
      ? [
          {
            when: `${words(host)} is a managed registry, yet shows a certificate for another name`,
            to: 'network or security team (DNS redirection or TLS inspection)',
            collect: ['certificate shown', 'addresses that the name resolves to on the node'],
            met: true,
          },
        ]
      : [
          {
            when: 'the name is right and the certificate cannot be changed here',
            to: 'the team that runs the registry or its ingress',
            collect: ['names of the certificate', 'name that images use'],
          },
        ],
});
