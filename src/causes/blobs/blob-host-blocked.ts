import type { Judgement } from '../../core/cause.ts';
import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { knownBlobHost } from '../../image/registry-kind.ts';
import { defineCause } from '../define.ts';
import { failingHost, hostRole, imageHost, isOtherHost, withoutPort } from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { onOneNode, scopeNote } from '../shared/node-scope.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { settle } from '../shared/registry-says.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

type How = 'unresolved' | 'unreachable' | 'no-answer' | 'refused';

interface Params {
  /** The host that layers are sent from; a placeholder when the runtime hid the redirect. */
  readonly host: string | Placeholder;
  readonly registry: string | Placeholder;
  readonly how: How;
  readonly status?: number;
}

const WHAT: Record<How, string> = {
  unresolved: 'cannot be resolved',
  unreachable: 'cannot be reached',
  'no-answer': 'does not answer in time',
  refused: 'refuses the download',
};

function howOf({ leaf }: PullError): How | undefined {
  if (leaf.kind === 'dns') return 'unresolved';
  if (leaf.kind === 'dial') return 'unreachable';
  if (leaf.kind === 'timeout' && leaf.problem !== 'canceled') return 'no-answer';
  if (leaf.kind === 'tls')
    return leaf.problem.startsWith('handshake') || leaf.problem === 'unrecognized-name' ? 'unreachable' : undefined;
  return leaf.kind === 'http' && [400, 401, 403].includes(leaf.status) ? 'refused' : undefined;
}

/** The same failure came more than once: a block, not a moment. */
function persists(facts: Facts): boolean {
  return (
    facts.history.state === 'present' &&
    (facts.history.value.failures > 1 || facts.history.value.waitingReason === 'ImagePullBackOff')
  );
}

/** The path tells a redirect from a mirror: object stores do not serve /v2/<repository>/blobs/ at their root. */
function isRedirect({ host, request }: PullError): boolean {
  if (host !== undefined && knownBlobHost(host) !== undefined) return true;
  return request !== undefined && !/^https?:\/\/[^/]+\/v2\//.test(request.url);
}

function judgeOtherHost(facts: Facts, error: PullError, how: How): Pick<Judgement, 'verdict' | 'note'> {
  const note = scopeNote(facts) ?? 'the registry itself answered: the manifest was read before';
  if (how === 'refused') return { verdict: 'likely', note };
  if (persists(facts) || how === 'unresolved')
    return { verdict: isRedirect(error) && persists(facts) ? 'confirmed' : 'likely', note };
  return { verdict: 'possible', note: 'one failure alone does not show whether the way is closed or was only bad' };
}

/** The same identity is given the manifest and refused the layer: registries judge both alike, stores do not. */
function judgeHiddenRedirect(facts: Facts, { leaf }: PullError): Pick<Judgement, 'verdict' | 'note'> {
  if (leaf.kind === 'http' && leaf.store === true)
    return { verdict: 'likely', note: 'the refusal is written as object stores write theirs, and no registry does' };
  return {
    verdict: persists(facts) ? 'likely' : 'possible',
    note: 'the manifest is given out and the layer refused, as by a store behind the registry',
  };
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisive(facts);
  if (witness === undefined || witness.error.stage !== 'blob') return undefined;
  const { error } = witness;
  const how = howOf(error);
  if (how === undefined) return undefined;
  // The URL of a mirror is asked under the registry API; only where it sends clients on would be a store.
  const mirror = hostRole(facts, error) === 'mirror';
  const other = !mirror && isOtherHost(facts, error);
  // Up to containerd 2.0 a refusal names the registry's URL, even when the refusing host is the one it redirected to.
  const hiddenRedirect =
    !other && error.leaf.kind === 'http' && error.leaf.status === 403 && error.registryCode === undefined;
  if (!other && !hiddenRedirect) return undefined;
  const judged = other ? judgeOtherHost(facts, error, how) : judgeHiddenRedirect(facts, error);
  const registry = (mirror ? undefined : imageHost(facts)) ?? failingHost(facts, error);
  return {
    ...judged,
    because: [witness.evidence],
    params: {
      host: other ? failingHost(facts, error) : placeholder('layer host'),
      registry,
      how,
      ...(error.leaf.kind === 'http' ? { status: error.leaf.status } : {}),
    },
    detail: how === 'refused' ? 'signed-url-refused' : how,
    ...(judged.verdict === 'confirmed' ? {} : { toDecide: seeRedirect(facts, error, registry) }),
  };
}

function seeRedirect(facts: Facts, error: PullError, registry: string | Placeholder): string {
  const url = error.request?.url;
  const ownUrl = url !== undefined && !isOtherHost(facts, error) ? url : `https://${words(registry)}/v2/`;
  return onNode(facts, sh`curl -sSIL -m 20 ${ownUrl}`);
}

/** The registry gives out manifests, and sends clients for the layers to a host that does not. */
export const cause = defineCause<Params>({
  id: 'blob-host-blocked',
  link: 'blobs',
  class: 'network',
  severity: 'high',
  title: 'The host that serves the layers is blocked',
  meaning:
    'Registries keep layers in object stores and content networks and redirect clients there. The registry answers, but ' +
    'the node cannot resolve or reach that other host, or is refused by it: the firewall allows only the registry, a ' +
    'private endpoint covers only half of the way, or a signed link has expired (slow transfer, wrong clock).',
  refines: [
    'connect-timeout',
    'connection-refused',
    'no-route',
    'dns-failure',
    'forbidden',
    'pull-timeout',
    'tls-handshake-failure',
    'blob-missing',
    'no-credentials',
    'bad-credentials',
  ],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://store.acme.example/layers/71ca0e50350f: 403 Forbidden',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://store.acme.example/layers/71ca0e50350f": dial tcp: lookup store.acme.example on 10.0.0.2:53: no such host',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'rpc error: code = DeadlineExceeded desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://store.acme.example/layers/71ca0e50350f": dial tcp 192.0.2.20:443: i/o timeout',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry.acme.example/v2/shop/api/blobs/sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1: 403 Forbidden',
      from: 'containerd 1.7',
      gives: 'candidate',
    },
    {
      example:
        'Failed to pull image "quay.io/acme/api:1.5.0": rpc error: code = Unknown desc = error pulling image configuration: download failed after attempts=6: Get "https://cdn01.quay.io/quayio-production-s3/sha256/3f/3f": dial tcp 192.0.2.9:443: connect: connection refused',
      from: 'cri-dockerd',
      gives: 'candidate',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": rpc error: code = Unknown desc = error pulling image configuration: error parsing HTTP 403 response body: invalid character \'<\' looking for beginning of value: "<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"',
      from: 'cri-dockerd, S3 behind the registry',
      gives: 'first',
    },
  ],
  confirmedBy: ['several attempts in a row fail at a host that the registry redirects to, after the manifest was read'],
  ruledOutBy: ['the layer host answers the node', 'the failing host is the registry itself'],
  special: [
    'Docker Hub: production.cloudflare.docker.com, production.cloudfront.docker.com and docker-images-prod.*.r2.cloudflarestorage.com.',
    'ECR: prod-<region>-starport-layer-bucket.s3.<region>.amazonaws.com, through an S3 gateway endpoint in private subnets.',
    'ACR: *.blob.core.windows.net, or <registry>.<region>.data.azurecr.io with dedicated data endpoints.',
    'Quay: cdn.quay.io and cdn01 to cdn03.quay.io. GHCR: pkg-containers.githubusercontent.com. MCR: *.data.mcr.microsoft.com.',
    'containerd up to 2.0 names the URL of the registry when the redirect target refuses.',
  ],
  prevention: [
    'Allow the layer hosts wherever a registry is allowed, and test with a real pull.',
    'Keep node clocks right: signed links depend on them.',
  ],
  sample: { host: 'store.acme.example', registry: placeholder('registry'), how: 'unreachable' },
  judge: (facts) => settle(facts, judge(facts), { confirmedBy: ['blob-host-failed'], ruledOutBy: [] }),
  statement: ({ host, registry, how, status }, facts) =>
    sentence(
      typeof host === 'string'
        ? `${words(registry)} answers, but the host of its layers, ${host}, ${WHAT[how]}${status === undefined ? '' : ` (${status})`}`
        : `${words(registry)} gives ${nodeWords(facts)} the manifest, but the store of its layers ${WHAT[how]}${status === undefined ? '' : ` (${status})`}`,
    ),
  remedies: ({ host, how }, facts) => [
    {
      title: 'Ask the layer host from the node',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, sh`getent hosts ${withoutPort(host)}`),
        onNode(facts, sh`curl -sS -m 20 -o /dev/null -D - https://${host}/`),
        ...(how === 'refused' ? [onNode(facts, 'timedatectl')] : []),
      ],
      note: 'Any HTTP status shows that the host is reached; layers need a signed link.',
    },
    how === 'refused'
      ? {
          title: 'Correct the rights and clocks behind the signed links of the registry',
          safety: 'yellow',
          owner: 'registry',
          commands: [],
          note: 'The store says why in the body (expired, signature, policy). Endpoint policies of private networks refuse too.',
        }
      : {
          title: `Open the way from the nodes to ${words(host)}`,
          safety: 'yellow',
          owner: 'operator',
          commands: [],
          note: 'Firewall, proxy allow list, NO_PROXY, or a private endpoint for the store.',
        },
  ],
  verify: ({ host }, facts) => [
    { command: onNode(facts, sh`curl -sS -m 20 -o /dev/null -D - https://${host}/`), expect: 'an HTTP status' },
    podRuns(facts),
  ],
  escalate: ({ host }, facts) => [
    {
      when: onOneNode(facts) ? 'the node has the same rules as its neighbours' : `no node reaches ${words(host)}`,
      to: 'network team',
      collect: [`host of the layers: ${words(host)}`, 'address that it resolves to', 'source address of a node'],
    },
  ],
});
