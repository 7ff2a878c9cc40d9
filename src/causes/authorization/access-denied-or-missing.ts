import type { Judgement } from '../../core/cause.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { imageParts } from '../shared/image-parts.ts';
import { notFound } from '../shared/not-found.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { showListed } from '../shared/pull-secret-commands.ts';
import { hidesMissing } from '../shared/refusal.ts';
import { listTags } from '../shared/registry-look-up.ts';
import { settle } from '../shared/registry-says.ts';
import { type RepositoryRefused, repositoryRefused } from '../shared/repository-refused.ts';
import { sameRepository } from '../shared/same-repository.ts';

interface Params {
  readonly repository: string | Placeholder;
  readonly host: string | Placeholder;
  /** Another pod pulled from the repository, so that it does exist. */
  readonly exists: boolean;
}

/** Docker's old summary of a refusal: "image not found", without a code, of a registry that hides private ones. */
function hiddenMissing(facts: Facts): RepositoryRefused | undefined {
  const missing = notFound(facts);
  if (missing?.what !== 'repository' || missing.witness.error.registryCode !== undefined) return undefined;
  return hidesMissing(facts) ? { witness: missing.witness, open: 'custom' } : undefined;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const refused = repositoryRefused(facts) ?? hiddenMissing(facts);
  if (refused === undefined) return undefined;
  const parts = imageParts(facts);
  const pulled = parts === undefined ? undefined : sameRepository(facts, parts).find((sibling) => !sibling.maybeCached);
  const params = {
    repository: parts?.repository ?? placeholder('repository'),
    host: parts?.host ?? refused.witness.error.host ?? placeholder('registry'),
    exists: pulled !== undefined,
  };
  return {
    verdict: refused.open === 'unsaid' ? 'possible' : 'likely',
    because: [refused.witness.evidence, ...(pulled === undefined ? [] : [pulled.evidence])],
    params,
    ...(pulled === undefined ? {} : { detail: 'private-repository' }),
    note:
      pulled === undefined
        ? 'the registry answers alike for a private repository and one that does not exist'
        : `the repository exists: ${pulled.namespace}/${pulled.pod} pulled from it`,
    toDecide: `${listTags(parts)} (logged in as an account that may see the repository)`,
  };
}

/** The registry refuses, and its answer leaves open whether the repository exists. */
export const cause = defineCause<Params>({
  id: 'access-denied-or-missing',
  link: 'authorization',
  class: 'auth',
  severity: 'high',
  title: 'The repository is private or does not exist',
  meaning:
    'The registry refuses in words that mean either of two things: the repository is private and the node came without ' +
    'the right to pull it, or there is no such repository. Registries answer so on purpose. What decides is to look at ' +
    'the repository with an account that may see it, and at what credential the pod offers.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'Failed to pull image "acme-shop/api:1.5.0": failed to pull and unpack image "docker.io/acme-shop/api:1.5.0": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "acme-shop/api:1.5.0": rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/acme-shop/api:1.5.0": failed to resolve reference "docker.io/acme-shop/api:1.5.0": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "docker.io/acme-shop/api:1.5.0": initializing source docker://acme-shop/api:1.5.0: reading manifest 1.5.0 in docker.io/acme-shop/api: requested access to the resource is denied',
      from: 'CRI-O 1.32',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "acme-shop/api:1.5.0": rpc error: code = Unknown desc = Error response from daemon: pull access denied for acme-shop/api, repository does not exist or may require \'docker login\': denied: requested access to the resource is denied',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "quay.io/acme-shop/api:1.5.0": initializing source docker://quay.io/acme-shop/api:1.5.0: reading manifest 1.5.0 in quay.io/acme-shop/api: unauthorized: access to the requested resource is not authorized',
      from: 'CRI-O 1.32',
      gives: 'candidate',
    },
  ],
  confirmedBy: ['nothing: a look-up with an account that may see the repository turns it into one of the two'],
  ruledOutBy: [
    'the registry answers an anonymous request for the same image',
    'the registry lists the tags of the repository to the credential that the pod offers',
  ],
  special: [
    'Docker Hub: gives everybody a token; the refusal comes with the manifest (`insufficient_scope`).',
    'GHCR: anonymous requests are refused at the token endpoint; with a login a private or missing package reads 403.',
    'Quay: 401 `access to the requested resource is not authorized` for both.',
    'ECR: tells 404 from 403 only to principals with rights on the repository.',
  ],
  prevention: [
    'Check image references against the registry before deploying.',
    'Give every namespace that runs private images its pull secret when the namespace is made.',
  ],
  sample: { repository: placeholder('repository'), host: placeholder('registry'), exists: false },
  judge: (facts) =>
    settle(facts, judge(facts), {
      confirmedBy: [],
      ruledOutBy: ['tag-missing', 'digest-missing', 'repository-missing', 'credentials-refused'],
    }),
  statement: ({ repository, exists }) =>
    exists
      ? `${words(repository)} is private, and the pull came without the right to it`
      : `${words(repository)} is private or does not exist: the registry does not say which`,
  remedies: (_, facts) => [
    {
      title: 'See whether the repository exists, logged in as somebody who may see it',
      safety: 'green',
      owner: 'developer',
      commands: [listTags(imageParts(facts))],
      note: 'It exists: the credential is the fault. It does not: the name is.',
    },
    {
      title: 'See which pull secrets the pod lists',
      safety: 'green',
      owner: 'developer',
      commands: [showListed(facts)],
      note: 'None: a private image cannot be pulled, unless the node itself has credentials.',
    },
    {
      title: 'Correct the image name, or give the pod a pull secret for the registry',
      safety: 'yellow',
      owner: 'developer',
      commands: [],
      note: 'Which of the two depends on the checks above.',
    },
  ],
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ host, repository }) => [
    {
      when: `the repository exists and the account of the pull secret should have access`,
      to: `owner of the registry ${words(host)}`,
      collect: [
        `the name ${words(repository)}`,
        'the user name in the pull secret (never its password)',
        'time of the last refusal',
      ],
    },
  ],
});
