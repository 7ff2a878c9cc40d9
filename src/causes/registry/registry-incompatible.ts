import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { failingHost, type HostRole, hostRole, hostWords } from '../shared/failing-host.ts';
import { imageParts } from '../shared/image-parts.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

type Flaw = 'bad-answer' | 'challenge' | 'token-realm' | 'not-a-registry' | 'request-refused';

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  readonly flaw: Flaw;
  readonly status?: number;
}

const WHAT: Record<Flaw, string> = {
  'bad-answer': 'gives answers that the runtime cannot use (headers, digest or JSON)',
  challenge: 'asks for a login in a way that the runtime cannot follow',
  'token-realm': 'sends clients to a token address that does not exist',
  'not-a-registry': 'answers like a web server, not like a registry',
  'request-refused': 'does not accept the request that every client makes',
};

/** Statuses that a registry never gives to a well-formed manifest request (distribution-spec). */
const REFUSED: ReadonlySet<number> = new Set([405, 406, 411, 415, 426, 501, 505]);

function flawOf(error: PullError): { readonly flaw: Flaw; readonly likely: boolean } | undefined {
  const { leaf, stage } = error;
  if (leaf.kind === 'content') return leaf.problem === 'bad-answer' ? { flaw: 'bad-answer', likely: true } : undefined;
  if (leaf.kind === 'auth') return leaf.problem === 'challenge' ? { flaw: 'challenge', likely: true } : undefined;
  if (leaf.kind !== 'http') return undefined;
  if (leaf.status === 404 && stage === 'authorize') return { flaw: 'token-realm', likely: true };
  if (leaf.status === 404 && leaf.html === true) return { flaw: 'not-a-registry', likely: true };
  if (REFUSED.has(leaf.status)) return { flaw: 'request-refused', likely: true };
  return leaf.status === 400 && stage !== 'blob' ? { flaw: 'request-refused', likely: false } : undefined;
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const { error } = witness;
  const found = flawOf(error);
  if (found === undefined) return undefined;
  const host = failingHost(facts, error);
  return {
    verdict: found.likely ? ('likely' as const) : ('possible' as const),
    because: [witness.evidence],
    params: {
      host,
      role: hostRole(facts, error),
      flaw: found.flaw,
      ...(error.leaf.kind === 'http' ? { status: error.leaf.status } : {}),
    },
    detail: found.flaw,
    note: 'a proxy or gateway before the registry can spoil good answers in the same way',
    toDecide: askManifest(facts, host),
  };
}

/** The request that containerd starts with; Docker-Content-Digest must be in the answer. */
function askManifest(facts: Facts, host: string | Placeholder): string {
  const { path, tag, digest } = imageParts(facts) ?? {};
  return onNode(
    facts,
    sh`curl -sSI -m 20 -H 'Accept: application/vnd.oci.image.index.v1+json' https://${host}/v2/${path ?? placeholder('repository')}/manifests/${digest ?? tag ?? placeholder('tag')}`,
  );
}

/** The host is up, but does not do what the distribution specification asks of a registry. */
export const cause = defineCause<Params>({
  id: 'registry-incompatible',
  link: 'registry',
  class: 'config',
  severity: 'medium',
  title: 'The registry does not keep to the registry API',
  meaning:
    'The server answers, but not as the distribution specification asks: it mishandles HEAD, leaves out the digest header, ' +
    'sends broken JSON, names a wrong token address, or is a plain web server. Old registries, rewriting proxies, and a ' +
    'missing path prefix (Artifactory, Nexus, Harbor behind a gateway) do this.',
  refines: [],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.5.0: 405 Method Not Allowed',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.acme.example/service/token?service=registry: 404 Not Found',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.5.0: 400 Bad Request',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
    {
      example:
        'reading manifest 1.5.0 in registry.acme.example/shop/api: StatusCode: 404, "<html>\\r\\n<head><title>404 Not Found</title>..."',
      from: 'CRI-O 1.36',
      gives: 'candidate',
    },
    {
      example: 'Error response from daemon: missing or empty Content-Type header',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['a request by hand shows the missing header, the wrong status or the broken body'],
  ruledOutBy: ['another client of the same kind pulls the same image from the same host'],
  special: [
    'Artifactory, Nexus: the token address of the challenge follows the base URL setting; behind a reverse proxy it is often wrong.',
    'containerd asks with HEAD first, Docker and CRI-O with GET: an image that Docker pulls may fail with containerd.',
  ],
  prevention: [
    'Run the conformance tests of the distribution specification against a registry and its gateway before use.',
  ],
  sample: { host: placeholder('registry'), role: 'registry', flaw: 'request-refused', status: 405 },
  judge,
  statement: ({ host, role, flaw, status }) =>
    sentence(`${hostWords(role, host)} ${WHAT[flaw]}${status === undefined ? '' : ` (${status})`}`),
  remedies: ({ host, flaw }, facts) => [
    {
      title: 'Make the request of the runtime by hand and read the headers',
      safety: 'green',
      owner: 'operator',
      commands: [askManifest(facts, host), onNode(facts, sh`curl -sS -m 20 -o /dev/null -D - https://${host}/v2/`)],
      note: 'Wanted: 200 with Docker-Content-Digest and Content-Type, or 401 with WWW-Authenticate whose realm answers.',
    },
    {
      title:
        flaw === 'token-realm' || flaw === 'challenge'
          ? `Correct the external URL of the registry, so that its challenge names a token address that exists`
          : `Update ${words(host)}, or correct the proxy or path prefix before it`,
      safety: 'yellow',
      owner: 'registry',
      commands: [],
    },
  ],
  verify: ({ host }, facts) => [
    { command: askManifest(facts, host), expect: 'HTTP 200 with Docker-Content-Digest, or 401 with WWW-Authenticate' },
    podRuns(facts),
  ],
  escalate: ({ host }) => [
    {
      when: 'the answer is wrong without any proxy on the way',
      to: `the team that runs ${words(host)}`,
      collect: ['request and headers of the answer', 'version of the registry', 'version of the runtime'],
    },
  ],
});
