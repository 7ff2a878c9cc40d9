import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { DiskFact } from '../../facts/disk.ts';
import { SPACE_PROBLEMS } from '../../facts/disk.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { namesOf, nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { shortPath } from '../shared/short-path.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly node: string | Placeholder;
  readonly what: 'bytes' | 'inodes' | 'quota' | 'unsaid';
  /** The path that could not be written, when the text tells. */
  readonly path?: string;
  /** It was the kubelet's own record of the pull, not an image. */
  readonly ownRecord: boolean;
}

/** ENOSPC has one text for bytes and inodes; signs elsewhere on the node tell them apart. */
function whatOf(leaf: Leaf, disk: DiskFact | undefined): Params['what'] {
  if (leaf.kind === 'storage' && leaf.problem === 'quota') return 'quota';
  if (leaf.kind === 'storage' && leaf.problem === 'inodes') return 'inodes';
  return disk?.signs.find((sign) => sign.what !== 'unsaid')?.what ?? 'unsaid';
}

function noteOf(what: Params['what'], disk: DiskFact | undefined): string | undefined {
  if (what !== 'unsaid') return undefined;
  return disk?.pressure === false
    ? 'the kubelet reports no disk pressure: inodes, a quota, or another file system than the one it watches'
    : 'the text is the same for bytes and inodes';
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const { leaf, stage } = witness.error;
  const disk = facts.disk.state === 'present' ? facts.disk.value : undefined;
  const full = leaf.kind === 'storage' && SPACE_PROBLEMS.has(leaf.problem);
  // "Failed to record image pull intent": the kubelet could not write its own file; why may be cut off.
  const record = leaf.kind === 'runtime' && leaf.problem === 'pull-record';
  if (!full && !record) return undefined;
  const signs = disk?.signs.map((sign) => sign.evidence) ?? [];
  const what = whatOf(leaf, disk);
  const note = noteOf(what, disk);
  const verdict = full
    ? ('confirmed' as const)
    : disk?.pressure === true || signs.length > 0
      ? ('likely' as const)
      : ('possible' as const);
  const ownRecord = record || stage === 'policy' || /pull intent/i.test(witness.error.text);
  return {
    verdict,
    because: [witness.evidence, ...signs],
    params: {
      node: facts.subject.node ?? placeholder('node'),
      what,
      ownRecord,
      ...(leaf.kind === 'storage' && leaf.path !== undefined ? { path: leaf.path } : {}),
    },
    ...(what === 'unsaid' ? {} : { detail: what }),
    ...(note === undefined ? {} : { note }),
    ...(what === 'unsaid' || !full ? { toDecide: onNode(facts, 'df -i') } : {}),
    ...(ownRecord
      ? {
          overrules: [
            {
              said: 'Failed to record image pull intent',
              because: [witness.evidence],
              note: 'the kubelet could not write a file of its own; the registry was not asked',
            },
          ],
        }
      : {}),
  };
}

const LACKS: Record<Params['what'], string> = {
  bytes: 'no room left',
  inodes: 'no free inodes',
  quota: 'no disk quota left',
  unsaid: 'no room left',
};

/** The sandbox failed before any image was asked for. */
function inSandbox({ subject }: Facts): boolean {
  return subject.kind === 'sandbox' && subject.image === undefined;
}

function statement({ what, path, ownRecord }: Params, facts: Facts): string {
  const where = path === undefined ? '' : `, writing ${shortPath(path)}`;
  return ownRecord
    ? `${nodeWords(facts)} has ${LACKS[what]}: the kubelet cannot even note the pull in its own files`
    : `${nodeWords(facts)} has ${LACKS[what]} ${inSandbox(facts) ? 'to start a pod' : 'for the image'}${where}`;
}

/** The node has no room for the image. */
export const cause = defineCause<Params>({
  id: 'disk-full',
  link: 'storage',
  class: 'disk',
  severity: 'critical',
  title: 'No room left on the node',
  meaning:
    'The file system that holds images has no free bytes, no free inodes, or a quota is reached. The message names the ' +
    'path that could not be written: the download area, the metadata database or the unpacked layers. Image garbage ' +
    'collection starts at 85 % by default and cannot free images in use.',
  refines: ['filesystem-error', 'unpack-failed'],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to extract layer (application/vnd.oci.image.layer.v1.tar+gzip sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1) to overlayfs as "extract-1-a": write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/6/fs/big.bin: no space left on device',
      from: 'containerd 2.2',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: failed to send write: write /var/lib/containerd/io.containerd.content.v1.content/ingest/71ca/data: no space left on device: unknown',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'writing blob: storing blob to file "/var/tmp/container_images_storage12/2": write /var/tmp/container_images_storage12/2: no space left on device',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example: 'failed to register layer: write /usr/lib/libbig.so: disk quota exceeded',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'Failed to record image pull intent for container image "registry.acme.example/shop/api:1.5.0": open /var/lib/kubelet/image_manager/pulling/sha256-71ca: no space left on device',
      from: 'kubelet 1.35',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime or kubelet reports ENOSPC or EDQUOT of its own write'],
  ruledOutBy: ['a later pull on the same node succeeded without clean-up'],
  special: [
    'containerd: /var/lib/containerd; CRI-O: /var/lib/containers, and /var/tmp for downloads; Docker: /var/lib/docker.',
    'Free space in df with "no space left": look at inodes (df -i) and quotas.',
    'kubelet: FreeDiskSpaceFailed and ImageGCFailed events on the Node tell that clean-up freed too little.',
  ],
  prevention: [
    'Size the image disk for the largest images twice over; alert before 85 %.',
    'Limit logs and emptyDir (ephemeral-storage limits), the usual reason that images find no room.',
  ],
  sample: { node: placeholder('node'), what: 'bytes', ownRecord: false },
  judge,
  statement: (params, facts) => sentence(statement(params, facts)),
  remedies: (_, facts) => [
    {
      title: 'See what is full, and with what',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, 'df -h'),
        onNode(facts, 'df -i'),
        onNode(facts, 'du -xsh /var/lib/containerd /var/lib/kubelet /var/log'),
        sh`kubectl describe node ${namesOf(facts).node}`,
      ],
    },
    {
      title: 'Remove images that no container uses',
      safety: 'yellow',
      owner: 'operator',
      commands: [onNode(facts, 'crictl rmi --prune')],
      note: 'They are pulled again when needed; take care where their tags were deleted.',
    },
    {
      title: 'Move the pods elsewhere and give the node a larger disk, or replace it',
      safety: 'red',
      owner: 'operator',
      commands: [
        sh`kubectl cordon ${namesOf(facts).node}`,
        sh`kubectl drain ${namesOf(facts).node} --ignore-daemonsets --delete-emptydir-data`,
      ],
      note: 'Draining deletes emptyDir data.',
    },
  ],
  verify: (_, facts) => [
    { command: onNode(facts, 'df -h /var/lib/containerd /var/lib/kubelet'), expect: 'Use% well below 85' },
    podRuns(facts),
  ],
  escalate: ({ node }) => [
    {
      when: 'the disk fills again within a day',
      to: 'platform team',
      collect: [
        `df -h, df -i and du of ${words(node)}`,
        'Node events FreeDiskSpaceFailed and EvictionThresholdMet',
        'largest images (crictl images)',
      ],
    },
  ],
});
