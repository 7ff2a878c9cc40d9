import type { EvidenceId } from '../../core/evidence.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { seeCertificate, showCertificate, tlsFailure } from '../shared/certificate.ts';
import { failingHost, type HostRole, hostRole, hostWords, isPublicRegistry } from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { type MeasuredClock, measuredClock, nodeClock, offsetWords } from '../shared/node-clock.ts';
import { onOneNode, scopeNote } from '../shared/node-scope.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import type { LeafWitness } from '../shared/witness.ts';

/** Which of the two clocks is wrong: that in the certificate, or that of the node. */
type Blame = 'certificate' | 'node-clock-behind' | 'node-clock-ahead' | 'undecided';

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  readonly blame: Blame;
  /** The offset of the clock was measured, and decides. */
  readonly measured?: true;
  readonly expired: boolean;
  /** RFC 3339, as the node printed them. */
  readonly nodeTime?: string;
  readonly bound?: string;
}

/** An event lives one hour, so a text may be that much older than the look at it. */
const STALE_MS = 2 * 3_600_000;

/** Kubernetes 1.0. A node clock before it lost its battery, not a day. */
const KUBERNETES_EPOCH = Date.parse('2015-07-21T00:00:00Z');

function blameOf(expired: boolean, nodeTime?: string, bound?: string, takenAt?: string): Blame {
  const node = Date.parse(nodeTime ?? '');
  const edge = Date.parse(bound ?? '');
  if (node < KUBERNETES_EPOCH) return 'node-clock-behind';
  const now = Date.parse(takenAt ?? '');
  if (Number.isNaN(node) || Number.isNaN(edge) || Number.isNaN(now)) return 'undecided';
  if (!expired) return now >= edge && now - node > STALE_MS ? 'node-clock-behind' : 'certificate';
  return now < edge ? 'node-clock-ahead' : 'certificate';
}

/**
 * What the offset that the node's time service measured makes of the two times in the error. That the certificate is to
 * blame takes a synchronized clock that was not set since the error.
 */
function measuredBlame(expired: boolean, clock: MeasuredClock, nodeTime?: string, bound?: string): Blame | undefined {
  const node = Date.parse(nodeTime ?? '');
  const edge = Date.parse(bound ?? '');
  if (Number.isNaN(node) || Number.isNaN(edge)) return undefined;
  const real = node - clock.offsetSeconds * 1000;
  if (expired ? real <= edge : real >= edge) return expired ? 'node-clock-ahead' : 'node-clock-behind';
  const shown = Date.parse(clock.shown ?? '');
  return clock.synchronized === true && Math.abs(shown - node) <= STALE_MS ? 'certificate' : undefined;
}

function params(facts: Facts, witness: LeafWitness<'tls'>): Params {
  const { leaf } = witness.error;
  const { nodeTime, certificateTime: bound } = leaf;
  const expired = leaf.problem === 'expired';
  const clock = measuredClock(facts);
  const measured = clock === undefined ? undefined : measuredBlame(expired, clock, nodeTime, bound);
  return {
    host: failingHost(facts, witness.error),
    role: hostRole(facts, witness.error),
    expired,
    blame: measured ?? blameOf(expired, nodeTime, bound, facts.takenAt),
    ...(measured === undefined ? {} : { measured: true as const }),
    ...(nodeTime === undefined ? {} : { nodeTime }),
    ...(bound === undefined ? {} : { bound }),
  };
}

function noteOf({ blame, nodeTime, measured }: Params, facts: Facts): string {
  const scope = scopeNote(facts);
  const clock = measuredClock(facts);
  if (measured === true && clock !== undefined) return `the clock of the node is ${offsetWords(clock)}`;
  if (blame === 'undecided' && nodeClock(facts)?.synchronized === false)
    return `the clock of the node is not synchronized (${nodeClock(facts)?.locator}); compare it with a good one`;
  if (blame === 'undecided')
    return scope ?? 'compare the clock of the node with a good one to tell certificate from clock';
  if (blame === 'certificate') return scope ?? 'the clock of the node agrees with the time of the evidence';
  return `the node takes it for ${nodeTime ?? 'another time'}, the evidence was taken ${facts.takenAt ?? 'years later'}`;
}

function judge(facts: Facts) {
  const witness = tlsFailure(facts, ['expired', 'not-yet-valid']);
  if (witness === undefined) return undefined;
  const found = params(facts, witness);
  return {
    // The node's TLS stack compared the dates itself; only which clock is wrong may stay open.
    verdict: 'confirmed' as const,
    because: [witness.evidence, ...(found.measured === true ? clockProof(facts) : [])],
    params: found,
    detail: found.blame !== 'undecided' ? found.blame : found.expired ? 'expired' : 'not-yet-valid',
    note: noteOf(found, facts),
    ...(found.blame === 'undecided' ? { toDecide: onNode(facts, 'timedatectl') } : {}),
  };
}

function clockProof(facts: Facts): readonly EvidenceId[] {
  const clock = nodeClock(facts);
  return clock === undefined ? [] : [clock.evidence];
}

function statement({ host, role, blame, expired, nodeTime, bound }: Params, facts: Facts): string {
  const node = nodeWords(facts);
  const server = hostWords(role, host);
  const day = bound === undefined ? '' : ` ${bound.slice(0, 10)}`;
  switch (blame) {
    case 'node-clock-behind':
      return `The clock of ${node} is behind (${nodeTime ?? 'unknown'}), so the certificate of ${server} seems not yet valid`;
    case 'node-clock-ahead':
      return `The clock of ${node} is ahead (${nodeTime ?? 'unknown'}), so the certificate of ${server} seems expired`;
    default:
      return expired
        ? `The certificate of ${server} expired${day === '' ? '' : ` on${day}`}`
        : `The certificate of ${server} is not valid before${day === '' ? ' a later day' : day}, or the clock of ${node} is behind`;
  }
}

/** The certificate's dates do not fit the time of the node. */
export const cause = defineCause<Params>({
  id: 'tls-expired',
  link: 'tls',
  class: 'network',
  severity: 'high',
  title: 'The certificate is out of its dates, or the node clock is',
  meaning:
    'The time of the node lies outside the validity of the certificate that the registry shows. Either the certificate ' +
    'was not renewed, or the clock of the node is wrong. When one host fails on all nodes it is the certificate; when one ' +
    'node fails with all hosts it is the clock.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-20T22:13:00Z is after 2026-03-01T00:00:00Z',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": x509: certificate has expired or is not yet valid: current time 2026-01-02T03:04:05Z is before 2026-06-01T00:00:00Z',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-20T22:13:00Z is after 2026-03-01T00:00:00Z',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": x509: certificate has expired or is not yet valid',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the TLS stack of the node compared its time with the dates of the certificate and printed the result'],
  ruledOutBy: ['a later TLS handshake of the same node with the same host succeeded'],
  special: ['A wrong clock also breaks fresh tokens and the signed requests of cloud credential plugins.'],
  prevention: [
    'Renew certificates by a controller and alert weeks before their end.',
    'Run a time service on every node and alert on its offset.',
  ],
  sample: {
    host: placeholder('registry'),
    role: 'registry',
    blame: 'certificate',
    expired: true,
    bound: '2026-03-01T00:00:00Z',
  },
  judge,
  statement: (params, facts) => sentence(statement(params, facts)),
  remedies: ({ host, blame, expired }, facts) => [
    {
      title: 'Compare the clock of the node with a good one',
      safety: 'green',
      owner: 'operator',
      commands: [onNode(facts, 'timedatectl'), onNode(facts, 'chronyc tracking')],
    },
    seeCertificate(host),
    blame === 'node-clock-behind' || blame === 'node-clock-ahead'
      ? {
          title: 'Set the clock of the node through its time service',
          safety: 'yellow',
          owner: 'operator',
          commands: [onNode(facts, 'systemctl restart chronyd'), onNode(facts, 'chronyc makestep')],
        }
      : {
          title: expired
            ? `Renew the certificate of ${words(host)}`
            : `Issue a certificate of ${words(host)} that is valid now`,
          safety: 'yellow',
          owner: 'registry',
          commands: [],
          note: 'Load balancers and reverse proxies before the registry hold certificates of their own, and need a reload.',
        },
  ],
  verify: ({ host }, facts) => [
    { command: showCertificate(host), expect: 'notBefore and notAfter around the present time' },
    podRuns(facts),
  ],
  escalate: ({ host, blame }, facts) => [
    blame === 'node-clock-behind' || blame === 'node-clock-ahead' || onOneNode(facts)
      ? {
          when: 'the time service does not correct the clock',
          to: 'platform team',
          collect: ['timedatectl and chronyc sources of the node', 'hypervisor or host of the node'],
        }
      : {
          when: `${words(host)} shows an invalid certificate`,
          to: isPublicRegistry(typeof host === 'string' ? host : undefined)
            ? 'network team (TLS inspection)'
            : 'the team that runs the registry',
          collect: ['subject, issuer and dates of the certificate'],
          // Nobody who runs such a registry lets its certificate end: somebody shows another one.
          ...(blame === 'certificate' && isPublicRegistry(typeof host === 'string' ? host : undefined)
            ? { met: true as const }
            : {}),
        },
  ],
});
