import type { Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { OfferedCredential } from '../../facts/keyring.ts';
import type { RegistryKind } from '../../image/registry-kind.ts';
import { defineCause } from '../define.ts';
import { hostRole } from '../shared/failing-host.ts';
import { imageParts } from '../shared/image-parts.ts';
import { imageWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { accountPullRight, nodePullRight, secretPullRight, seeRepositoryPolicy } from '../shared/pull-right.ts';
import { pullWorks } from '../shared/pull-works.ts';
import { citing, podRefusal, type Refusal, refusal, usableOffer } from '../shared/refusal.ts';
import { registryHost, registryKindOf } from '../shared/registry-of.ts';
import { settle } from '../shared/registry-says.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  readonly kind: RegistryKind | undefined;
  /** The right that the registry names as missing: `ecr:BatchGetImage`. */
  readonly permission?: string;
  /** The secret whose login has no right, when known. */
  readonly secret?: string;
  /** The registry refuses the address and not the login. */
  readonly byAddress: boolean;
}

interface Level {
  readonly verdict: 'likely' | 'possible';
  readonly note: string;
}

function judge(facts: Facts) {
  return byAddress(facts) ?? byRight(facts);
}

/** The registry names the address as the reason. */
function byAddress(facts: Facts) {
  const witness = decisiveLeaf(facts, 'auth');
  if (witness?.error.leaf.problem !== 'ip-not-allowed') return undefined;
  return {
    verdict: 'confirmed' as const,
    because: [witness.evidence],
    params: { ...baseParams(facts, witness.error.host), byAddress: true },
    detail: 'ip-not-allowed',
    note: 'the registry itself says that it does not serve this address',
  };
}

function byRight(facts: Facts) {
  const found = refusal(facts);
  if (found === undefined) return undefined;
  const offered = podRefusal(facts) === undefined ? undefined : usableOffer(facts);
  const level = levelOf(found, offered, facts);
  if (level === undefined) return undefined;
  const { leaf } = found.witness.error;
  const permission = leaf.kind === 'auth' ? leaf.permission : undefined;
  const secret = offered?.[0]?.secret;
  return {
    verdict: level.verdict,
    because: citing(found, secret !== undefined && facts.offer.state === 'present' ? facts.offer.because : []),
    params: {
      ...baseParams(facts, atMirror(found, facts) ? found.witness.error.host : undefined),
      ...(permission === undefined ? {} : { permission }),
      ...(secret === undefined ? {} : { secret }),
      byAddress: false,
    },
    ...detailOf(found, facts),
    note: level.note,
    toDecide:
      sh`crane manifest ${imageParts(facts)?.written ?? placeholder('image')}` +
      ' (with the same login: a GET shows the words of the registry)',
  };
}

/** Who is told apart from what: a login that is known is refused the repository. */
function levelOf(found: Refusal, offered: readonly OfferedCredential[] | undefined, facts: Facts): Level | undefined {
  const { leaf } = found.witness.error;
  const valid = (offered ?? []).some(({ expired }) => expired !== true);
  const over = offered !== undefined && offered.length > 0 && !valid;
  if (over)
    return found.status === 403
      ? { verdict: 'possible', note: 'the registry answers 403, but the credential offered is over' }
      : undefined;
  if (found.came === 'nothing') return withoutLogin(found, valid);
  if (leaf.kind === 'auth') {
    if (leaf.problem === 'permission')
      return { verdict: 'likely', note: 'the registry knows who asks, and names a right that is missing' };
    if (leaf.problem === 'insufficient-scope' || leaf.problem === 'access-denied') return scoped(offered, valid);
    if (leaf.problem === 'token-expired' || leaf.problem === 'unauthorized') return undefined;
  }
  if (found.status !== 403) return undefined;
  return {
    verdict: 'likely',
    note:
      registryKindOf(facts) === 'ecr'
        ? 'ECR answers 403 for a missing right, and for an expired token too'
        : 'a request without a login is answered with 401; 403 is for one whose login is known',
  };
}

/** An anonymous request was refused with 403: a login is missing before a right is. */
function withoutLogin(found: Refusal, valid: boolean): Level | undefined {
  if (found.status === 403)
    return { verdict: 'possible', note: 'the token service refuses an anonymous request with 403' };
  // Harbor answers so after a token without right to the project.
  return valid ? { verdict: 'possible', note: 'a login is offered, and refused as if there were none' } : undefined;
}

function scoped(offered: readonly OfferedCredential[] | undefined, valid: boolean): Level | undefined {
  if (valid)
    return {
      verdict: 'likely',
      note: 'a credential that matches was offered, and the registry denies access to the repository',
    };
  return offered === undefined
    ? { verdict: 'possible', note: 'access is denied; whether a login came along is not known' }
    : undefined;
}

function baseParams(facts: Facts, host: string | undefined) {
  return { host: host ?? registryHost(facts) ?? placeholder('registry'), kind: registryKindOf(facts) };
}

function atMirror(found: Refusal, facts: Facts): boolean {
  return hostRole(facts, found.witness.error) === 'mirror';
}

function detailOf(found: Refusal, facts: Facts): { detail?: string } {
  const { leaf } = found.witness.error;
  if (leaf.kind === 'auth' && leaf.problem === 'permission') return { detail: 'missing-permission' };
  return atMirror(found, facts) ? { detail: 'at-mirror' } : {};
}

function statement({ host, permission, secret, byAddress }: Params, facts: Facts): string {
  if (byAddress)
    return `${words(host)} does not serve the address that the node comes from: ${imageWords(facts)} is refused by its firewall`;
  const right = permission === undefined ? '' : ` (${permission} is missing)`;
  return secret === undefined
    ? `${words(host)} denies the pull of ${imageWords(facts)}${right}`
    : `${words(host)} does not let the login of pull secret ${secret} pull ${imageWords(facts)}${right}`;
}

function remedies(params: Params, facts: Facts): readonly Remedy[] {
  if (params.byAddress) return addressRemedies(params, facts);
  const account = accountPullRight(facts);
  const policy = seeRepositoryPolicy(facts);
  return [
    {
      title: "Read the registry's own words: a GET shows what the HEAD of the runtime hides",
      safety: 'green',
      owner: 'operator',
      commands: [
        sh`crane auth login ${params.host} -u ${placeholder('user')} --password-stdin`,
        sh`crane manifest ${imageParts(facts)?.written ?? placeholder('image')}`,
      ],
      note: 'A page of a firewall or proxy in place of JSON means that something in between refuses.',
    },
    ...(policy === undefined ? [] : [policy]),
    ...(params.secret === undefined ? nodePullRight(facts) : secretPullRight(facts, params.secret)),
    ...(account === undefined ? [] : [account]),
  ];
}

function addressRemedies({ host, kind }: Params, facts: Facts): readonly Remedy[] {
  return [
    {
      title: 'See which address the node comes from',
      safety: 'green',
      owner: 'operator',
      commands: [onNode(facts, 'curl -s https://ifconfig.me')],
    },
    {
      title: 'Allow that address at the registry, or reach it by a private endpoint',
      safety: 'yellow',
      owner: 'registry',
      commands:
        kind === 'acr'
          ? [
              sh`az acr network-rule add --name ${words(host).split('.')[0] ?? words(host)} --ip-address ${placeholder('address')}`,
            ]
          : [],
    },
  ];
}

/** The registry knows who asks and denies the repository. */
export const cause = defineCause<Params>({
  id: 'forbidden',
  link: 'authorization',
  class: 'auth',
  severity: 'high',
  title: 'The login has no right to pull this repository',
  meaning:
    'The registry accepted who asks and denies what is asked: no pull right on the repository or project, a token without the ' +
    'scope, a resource policy of another account, or a firewall that does not serve this address. A HEAD request carries no ' +
    'explanation, so the runtime often prints only "403 Forbidden".',
  refines: ['access-denied-or-missing'],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.5.0: 403 Forbidden',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "ghcr.io/acme/shop:1.5.0": failed to resolve reference "ghcr.io/acme/shop:1.5.0": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aacme%2Fshop%3Apull&service=ghcr.io: 403 Forbidden',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Head "https://europe-west1-docker.pkg.dev/v2/acme-prod/shop/api/manifests/1.5.0": denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/acme-prod/locations/europe-west1/repositories/shop" (or it may not exist)',
      from: 'cri-dockerd, GAR',
      gives: 'first',
    },
    {
      example:
        "Error response from daemon: pull access denied for 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api, repository does not exist or may require 'docker login': denied: User: arn:aws:sts::210987654321:assumed-role/acme-nodes/i-0abc is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/shop/api",
      from: 'cri-dockerd, ECR',
      gives: 'first',
    },
    {
      example:
        "initializing source docker://acmecr.azurecr.io/shop/api:1.5.0: pinging container registry acmecr.azurecr.io: denied: client with IP '203.0.113.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
      from: 'CRI-O, ACR',
      gives: 'first',
    },
    {
      example:
        'rpc error: code = Unknown desc = Requesting bearer token: invalid status code from registry 403 (Forbidden)',
      from: 'CRI-O',
      gives: 'first',
    },
  ],
  confirmedBy: [
    'the registry names the address as not allowed',
    'the same repository, asked with GET and the same login, answers DENIED',
  ],
  ruledOutBy: [
    'nothing was offered: then a login is missing, not a right',
    'the credential that was offered has expired',
  ],
  special: [
    'ECR: "not authorized to perform" names the principal; for kubelet pulls it is the node role. "no resource-based policy allows" is another account, a wrong region, or a repository that does not exist.',
    'GAR: "denied on resource … (or it may not exist)": role artifactregistry.reader for the node service account, and the scopes of the node.',
    'GHCR: "denied" after a valid login: classic token without read:packages, no SSO authorisation, or a private package.',
    'ACR: "client with IP … is not allowed access" is the firewall of the registry.',
    'GitLab: "denied: access forbidden" is a token of another project, or one that has ended.',
    'Artifactory: "The client does not have permission for manifest" is also said for a path without the repository key.',
    'registry.k8s.io, gcr.io: "does not have permission to get URL" is a block by address or country.',
  ],
  prevention: [
    'Pull a new repository once with the identity of the cluster before it is deployed.',
    'Grant pull rights per project or organisation to a group, not per repository to an account.',
  ],
  sample: { host: placeholder('registry'), kind: undefined, byAddress: false },
  judge: (facts) =>
    settle(facts, judge(facts), { confirmedBy: [], ruledOutBy: ['credentials-refused', 'repository-missing'] }),
  statement,
  remedies,
  verify: (_, facts) => pullWorks(facts),
  escalate: ({ host, byAddress }, facts) => [
    {
      when: byAddress ? 'the address should be allowed' : 'the account should have the right',
      to: `owner of ${words(host)}`,
      collect: [
        `image: ${imageWords(facts)}`,
        'account or role that pulls',
        byAddress ? 'egress address of the node' : 'answer of the registry to a GET',
      ],
    },
  ],
});
