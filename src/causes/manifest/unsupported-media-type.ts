import type { Judgement } from '../../core/cause.ts';
import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { artifactSign } from '../shared/after-pull-signs.ts';
import { changeImage } from '../shared/change-image.ts';
import { imageParts } from '../shared/image-parts.ts';
import { namesOf } from '../shared/names.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { showManifest } from '../shared/registry-look-up.ts';
import { settle } from '../shared/registry-says.ts';
import { decisive } from '../shared/witness.ts';

type Problem = Extract<Leaf, { kind: 'media-type' }>['problem'];

interface Params {
  readonly image: string | Placeholder;
  readonly problem: Problem;
  readonly mediaType?: string;
}

/** What is wrong, after "<image> ". */
const WORDS: Record<Problem, string> = {
  schema1: 'has a manifest of the old schema 1, which the container runtime no longer reads',
  'not-an-image': 'is no container image: a chart, module or other artifact is stored under this name',
  html: 'is answered with a web page in place of an image',
  compression: 'has layers in a compression that the container runtime cannot read',
  encrypted: 'has encrypted layers that the node has no key or decoder for',
  oversized: 'has a manifest that is too big to be one',
  unsupported: 'has a media type that the container runtime does not support',
};

/** The runtime read the manifest and refused its type; a web page or a huge body only looks like one. */
const READ_AND_REFUSED: readonly Problem[] = ['schema1', 'not-an-image', 'compression', 'encrypted', 'unsupported'];

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisive(facts);
  const image = imageParts(facts)?.written ?? placeholder('image');
  const leaf = witness?.error.leaf;
  if (witness !== undefined && leaf?.kind === 'media-type') {
    const { problem, mediaType } = leaf;
    const direct = READ_AND_REFUSED.includes(problem);
    return {
      // a page that is told by its first character only says that no registry answered
      verdict: direct ? 'confirmed' : problem === 'html' && mediaType === undefined ? 'possible' : 'likely',
      because: [witness.evidence],
      params: { image, problem, ...(mediaType !== undefined ? { mediaType } : {}) },
      detail: problem,
      note: direct
        ? 'the runtime read the manifest and refused its type'
        : 'what was received is not what a registry sends',
      ...(direct ? {} : { toDecide: showManifest(image) }),
    };
  }
  if (witness !== undefined && leaf?.kind === 'content' && leaf.problem === 'diff-id-mismatch') {
    return {
      verdict: 'possible',
      because: [witness.evidence],
      params: { image, problem: 'not-an-image' },
      detail: 'not-an-image',
      note: 'layers that do not fit the configuration are what an artifact looks like to the runtime',
      toDecide: showManifest(image),
    };
  }
  return judgeAfterPull(facts, image);
}

/** containerd 2.x pulls charts and modules without a word; then there is no command to run. */
function judgeAfterPull(facts: Facts, image: string | Placeholder): Judgement<Params> | undefined {
  const sign = artifactSign(facts);
  if (sign === undefined || facts.afterPull.state !== 'present') return undefined;
  return {
    verdict: 'possible',
    because: facts.afterPull.because,
    params: { image, problem: 'not-an-image' },
    detail: 'not-an-image',
    note: `it was pulled and has no command to run; ${sign}`,
    toDecide: `${showManifest(image)} (config.mediaType of an image ends in "image.config.v1+json" or "container.image.v1+json")`,
  };
}

/** What the registry has under this name is no image that the runtime can run. */
export const cause = defineCause<Params>({
  id: 'unsupported-media-type',
  link: 'manifest',
  class: 'config',
  severity: 'high',
  title: 'The reference is no image that the runtime can read',
  meaning:
    'The registry has something under this name, but not an image that this container runtime reads: a manifest of the ' +
    'old schema 1, a Helm chart or other artifact, layers in an unknown compression, or an encrypted image.',
  refines: ['not-image-pull', 'corrupt-content', 'unpack-failed'],
  shapes: [
    {
      example:
        'Failed to pull image "registry.acme.example/legacy/report:1.0": rpc error: code = Unimplemented desc = failed to pull and unpack image "registry.acme.example/legacy/report:1.0": not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.0, please rebuild the image as "application/vnd.docker.distribution.manifest.v2+json" or "application/vnd.oci.image.manifest.v1+json"',
      from: 'containerd 2.0',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/charts/webapp:1.2.3": rpc error: code = Unknown desc = failed to pull and unpack image "registry.acme.example/charts/webapp:1.2.3": failed to unpack image on snapshotter overlayfs: unexpected media type application/vnd.cncf.helm.config.v1+json for sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9: not found',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/legacy/report:1.0": rpc error: code = Unknown desc = Error response from daemon: application/vnd.docker.distribution.manifest.v1+prettyjws not supported',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'initializing image from source docker://registry.acme.example/charts/api:1.5.0: unsupported image-specific operation on artifact with type "application/vnd.cncf.helm.config.v1+json"',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime read the manifest and refused its media type'],
  ruledOutBy: ['the same image runs on another node with the same runtime version'],
  special: [
    'containerd: since 2.1 charts and modules are pulled and fail later with "no command specified".',
    'containerd: schema 1 ended with 2.0 (an environment variable revives it there, not in 2.1).',
    'Cosign: signatures and attestations are tags of the same repository (`sha256-….sig`) and no images.',
  ],
  prevention: [
    'Rebuild or convert schema 1 images before nodes move to containerd 2.',
    'Keep charts and other artifacts in paths of their own.',
  ],
  sample: { image: placeholder('image'), problem: 'not-an-image' },
  judge: (facts) => settle(facts, judge(facts), { confirmedBy: ['not-an-image'], ruledOutBy: [] }),
  statement: ({ image, problem }) => `${words(image)} ${WORDS[problem]}`,
  remedies: ({ image, problem }, facts) => [
    {
      title: 'See what the registry has under this name',
      safety: 'green',
      owner: 'developer',
      commands: [showManifest(image)],
    },
    ...(problem === 'schema1'
      ? [
          {
            title: 'Convert the image and push it again',
            safety: 'yellow' as const,
            owner: 'developer' as const,
            commands: [sh`skopeo copy --format v2s2 ${transport(image)} ${transport(placeholder('new image'))}`],
            note: 'Better: rebuild it; schema 1 images are as old as the software in them.',
          },
        ]
      : []),
    ...(problem === 'compression'
      ? [
          {
            title: 'Push it with gzip layers, which every runtime reads, or update the runtime',
            safety: 'yellow' as const,
            owner: 'developer' as const,
            commands: [
              sh`skopeo copy --dest-compress-format gzip ${transport(image)} ${transport(placeholder('new image'))}`,
            ],
          },
        ]
      : []),
    ...(problem === 'encrypted'
      ? [
          {
            title: 'Give the nodes a key and a decoder, or push the image unencrypted',
            safety: 'yellow' as const,
            owner: 'operator' as const,
            commands: [],
            note: 'containerd: stream_processors with ctd-decoder in config.toml, keys in the directory that it names.',
          },
        ]
      : []),
    changeImage(facts, 'Name the container image instead', { repository: placeholder('right image') }),
  ],
  verify: (_, facts) => rolloutWorks(facts),
  escalate: (_, facts) => [
    {
      when: 'the same image works on nodes with another runtime version',
      to: 'platform team (runtime upgrade)',
      collect: ['manifest of the image', `runtime version of ${words(namesOf(facts).node)} and of a node that works`],
    },
  ],
});

function transport(image: string | Placeholder): string | Placeholder {
  return typeof image === 'string' ? `docker://${image}` : placeholder(`docker://${image.placeholder}`);
}
