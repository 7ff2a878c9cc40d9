import type { Judgement, Overruled, Verdict } from '../../core/cause.ts';
import type { EvidenceId } from '../../core/evidence.ts';
import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';
import { knownBlobHost } from '../../image/registry-kind.ts';
import { defineCause } from '../define.ts';
import { failingHost, imageHost, isOtherHost, isPublicRegistry, withoutPort } from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { nodeSubject } from '../shared/node-scope.ts';
import { askRegistry, onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  /** Where the request was sent on to, when it left the registry API. */
  readonly redirectedTo?: string;
}

interface Redirect {
  readonly host: string;
  readonly evidence: EvidenceId;
}

/** A registry answers JSON and archives; a page in HTML comes from something else. */
function isHtml({ leaf }: PullError): boolean {
  if (leaf.kind === 'media-type') return leaf.problem === 'html';
  return leaf.kind === 'http' && leaf.status !== 404 && leaf.html === true;
}

/** The first request of a pull ended on another host, outside of any registry API path: a sign-on page. */
function leftTheApi(facts: Facts, error: PullError): boolean {
  const { stage, host, request } = error;
  if (stage !== 'resolve' || host === undefined || request === undefined) return false;
  // a name that was looked up for a request to the registry itself is no redirect
  const asked = /^https?:\/\/([^/?#]+)/.exec(request.url)?.[1];
  if (asked === undefined || withoutPort(asked) !== withoutPort(host)) return false;
  return isOtherHost(facts, error) && knownBlobHost(host) === undefined && !/\/v[12]\//.test(request.url);
}

function htmlInLogs(facts: Facts): readonly EvidenceId[] {
  return facts.runtimeLog.state === 'present' ? facts.runtimeLog.value.htmlAnswers : [];
}

/** Log entries of this pull whose request was sent on to a page outside the registry API. */
function redirectInLogs(facts: Facts): Redirect | undefined {
  if (facts.runtimeLog.state !== 'present') return undefined;
  for (const { error, evidence } of facts.runtimeLog.value.hostsTried) {
    if (error?.host !== undefined && leftTheApi(facts, error)) return { host: error.host, evidence };
  }
  return undefined;
}

/** Where the manifest request was sent on to: told by the error itself, or by the log of the runtime. */
function redirectOf(facts: Facts, witness: Witness): Redirect | undefined {
  const { host } = witness.error;
  const direct = host !== undefined && leftTheApi(facts, witness.error);
  return direct ? { host, evidence: witness.evidence } : redirectInLogs(facts);
}

/** One text alone, on a host that may have a web page of its own, leaves the wrong path as an explanation. */
function verdictFor(facts: Facts, page: boolean, redirect: Redirect | undefined): Verdict {
  if (redirect !== undefined) return page ? 'confirmed' : 'likely';
  return isPublicRegistry(imageHost(facts)) || facts.history.state === 'present' || htmlInLogs(facts).length > 0
    ? 'likely'
    : 'possible';
}

/** Content that cannot be used has an inspecting device among its explanations; a wrong digest only once HTML was seen. */
function isSpoiled({ leaf }: PullError, htmlSeen: boolean): boolean {
  return leaf.kind === 'content' && (leaf.problem === 'bad-answer' || (leaf.problem === 'digest-mismatch' && htmlSeen));
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const { error } = witness;
  const host = imageHost(facts) ?? failingHost(facts, error);
  const inLogs = htmlInLogs(facts);
  const because = [witness.evidence, ...inLogs];
  if (isSpoiled(error, inLogs.length > 0)) {
    const spoiled = inLogs.length > 0 ? 'likely' : 'possible';
    return { verdict: spoiled, because, params: { host }, toDecide: askRegistry(facts, host) };
  }
  const page = isHtml(error);
  const redirect = redirectOf(facts, witness);
  if (!page && (redirect === undefined || redirect.evidence !== witness.evidence)) return undefined;
  const verdict = verdictFor(facts, page, redirect);
  return {
    verdict,
    because: redirect === undefined ? because : [...new Set([...because, redirect.evidence])],
    params: { host, ...(redirect === undefined ? {} : { redirectedTo: redirect.host }) },
    detail: redirect === undefined ? 'html-answer' : 'sign-on-redirect',
    note: noteOf(facts, redirect),
    ...(verdict === 'confirmed' ? {} : { toDecide: askRegistry(facts, host) }),
    ...(page ? {} : { overrules: [overruled(witness, host)] }),
  };
}

function noteOf(facts: Facts, redirect: Redirect | undefined): string {
  const foreign = redirect !== undefined || isPublicRegistry(imageHost(facts));
  return foreign ? 'no registry answers so' : "the registry's own web page, asked under a wrong path, reads the same";
}

function overruled(witness: Witness, host: string | Placeholder): Overruled {
  return {
    said: witness.error.text,
    because: [witness.evidence],
    note: `${words(host)} sent the node to that host; no registry sends manifest requests to such a page`,
  };
}

/** Something in between answers in place of the registry. */
export const cause = defineCause<Params>({
  id: 'traffic-intercepted',
  link: 'connection',
  class: 'network',
  severity: 'high',
  title: 'Something else answers instead of the registry',
  meaning:
    'The node asks for a manifest or layer and is given a web page: a sign-on portal, a web gateway, an inspecting proxy, ' +
    'or a web interface that lives on the same host as the registry. The status is often 200, so the runtime stores the ' +
    'page and fails later with an odd media type or digest.',
  refines: ['unsupported-media-type', 'dns-failure', 'corrupt-content', 'registry-incompatible'],
  shapes: [
    {
      example:
        'rpc error: code = NotFound desc = get image config descriptor: unexpected media type text/html for sha256:b7f38dbba72a0b208c629ba25069e0e256a2821f3f9f1f35d4576c8a4855691a: not found',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
    {
      example:
        'rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:b7f38dbba72a0b208c629ba25069e0e256a2821f3f9f1f35d4576c8a4855691a: not found',
      from: 'containerd 1.7',
      gives: 'candidate',
    },
    {
      example:
        'rpc error: code = NotFound desc = failed to pull and unpack image "quay.io/acme/api:1.5.0": failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:b7f38dbba72a0b208c629ba25069e0e256a2821f3f9f1f35d4576c8a4855691a: not found',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://registry.acme.example/shop/api:1.5.0: pinging container registry registry.acme.example: StatusCode: 403, "<html><head><title>Access blocked</title>..."',
      from: 'CRI-O 1.36',
      gives: 'candidate',
    },
    {
      example:
        "initializing image from source docker://registry.acme.example/shop/api:1.5.0: invalid character '<' looking for beginning of value",
      from: 'CRI-O 1.36',
      gives: 'candidate',
    },
    {
      example:
        'Error response from daemon: error parsing HTTP 403 response body: invalid character \'<\' looking for beginning of value: "<html><head><title>Web filter</title></head><body>This page is blocked</body></html>"',
      from: 'cri-dockerd',
      gives: 'candidate',
    },
  ],
  confirmedBy: ['HTML came as the image, and the log of the runtime shows requests sent on outside the registry API'],
  ruledOutBy: ['the same request from the node answers with the registry API headers'],
  special: [
    'Harbor, Nexus, Artifactory and GitLab serve their web interface on the same host: a wrong path prefix or port gives HTML too.',
    'containerd keeps the page under its digest; remove the image before the next attempt if it does not ask again.',
  ],
  prevention: [
    'Exempt registry and layer hosts from portals and content inspection.',
    'Let nodes sign on by address, not by page.',
  ],
  sample: { host: placeholder('registry'), redirectedTo: 'sso.acme.example' },
  judge,
  statement: ({ host, redirectedTo }, facts) =>
    sentence(
      redirectedTo === undefined
        ? `${nodeSubject(facts)} gets a web page in place of ${words(host)}: a portal, a gateway or a web interface answers`
        : `Requests of ${nodeWords(facts)} to ${words(host)} are sent on to ${redirectedTo}, which is no registry`,
    ),
  remedies: ({ host }, facts) => [
    {
      title: 'See who answers',
      safety: 'green',
      owner: 'operator',
      commands: [askRegistry(facts, host), onNode(facts, 'systemctl show containerd --property=Environment')],
      note: 'A registry answers 200 or 401 with the header Docker-Distribution-Api-Version or a JSON body; look at Location, Server and the certificate.',
    },
    {
      title: `Exempt ${words(host)} from the portal or gateway for the nodes`,
      safety: 'yellow',
      owner: 'security',
      commands: [],
    },
    {
      title: 'Remove the page that was stored in place of the image, once the registry answers',
      safety: 'yellow',
      owner: 'operator',
      commands: facts.subject.image === undefined ? [] : [onNode(facts, sh`crictl rmi ${facts.subject.image}`)],
    },
  ],
  verify: ({ host }, facts) => [
    { command: askRegistry(facts, host), expect: 'HTTP 200 or 401, and no text/html' },
    podRuns(facts),
  ],
  escalate: ({ host }) => [
    {
      when: `pages come in place of ${words(host)}`,
      to: 'network or security team (web gateway, captive portal)',
      collect: ['headers of the answer', 'issuer of the certificate shown', 'address of the node'],
    },
  ],
});
