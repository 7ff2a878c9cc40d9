import type { Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { imageWords, podWords } from '../shared/names.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { nodePullRight, readKubeletLog, usesNodeIdentity } from '../shared/pull-right.ts';
import { attachToServiceAccount, attachToWorkload, showListed, writeSecret } from '../shared/pull-secret-commands.ts';
import {
  citing,
  hidesMissing,
  offersNothing,
  podRefusal,
  type Refusal,
  refusal,
  usableOffer,
} from '../shared/refusal.ts';
import { registryHost, registryKindOf } from '../shared/registry-of.ts';
import { settle } from '../shared/registry-says.ts';

interface Params {
  readonly host: string | Placeholder;
  /** The pod lists secrets, and none of them offers anything. */
  readonly listed: readonly string[];
  /** The image is a pod sandbox's: pull secrets do not count. */
  readonly sandbox: boolean;
  /** The secret whose entry for this registry has neither user nor password. */
  readonly empty?: string;
}

type Level = 'confirmed' | 'likely' | 'possible';

/** How far the text and the pod's known offer go together. */
function levelOf(found: Refusal, facts: Facts): Level | undefined {
  if (found.came === 'credential') return undefined;
  const nothing = podRefusal(facts) !== undefined && offersNothing(facts);
  const { leaf, request } = found.witness.error;
  if (found.came === 'nothing') {
    const basic = leaf.kind === 'auth' && leaf.problem === 'no-credentials';
    if (nothing && basic) return 'confirmed';
    return nothing || found.wantsLogin ? 'likely' : 'possible';
  }
  if (found.status === 403) return 'possible';
  if (nothing) return hidesMissing(facts) ? 'possible' : 'likely';
  // containerd words a refused Basic login as "HEAD … 401"; with nothing to offer it says so (1.6.25, 1.7.8).
  const loggedIn = leaf.kind === 'http' && request?.method === 'HEAD' && found.witness.error.sandbox !== true;
  return found.wantsLogin && !loggedIn ? 'likely' : 'possible';
}

function judge(facts: Facts) {
  const found = refusal(facts);
  if (found === undefined) return undefined;
  const params = {
    host: registryHost(facts) ?? placeholder('registry'),
    listed: facts.listedSecrets.state === 'present' ? facts.listedSecrets.value : [],
    sandbox: podRefusal(facts) === undefined,
    ...emptyEntry(facts),
  };
  const offered = podRefusal(facts) === undefined ? undefined : usableOffer(facts)?.[0];
  if (offered !== undefined) {
    return found.came === 'credential' ? undefined : offeredAfterAll(found, facts, params, offered.secret);
  }
  const verdict = levelOf(found, facts);
  if (verdict === undefined) return undefined;
  return {
    verdict,
    because: citing(found, offersNothing(facts) && facts.offer.state !== 'unknown' ? facts.offer.because : []),
    params,
    ...(params.empty === undefined ? {} : { detail: 'empty-entry' }),
    note: noteOf(found, facts),
    ...(verdict === 'confirmed' ? {} : { toDecide: openQuestion(facts) }),
  };
}

/** What is left to ask: the pod's secrets, unless they are known to offer nothing. */
function openQuestion(facts: Facts): string {
  if (!offersNothing(facts) || facts.offer.state === 'unknown')
    return 'which pull secrets the pod lists, and the registry hosts in them';
  return hidesMissing(facts)
    ? 'whether the repository exists under this name, asked with a login'
    : 'whether the node has a login of its own for this registry (provider plugin, config.json)';
}

/** A secret of the pod matches the image: it stands against the text, unless it came after the attempt. */
function offeredAfterAll(found: Refusal, facts: Facts, params: Params, secret: string) {
  const because = citing(found, facts.offer.state === 'unknown' ? [] : facts.offer.because);
  return found.came === 'nothing'
    ? {
        verdict: 'possible' as const,
        because,
        params,
        note: `secret ${secret} matches the image now; the text is about an attempt without it`,
      }
    : { verdict: 'ruled-out' as const, because, params, note: `the kubelet offers secret ${secret} for this image` };
}

/** Docker Desktop writes `"host": {}`: the kubelet counts it as a match with an empty user (keyring.go). */
function emptyEntry(facts: Facts): { readonly empty?: string } {
  if (!offersNothing(facts) || facts.offer.state !== 'present') return {};
  const entry = facts.offer.value.credentials[0];
  return entry === undefined ? {} : { empty: entry.secret };
}

function noteOf(found: Refusal, facts: Facts): string {
  if (emptyEntry(facts).empty !== undefined)
    return 'the only matching entry has no user and password, as Docker Desktop writes it';
  const said = found.came === 'nothing' ? 'the runtime had nothing to offer' : 'the registry asks for a login';
  return offersNothing(facts) ? `${said}, and the pod's secrets hold nothing for this image` : said;
}

function statement({ host, listed, sandbox, empty }: Params, facts: Facts): string {
  const image = facts.subject.image ?? `An image of ${words(host)}`;
  if (sandbox)
    return `${image} needs a login, and the node has none to offer (pull secrets do not count for sandbox images)`;
  if (empty !== undefined)
    return `${image} needs a login, and the entry of pull secret ${empty} for ${words(host)} has no user and password`;
  if (listed.length > 0)
    return `${image} needs a login, and none of the pod's pull secrets (${listed.join(', ')}) offers one`;
  const seen = facts.listedSecrets.state === 'present';
  return `${image} needs a login, and ${seen ? `${podWords(facts)} lists no pull secret` : 'none was offered'}`;
}

/** Docker Desktop keeps passwords in a store of the desktop, which no cluster can read. */
function fillEntry(secret: string, facts: Facts): Remedy {
  return {
    title: `Write ${secret} anew with user and password in it`,
    safety: 'yellow',
    owner: 'operator',
    commands: [writeSecret(facts, secret)],
    note: 'A config.json of Docker Desktop points at credsStore and holds no password; the kubelet ignores that. This replaces all entries.',
  };
}

function remedies(params: Params, facts: Facts): readonly Remedy[] {
  const secret = placeholder('secret');
  const attach = attachToWorkload(facts, secret);
  const byNode = usesNodeIdentity(facts) ? [readKubeletLog(facts), ...nodePullRight(facts)] : [];
  if (params.sandbox) return byNode;
  if (params.empty !== undefined) return [fillEntry(params.empty, facts), ...byNode];
  return [
    {
      title: 'See which pull secrets the pod lists',
      safety: 'green',
      owner: 'operator',
      commands: [showListed(facts)],
    },
    ...byNode,
    {
      title: 'Write a pull secret for this registry',
      safety: 'yellow',
      owner: 'operator',
      commands: [writeSecret(facts, secret)],
      note:
        registryKindOf(facts) === 'ecr'
          ? 'An ECR token lasts 12 hours: without something that refreshes it this mends nothing for long.'
          : 'Put a password or user with $ (Harbor robots) in single quotes.',
    },
    ...(attach === undefined ? [] : [attach]),
    attachToServiceAccount(facts, secret),
  ];
}

/** The registry wants a login and got none. */
export const cause = defineCause<Params>({
  id: 'no-credentials',
  link: 'credentials',
  class: 'auth',
  severity: 'high',
  title: 'The registry wants a login and none was offered',
  meaning:
    'The image is private, or its registry answers nobody without a login, and neither a pull secret of the pod, nor a file ' +
    'of the node, nor a credential provider of the kubelet had a credential for this host and path. The kubelet looks only at ' +
    'the imagePullSecrets in the pod itself, in its own namespace; those of the ServiceAccount are copied in at creation and ' +
    'only when the pod lists none.',
  refines: [],
  shapes: [
    {
      example:
        'failed to pull and unpack image "harbor.acme.example/shop/api:1.5.0": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.gitlab.acme.example/shop/api:1.5.0": failed to resolve reference "registry.gitlab.acme.example/shop/api:1.5.0": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://gitlab.acme.example/jwt/auth?scope=repository%3Ashop%2Fapi%3Apull&service=container_registry: 403 Forbidden',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://harbor.acme.example/shop/api:1.5.0: reading manifest 1.5.0 in harbor.acme.example/shop/api: unauthorized: authentication required',
      from: 'CRI-O',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://harbor.acme.example/v2/shop/api/manifests/1.5.0": no basic auth credentials',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "harbor.acme.example/shop/api:1.5.0": failed to resolve image: unexpected status from HEAD request to https://harbor.acme.example/v2/shop/api/manifests/1.5.0: 401 Unauthorized',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
  ],
  confirmedBy: [
    'the runtime says "no basic auth credentials", and the keyring of the pod\'s secrets offers nothing for the image',
    'the registry answers with these very names when it is asked with a login',
  ],
  ruledOutBy: [
    'a listed secret matches the image',
    'the text says that a credential was refused ("failed to fetch oauth token")',
  ],
  special: [
    'containerd: "failed to fetch anonymous token" means that no credential reached it, "oauth token" that one did and was refused.',
    'containerd up to 1.6.24: a missing credential reads "401 Unauthorized" only.',
    'ECR: "no basic auth credentials" on EKS mostly means that the credential provider of the kubelet failed; see its log.',
    'Harbor: it can say "no basic auth credentials" after a login without right to the project as well.',
    'Docker Hub, GHCR, Quay: a missing repository and a private one get the same answer.',
    'GAR: "Unauthenticated requests do not have permission" is this cause.',
  ],
  prevention: [
    'Put the pull secret on the ServiceAccount when a namespace is made, before its first pod.',
    'For the registry of the cloud use the identity of the node and no secret.',
  ],
  sample: { host: placeholder('registry'), listed: [], sandbox: false },
  judge: (facts) =>
    settle(facts, judge(facts), {
      confirmedBy: ['login-wanted'],
      ruledOutBy: ['repository-missing'],
      asThePod: true,
      // Such registries ask strangers to log in for what does not exist as well.
      provided: (seen) => offersNothing(seen) && !hidesMissing(seen),
    }),
  statement,
  remedies,
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ host }, facts) => [
    {
      when: 'nobody in the team has a login for this registry',
      to: `owner of ${words(host)}`,
      collect: [`image: ${imageWords(facts)}`, 'namespace and ServiceAccount that need to pull it'],
    },
  ],
});
