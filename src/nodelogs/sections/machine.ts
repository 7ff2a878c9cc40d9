import { firstLine, readArchitecture, readOsRelease } from './others.ts';
import { parseJson } from './parsed.ts';
import type { SectionText } from './section-reader.ts';
import { at, text } from './values.ts';

/** What a node is, by its Node object, its own files and what the cloud says of the machine. */
export interface Machine {
  readonly osImage: string | undefined;
  readonly kernel: string | undefined;
  readonly architecture: string | undefined;
  readonly kubelet: string | undefined;
  /** `containerd://2.1.4`. */
  readonly runtime: string | undefined;
  readonly instanceType: string | undefined;
  /** `ami-0123456789abcdef0`. */
  readonly image: string | undefined;
  readonly nodeGroup: string | undefined;
  readonly region: string | undefined;
  readonly zone: string | undefined;
}

export interface MachineSources {
  readonly nodes: readonly SectionText[];
  readonly osRelease: readonly SectionText[];
  /** `uname -a`. */
  readonly kernel: readonly SectionText[];
  /** Versions of programs, with `uname -a` where pullwhy collected. */
  readonly versions: readonly SectionText[];
  /** Small files about the instance, and its identity document. */
  readonly instance: readonly SectionText[];
}

/** Labels of well-known meaning (kubernetes.io well-known labels), and those in which node groups tell their image. */
const TYPE_LABELS = ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type'];
const IMAGE_LABELS = [
  'eks.amazonaws.com/nodegroup-image',
  'karpenter.k8s.aws/instance-ami-id',
  'kubernetes.azure.com/node-image-version',
];
const GROUP_LABELS = [
  'eks.amazonaws.com/nodegroup',
  'karpenter.sh/nodepool',
  'cloud.google.com/gke-nodepool',
  'kubernetes.azure.com/agentpool',
];

/** The Node object goes before files: it is what the scheduler and pulls by architecture go by. */
export function readMachine({ nodes, osRelease, kernel, versions, instance }: MachineSources): Machine {
  const node = objectIn(nodes);
  const info = (key: string) => text(at(node, 'status', 'nodeInfo', key));
  const label = (keys: readonly string[]) => keys.map((key) => text(at(node, 'metadata', 'labels', key))).find(Boolean);
  const identity = objectIn(instance.filter(({ path }) => path.endsWith('.json')));
  const file = (name: RegExp) => firstLine(instance.filter(({ path }) => name.test(path)));
  return {
    osImage: info('osImage') ?? readOsRelease(osRelease),
    kernel: info('kernelVersion') ?? readKernel([...kernel, ...versions]),
    architecture: info('architecture') ?? readArchitecture([...kernel, ...versions, ...instance]),
    kubelet: info('kubeletVersion'),
    runtime: info('containerRuntimeVersion'),
    instanceType: label(TYPE_LABELS) ?? text(at(identity, 'instanceType')) ?? file(/instance-type\.txt$/),
    image: label(IMAGE_LABELS) ?? text(at(identity, 'imageId')) ?? file(/ami(?:-id)?\.txt$/),
    nodeGroup: label(GROUP_LABELS),
    region: label(['topology.kubernetes.io/region']) ?? text(at(identity, 'region')) ?? file(/region\.txt$/),
    zone:
      label(['topology.kubernetes.io/zone']) ??
      text(at(identity, 'availabilityZone')) ??
      file(/availability-zone\.txt$/),
  };
}

function objectIn(texts: readonly SectionText[]): unknown {
  for (const { text: content } of texts) {
    const parsed = parseJson(content);
    if ('value' in parsed) return parsed.value;
  }
  return undefined;
}

/** `Linux ip-10-0-1-2 6.1.0-31 #1 SMP …`: the third word. */
function readKernel(texts: readonly SectionText[]): string | undefined {
  for (const { text: content } of texts) {
    const found = /^Linux \S{1,255} (\d\S{1,120})/m.exec(content.slice(0, 20_000))?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
