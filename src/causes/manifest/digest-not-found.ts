import type { Judgement } from '../../core/cause.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { imageParts, shortDigest } from '../shared/image-parts.ts';
import { namesOf } from '../shared/names.ts';
import { type NotFound, notFound } from '../shared/not-found.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { listTagsOf, showManifest } from '../shared/registry-look-up.ts';
import { settle } from '../shared/registry-says.ts';

interface Params {
  readonly repository: string | Placeholder;
  readonly digest: string | Placeholder;
  /** The image itself is there; what its index or manifest points at is not. */
  readonly child: boolean;
}

/** What a message about a part names: the digest of that part, not of the image. */
const DIGEST = /sha256:[0-9a-f]{64}/;

/**
 * Something that the image points at is missing. With the URL of a blob it is surely a layer; without it only a digest
 * is known (containerd fetcher: "could not fetch content descriptor").
 */
function isPart({ what, witness }: NotFound): boolean {
  const url = witness.error.request?.url;
  return what === 'child-manifest' || (what === 'blob' && (url === undefined || !url.includes('/blobs/')));
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const missing = notFound(facts);
  if (missing === undefined || missing.what === 'tag' || missing.what === 'repository') return undefined;
  const parts = imageParts(facts);
  const repository = parts?.repository ?? placeholder('repository');
  const { evidence, error } = missing.witness;
  if (isPart(missing)) {
    const digest = DIGEST.exec(error.request?.url ?? error.text)?.[0] ?? placeholder('digest');
    return {
      verdict: missing.what === 'child-manifest' ? 'likely' : 'possible',
      because: [evidence],
      params: { repository, digest, child: true },
      detail: 'part-missing',
      note: 'the image resolves, and something that it points at is gone or was never pushed',
      toDecide: showManifest(namesOf(facts).image),
    };
  }
  if (missing.what === 'blob' || (parts?.digest === undefined && missing.what !== 'digest')) return undefined;
  return {
    verdict: 'likely',
    because: [evidence],
    params: { repository, digest: parts?.digest ?? placeholder('digest'), child: false },
    note: 'the answer is the same for a missing digest and a missing repository',
    toDecide: showManifest(namesOf(facts).image),
  };
}

function shortWords(digest: string | Placeholder): string {
  return typeof digest === 'string' ? shortDigest(digest) : words(digest);
}

/** The digest, or one that the image points at, is not in the registry. */
export const cause = defineCause<Params>({
  id: 'digest-not-found',
  link: 'manifest',
  class: 'config',
  severity: 'high',
  title: 'The digest does not exist in the registry',
  meaning:
    'The image is asked for by digest, or its index points at a manifest by digest, and the registry does not have it. ' +
    'Digests vanish when a tag is moved and the untagged rest is cleaned up, when a multi-platform build is pushed by ' +
    'halves, and when an image was copied between registries in a way that changed its bytes.',
  refines: ['tag-not-found'],
  shapes: [
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api@sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9": rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/shop/api@sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9": failed to resolve image: registry.acme.example/shop/api@sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9: not found',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: httpReadSeeker: failed open: content at https://registry.acme.example/v2/shop/api/manifests/sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9 not found: not found',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api@sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9": reading manifest sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9 in registry.acme.example/shop/api: manifest unknown',
      from: 'CRI-O 1.32',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: manifest for registry.acme.example/shop/api@sha256:3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f not found: manifest unknown: manifest unknown',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": copying system image from manifest list: determining manifest MIME type for docker://registry.acme.example/shop/api:1.5.0: reading manifest sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9 in registry.acme.example/shop/api: manifest unknown',
      from: 'CRI-O, a platform of the image is gone',
      gives: 'first',
    },
  ],
  confirmedBy: ['a GET of the manifest by this digest, with the credentials of the pod, is answered with 404'],
  ruledOutBy: ['the registry that the node asks returns the manifest for the digest'],
  special: [
    'containerd: drops the tag of a reference that has tag and digest, so only the digest counts.',
    'Harbor, GitLab, ECR, GHCR: clean-up rules delete untagged manifests, the children of a multi-platform index among them.',
    'Copies: `docker pull` and `docker push` of one platform make another digest; copy registry to registry instead.',
  ],
  prevention: [
    'Keep a tag on every manifest that is deployed by digest, or tell the clean-up rules to keep it.',
    'Push the index only after all platforms are pushed.',
    'Copy images between registries with a tool that keeps digests.',
  ],
  sample: { repository: placeholder('repository'), digest: placeholder('digest'), child: false },
  judge: (facts) =>
    settle(facts, judge(facts), { confirmedBy: ['digest-missing'], ruledOutBy: ['repository-missing'] }),
  statement: ({ repository, digest, child }) =>
    child
      ? `The image in ${words(repository)} points at ${shortWords(digest)}, which the registry does not have`
      : `Digest ${shortWords(digest)} does not exist in ${words(repository)}`,
  remedies: ({ repository, child }, facts) => [
    {
      title: 'See what the registry has',
      safety: 'green',
      owner: 'developer',
      commands: [showManifest(namesOf(facts).image), listTagsOf(facts)],
    },
    ...(child
      ? [
          {
            title: 'Push the image again, with all its platforms',
            safety: 'yellow' as const,
            owner: 'developer' as const,
            commands: [],
            note: 'Rerun the whole build: the index is there, but a manifest below it is not.',
          },
        ]
      : []),
    changeImage(facts, 'Deploy a digest that exists', {
      repository,
      version: { separator: '@', value: placeholder('digest of an existing tag') },
    }),
  ],
  verify: (_, facts) => rolloutWorks(facts),
  escalate: () => [
    {
      when: 'nobody deleted the digest on purpose',
      to: 'registry team (clean-up rules, replication)',
      collect: ['the digest', 'clean-up and retention rules of the repository', 'when it last could be pulled'],
    },
  ],
});
