import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import {
  failingHost,
  type HostRole,
  hostRole,
  hostWords,
  isOutsideCluster,
  isPublicRegistry,
} from '../shared/failing-host.ts';
import { freshSuccesses, scopeNote } from '../shared/node-scope.ts';
import { askRegistry, healthyAnswer } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { metHereToo } from '../shared/registry-says.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  readonly status?: number;
}

function isServerError(error: PullError): boolean {
  return error.leaf.kind === 'http' && error.leaf.status >= 500 && error.leaf.status !== 501;
}

/** CRI-O and cri-dockerd give the reason its own name; what is behind it may be lost. */
function isNamedOnly({ reason, leaf }: PullError): boolean {
  return reason === 'RegistryUnavailable' && (leaf.kind === 'absent' || leaf.kind === 'unrecognized');
}

function detailOf(role: HostRole): string | undefined {
  if (role === 'token') return 'token-endpoint';
  if (role === 'mirror') return 'mirror';
  return role === 'blob' ? 'layer-store' : undefined;
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const { error } = witness;
  const answered = isServerError(error);
  if (!answered && !isNamedOnly(error)) return undefined;
  const role = error.stage === 'authorize' ? 'token' : hostRole(facts, error);
  const detail = detailOf(role);
  const works = freshSuccesses(facts);
  const sure = answered && isOutsideCluster(facts, error) && role !== 'mirror' && works.length === 0;
  const host = failingHost(facts, error);
  const note =
    works.length > 0
      ? 'other pulls from the same host work: the fault passes, or touches this repository only'
      : scopeNote(facts);
  return {
    verdict: sure ? ('confirmed' as const) : ('likely' as const),
    because: [witness.evidence, ...works],
    params: { host, role, ...(error.leaf.kind === 'http' ? { status: error.leaf.status } : {}) },
    ...(detail === undefined ? {} : { detail }),
    ...(note === undefined ? {} : { note }),
    ...(sure ? {} : { toDecide: askRegistry(facts, host) }),
    ...(error.stage === 'authorize' && answered
      ? {
          overrules: [
            {
              said: 'failed to authorize',
              because: [witness.evidence],
              note: 'the token server itself failed; the credentials were not judged',
            },
          ],
        }
      : {}),
  };
}

/** The registry, or what stands before it, answers that it cannot serve. */
export const cause = defineCause<Params>({
  id: 'registry-unavailable',
  link: 'registry',
  class: 'network',
  severity: 'high',
  title: 'The registry answers with a server error',
  meaning:
    'The registry is reached and answers with a 5xx status: 500 is a fault of its own (storage, database), 502, 503 and ' +
    '504 come from a load balancer or proxy that gets nothing useful from it. The same status from the token endpoint ' +
    'looks like a failed login, but says nothing on credentials.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.5.0: 503 Service Unavailable',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": pulling from host registry.acme.example failed with status code [manifests 1.5.0]: 502 Bad Gateway',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.acme.example/token?service=registry: 500 Internal Server Error',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: reading manifest 1.5.0 in registry.acme.example/shop/api: received unexpected HTTP status: 500 Internal Server Error',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example: 'Error response from daemon: received unexpected HTTP status: 503 Service Unavailable',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['a 5xx answer of the host, which is not inside the cluster, and no other pull from it that works'],
  ruledOutBy: ['the same request succeeds later without a change'],
  special: [
    'containerd: tries 500, 503 and 504 up to 5 times within one pull, so an error that is shown lasted.',
    'cri-dockerd: waiting reason RegistryUnavailable stands for 502, 503 and 504; with CRI-O it means a refused connection.',
  ],
  prevention: [
    'Keep a pull-through cache near the cluster.',
    'Use fixed tags with IfNotPresent, so that an outage stops new nodes only.',
  ],
  sample: { host: placeholder('registry'), role: 'registry', status: 503 },
  judge: (facts) => metHereToo(facts, judge(facts), ['server-error'], ({ host }) => host),
  statement: ({ host, role, status }) =>
    sentence(
      status === undefined
        ? `${hostWords(role, host)} is unavailable`
        : `${hostWords(role, host)} answers with a server error (${status})`,
    ),
  remedies: ({ host }, facts) => [
    {
      title: 'See whether it still answers so, from the node',
      safety: 'green',
      owner: 'operator',
      commands: [askRegistry(facts, host)],
      note: isPublicRegistry(typeof host === 'string' ? host : undefined)
        ? 'Read the status page of the registry.'
        : 'Read the log of the registry and of the load balancer before it: storage full, database gone, no backend.',
    },
    {
      title: 'Wait: the kubelet tries again by itself, at most 5 minutes apart',
      safety: 'green',
      owner: 'operator',
      commands: [],
    },
    {
      title: 'Pull from another registry or cache meanwhile',
      safety: 'yellow',
      owner: 'operator',
      commands: [],
      note: 'A mirror entry of the runtime serves all pods without a change to manifests.',
    },
  ],
  verify: ({ host }, facts) => [
    { command: askRegistry(facts, host), expect: healthyAnswer(facts, host) },
    podRuns(facts),
  ],
  escalate: ({ host, status }) => [
    {
      when: `${words(host)} answers so for more than 15 minutes`,
      to: 'the team or company that runs the registry',
      collect: [`status ${status ?? 'unknown'}`, 'request URL and time', 'headers of the answer (request id)'],
    },
  ],
});
