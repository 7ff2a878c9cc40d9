import type { Judgement } from '../../core/cause.ts';
import type { EvidenceId } from '../../core/evidence.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { DOCKER_HUB } from '../../image/grammar.ts';
import type { NoteKind } from '../../image/notes.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { type ImageParts, imageParts } from '../shared/image-parts.ts';
import { type NotFound, notFound } from '../shared/not-found.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { referenceNote } from '../shared/reference-note.ts';
import { hidesMissing } from '../shared/refusal.ts';
import { listTagsOf } from '../shared/registry-look-up.ts';
import { settle } from '../shared/registry-says.ts';
import { repositoryRefused } from '../shared/repository-refused.ts';
import { sameRepository } from '../shared/same-repository.ts';

interface Params {
  readonly repository: string | Placeholder;
  readonly host: string | Placeholder;
  /** The image that was probably meant, with its tag. */
  readonly meant?: string;
}

/** Slips in a well-formed reference that leave a repository which cannot exist, or which nobody means. */
const SLIPS: readonly NoteKind[] = [
  'hub-name-typo',
  'web-url-path',
  'host-repeated',
  'namespace-missing',
  'image-id-as-name',
];

interface Sign {
  readonly evidence: EvidenceId;
  /** The registry said it of the repository; a 404 on a reference or a refusal only leaves it open. */
  readonly said: boolean;
  readonly note: string;
}

function signOf(facts: Facts): Sign | undefined {
  const missing = notFound(facts);
  if (missing !== undefined) return signOfMissing(facts, missing);
  const refused = repositoryRefused(facts);
  if (refused === undefined || refused.open === 'unsaid') return undefined;
  const { evidence } = refused.witness;
  return {
    evidence,
    said: false,
    note: 'the registry answers alike for a private repository and one that does not exist',
  };
}

function signOfMissing(facts: Facts, { what, witness }: NotFound): Sign | undefined {
  const { evidence, error } = witness;
  if (what === 'repository') {
    // Without a code it is Docker's old summary of any refusal, which such registries give for private ones too.
    const said = error.registryCode !== undefined || !hidesMissing(facts);
    return { evidence, said, note: 'the answer speaks of the repository, not of the tag' };
  }
  // A registry that hides missing repositories behind a refusal says "not found" of tags and digests only.
  if ((what !== 'reference' && what !== 'manifest' && what !== 'digest') || hidesMissing(facts)) return undefined;
  return { evidence, said: false, note: 'the answer is the same for a missing tag and a missing repository' };
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const sign = signOf(facts);
  if (sign === undefined) return undefined;
  const parts = imageParts(facts);
  const slip = referenceNote(facts, SLIPS);
  const params = paramsOf(parts, slip?.suggestion);
  const pulled = parts === undefined ? undefined : sameRepository(facts, parts).find((sibling) => !sibling.maybeCached);
  if (pulled !== undefined) {
    const note = `${pulled.namespace}/${pulled.pod} pulled ${pulled.image} from the same repository`;
    return { verdict: 'ruled-out', because: [pulled.evidence], params, note };
  }
  const because = [sign.evidence];
  if (slip !== undefined) {
    return { verdict: 'likely', because, params, detail: 'misspelt', note: slip.text, toDecide: listTagsOf(facts) };
  }
  if (parts !== undefined && isOfficialPath(parts)) {
    const note = 'under library/ Docker Hub keeps its official images only, which are public: none has this name';
    return { verdict: 'likely', because, params, detail: 'no-official-image', note, toDecide: listTagsOf(facts) };
  }
  return { verdict: sign.said ? 'likely' : 'possible', because, params, note: sign.note, toDecide: listTagsOf(facts) };
}

/** `library/` belongs to Docker itself; what is refused there cannot be somebody's private image. */
function isOfficialPath({ host, path }: ImageParts): boolean {
  return host === DOCKER_HUB && path.startsWith('library/');
}

function paramsOf(parts: ImageParts | undefined, meant: string | undefined): Params {
  return {
    repository: parts?.repository ?? placeholder('repository'),
    host: parts?.host ?? placeholder('registry'),
    ...(meant !== undefined ? { meant } : {}),
  };
}

/** The registry has no repository of this name. */
export const cause = defineCause<Params>({
  id: 'repository-not-found',
  link: 'manifest',
  class: 'config',
  severity: 'high',
  title: 'The repository does not exist in the registry',
  meaning:
    'The registry answers, but it has no repository of this name: it was mistyped, the project or path prefix is missing, ' +
    'it was never created, or it was deleted. Many registries hide that behind a refusal, so that strangers cannot find ' +
    'out which private repositories exist.',
  refines: ['access-denied-or-missing'],
  shapes: [
    {
      example:
        'Failed to pull image "registry.acme.example/shop/apii:1.5.0": initializing source docker://registry.acme.example/shop/apii:1.5.0: reading manifest 1.5.0 in registry.acme.example/shop/apii: name unknown: repository name not known to registry',
      from: 'CRI-O 1.32',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "ngnix:1.27": failed to pull and unpack image "docker.io/library/ngnix:1.27": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/apii:1.5.0": rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/shop/apii:1.5.0": failed to resolve reference "registry.acme.example/shop/apii:1.5.0": registry.acme.example/shop/apii:1.5.0: not found',
      from: 'containerd 1.7',
      gives: 'candidate',
    },
    {
      example:
        'Failed to pull image "acme-shop/api:1.5.0": rpc error: code = Unknown desc = Error response from daemon: pull access denied for acme-shop/api, repository does not exist or may require \'docker login\': denied: requested access to the resource is denied',
      from: 'cri-dockerd',
      gives: 'candidate',
    },
  ],
  confirmedBy: [
    'the registry answers NAME_UNKNOWN, or 404 to a list of the tags, to credentials that may see the repository',
  ],
  ruledOutBy: ['another image of the same repository was pulled'],
  special: [
    'containerd: the HEAD request loses the code; NAME_UNKNOWN and MANIFEST_UNKNOWN both read `not found`.',
    'Docker Hub, GHCR, Quay: answer as for a private repository; only an account with rights sees the difference.',
    'Docker Hub: a name without owner means library/<name>, an official image; those are public, so a refusal there means that there is none.',
    'ECR: repositories are not created by a push; the account id and region in the host may be another one.',
    'Harbor, GitLab, Artifactory: project, group or repository key is part of the path and easily left out.',
  ],
  prevention: [
    'Make the image name in the manifest and in the build come from one place.',
    'Create repositories with the same tool that creates the workload (ECR).',
  ],
  sample: { repository: placeholder('repository'), host: placeholder('registry') },
  judge: (facts) =>
    settle(facts, judge(facts), {
      confirmedBy: ['repository-missing'],
      ruledOutBy: ['tag-missing', 'digest-missing', 'platform-missing', 'not-an-image', 'blob-missing'],
      params: (seen) => paramsOf(imageParts(seen), undefined),
    }),
  statement: ({ repository, meant }) =>
    meant === undefined
      ? `Repository ${words(repository)} does not exist`
      : `Repository ${words(repository)} does not exist; did you mean ${meant}?`,
  remedies: ({ repository, meant }, facts) => [
    {
      title: 'See whether the repository exists, logged in as somebody who may see it',
      safety: 'green',
      owner: 'developer',
      commands: [listTagsOf(facts)],
      note: 'NAME_UNKNOWN or 404: it does not exist. A refusal says nothing unless the account may see the repository.',
    },
    changeImage(facts, 'Correct the image name', { repository: meant ?? placeholder('right image') }),
    {
      title: 'Or create the repository and push the image',
      safety: 'yellow',
      owner: 'developer',
      commands: [],
      note: `The build must push to exactly ${words(repository)}.`,
    },
  ],
  verify: (_, facts) => rolloutWorks(facts),
  escalate: ({ host, repository }) => [
    {
      when: 'nobody deleted or moved the repository on purpose',
      to: `owner of the registry ${words(host)}`,
      collect: [`the name ${words(repository)}`, 'when it last could be pulled', 'which account was used to look'],
    },
  ],
});
