import type { Judgement, Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { afterPull, diesUnloaded } from '../shared/after-pull-signs.ts';
import { changeImage } from '../shared/change-image.ts';
import { imageParts } from '../shared/image-parts.ts';
import { namesOf, nodeWords } from '../shared/names.ts';
import { ROLLED_OUT, rolloutWorks } from '../shared/pull-works.ts';
import { listPlatforms } from '../shared/registry-look-up.ts';
import { settle } from '../shared/registry-says.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly image: string | Placeholder;
  /** `linux/arm64`: of the node, or as the runtime asked. */
  readonly platform?: string;
  /** The image was pulled, and its program cannot run. */
  readonly pulled: boolean;
}

function nodePlatform(facts: Facts): string | undefined {
  if (facts.node.state !== 'present') return undefined;
  const { architecture, operatingSystem } = facts.node.value;
  return architecture === undefined ? undefined : `${operatingSystem ?? 'linux'}/${architecture}`;
}

function paramsOf(facts: Facts, wanted: string | undefined, pulled: boolean): Params {
  const platform = wanted ?? nodePlatform(facts);
  const image = imageParts(facts)?.written ?? placeholder('image');
  return { image, pulled, ...(platform !== undefined ? { platform } : {}) };
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisiveLeaf(facts, 'platform');
  if (witness !== undefined) {
    // The runtime read the index and chose: direct evidence.
    return {
      verdict: 'confirmed',
      because: [witness.evidence],
      params: paramsOf(facts, witness.error.leaf.wanted, false),
      note: 'the runtime compared the platforms of the image with that of the node, and none fits',
    };
  }
  return judgeAfterPull(facts);
}

/** A single-platform manifest is pulled whatever its architecture; only running it shows (containerd, all versions). */
function judgeAfterPull(facts: Facts): Judgement<Params> | undefined {
  const after = afterPull(facts);
  if (after === undefined || facts.afterPull.state !== 'present') return undefined;
  const params = paramsOf(facts, undefined, true);
  const { because } = facts.afterPull;
  const decide = listPlatforms(params.image);
  if (after.execFormat) {
    return {
      verdict: 'likely',
      because,
      params,
      detail: 'exec-format',
      note: 'the kernel refuses the program: built for another architecture, or a script without its first line',
      toDecide: decide,
    };
  }
  if (!diesUnloaded(facts)) return undefined;
  const { namespace, pod, container } = namesOf(facts);
  return {
    verdict: 'possible',
    because,
    params,
    detail: 'exec-format',
    note: 'every start ends at once with the exit code of a program that cannot be loaded',
    toDecide: `${sh`kubectl -n ${namespace} logs ${pod} -c ${container} --previous`} (prints "exec format error")`,
  };
}

/** The image is not built for the node's operating system and architecture. */
export const cause = defineCause<Params>({
  id: 'platform-mismatch',
  link: 'manifest',
  class: 'config',
  severity: 'high',
  title: 'The image is not built for the platform of the node',
  meaning:
    'The image exists, but not for the operating system and architecture of this node. With an index of platforms the ' +
    'pull fails; an image of a single platform is pulled without a word, and its program cannot run ("exec format error").',
  refines: ['not-image-pull'],
  shapes: [
    {
      example:
        'Failed to pull image "registry.acme.example/desktop/agent:4.0": rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/desktop/agent:4.0": no match for platform in manifest: not found',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/desktop/agent:4.0": rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9: not found',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/desktop/agent:4.0": choosing an image from manifest list docker://registry.acme.example/desktop/agent:4.0: no image found in image index for architecture "arm64", variant "v8", OS "linux"',
      from: 'CRI-O 1.32',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/desktop/agent:4.0": rpc error: code = Unknown desc = Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime read the index of the image and found no entry for its platform'],
  ruledOutBy: ['the same image runs on another node of the same platform, pulled by the same digest'],
  special: [
    'containerd: checks the platform of an index only; a single manifest of another architecture is pulled and crash-loops.',
    'Windows: os.version of the node must match the image as well (process isolation).',
  ],
  prevention: [
    'Build for every architecture of the cluster (docker buildx build --platform linux/amd64,linux/arm64).',
    'Keep pods off other nodes with a nodeSelector on kubernetes.io/arch and kubernetes.io/os.',
  ],
  sample: { image: placeholder('image'), pulled: false },
  judge: (facts) => settle(facts, judge(facts), { confirmedBy: ['platform-missing'], ruledOutBy: ['not-an-image'] }),
  statement: ({ image, platform, pulled }, facts) => {
    const where =
      platform === undefined
        ? `the platform of ${nodeWords(facts)}`
        : `${platform}, the platform of ${nodeWords(facts)}`;
    return pulled
      ? `${words(image)} was pulled, but its program is not built for ${where}`
      : `${words(image)} has no build for ${where}`;
  },
  remedies: ({ image, platform }, facts) => [
    {
      title: 'Compare the platforms of the image and of the nodes',
      safety: 'green',
      owner: 'developer',
      commands: [listPlatforms(image), 'kubectl get nodes -L kubernetes.io/os,kubernetes.io/arch'],
      note: 'A single-platform image has no list: crane config <image> prints its architecture.',
    },
    {
      title: `Build and push the image for ${platform ?? 'the platform of the node'} as well`,
      safety: 'yellow',
      owner: 'developer',
      commands: [sh`docker buildx build --platform linux/amd64,linux/arm64 -t ${image} --push .`],
    },
    schedulingRemedy(facts),
    changeImage(facts, 'Or deploy a tag that is built for it', { repository: placeholder('image for the platform') }),
  ],
  verify: (_, facts) => rolloutWorks(facts),
  escalate: () => [
    {
      when: 'the publisher builds for no platform of this cluster',
      to: 'publisher of the image, and the platform team for a node pool of another architecture',
      collect: ['platforms of the image', 'architectures of the nodes'],
    },
  ],
});

function schedulingRemedy(facts: Facts): Remedy {
  const { namespace, workload } = namesOf(facts);
  const selector = { 'kubernetes.io/os': '<os>', 'kubernetes.io/arch': '<arch>' };
  const patch = JSON.stringify({ spec: { template: { spec: { nodeSelector: selector } } } });
  const patchable = ROLLED_OUT.has(facts.subject.owners.at(-1)?.kind ?? '') || facts.subject.pod === undefined;
  return {
    title: 'Or run the pods on nodes that the image is built for',
    safety: 'yellow',
    owner: 'developer',
    commands: patchable ? [sh`kubectl -n ${namespace} patch ${workload} -p ${patch}`] : [],
    note: 'Set a nodeSelector on kubernetes.io/os and kubernetes.io/arch in the pod template, and in the manifest that it comes from.',
  };
}
