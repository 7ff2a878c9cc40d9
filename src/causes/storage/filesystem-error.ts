import type { Verdict } from '../../core/cause.ts';
import type { Leaf, PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { shortPath } from '../shared/short-path.ts';
import { decisive } from '../shared/witness.ts';

type Problem = Extract<Leaf, { kind: 'storage' }>['problem'];

interface Params {
  readonly node: string | Placeholder;
  readonly problem: Problem;
  readonly path?: string;
}

const WHAT: Partial<Record<Problem, string>> = {
  'read-only': 'is mounted read-only',
  permission: 'refuses the container runtime',
  io: 'gives input/output errors',
  'missing-path': 'lacks a path that the runtime needs',
};

/** EROFS and EIO come from the kernel alone; a refusal or a missing path while unpacking has other reasons too. */
function verdictOf({ leaf, stage }: PullError): Verdict | undefined {
  if (leaf.kind === 'runtime') return leaf.problem === 'pull-record' ? 'possible' : undefined;
  if (leaf.kind !== 'storage') return undefined;
  if (leaf.problem === 'read-only' || leaf.problem === 'io') return 'confirmed';
  if (leaf.problem === 'permission' || leaf.problem === 'missing-path' || leaf.problem === 'other') {
    return stage === 'unpack' ? 'possible' : 'likely';
  }
  return undefined;
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  const verdict = witness === undefined ? undefined : verdictOf(witness.error);
  if (witness === undefined || verdict === undefined) return undefined;
  const { leaf } = witness.error;
  const problem = leaf.kind === 'storage' ? leaf.problem : 'other';
  return {
    verdict,
    because: [witness.evidence],
    params: {
      node: facts.subject.node ?? placeholder('node'),
      problem,
      ...(leaf.kind === 'storage' && leaf.path !== undefined ? { path: leaf.path } : {}),
    },
    detail: problem === 'other' ? 'filesystem' : problem,
    ...(verdict === 'confirmed' ? {} : { toDecide: onNode(facts, 'dmesg --level=err,warn') }),
  };
}

/** The node's file system does not do what the runtime asks. */
export const cause = defineCause<Params>({
  id: 'filesystem-error',
  link: 'storage',
  class: 'disk',
  severity: 'critical',
  title: 'The file system of the node fails',
  meaning:
    'The container runtime or kubelet cannot write where images are kept: the file system became read-only after errors, ' +
    'the disk gives input/output errors, a mount is gone, or rights and SELinux labels are wrong. It is the node, not the ' +
    'registry, and it hits everything on it, often as FailedCreatePodSandBox before any image is pulled.',
  refines: ['unpack-failed'],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: failed to open writer: open /var/lib/containerd/io.containerd.content.v1.content/ingest/71ca/ref: read-only file system',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to extract layer sha256:7b803e7e9dc2026ebbaefe79971f1249bd5e12d3bf19e7c5d672d3ac7ed6b7db: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/6/fs/lib.so: input/output error: unknown',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'writing blob: storing blob to file "/var/tmp/container_images_storage12/2": open /var/tmp/container_images_storage12/2: permission denied',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'failed to register layer: open /var/lib/docker/image/overlay2/layerdb/tmp/write-set-1/diff: read-only file system',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime reports EROFS or EIO of its own write'],
  ruledOutBy: ['a later pull on the same node succeeded without repair'],
  special: [
    'Linux: ext4 and XFS go read-only after errors on the device; the kernel log tells.',
    'SELinux: restorecon after moving the image directory.',
  ],
  prevention: ['Alert on read-only mounts and disk errors (node problem detector), and replace such nodes.'],
  sample: { node: placeholder('node'), problem: 'read-only', path: '/var/lib/containerd' },
  judge,
  statement: ({ problem, path }, facts) =>
    sentence(
      `The file system of ${nodeWords(facts)}${path === undefined ? '' : ` at ${shortPath(path)}`} ${WHAT[problem] ?? 'fails the container runtime'}`,
    ),
  remedies: ({ node, problem }, facts) => [
    {
      title: 'Read mounts and kernel log',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, 'findmnt --types ext4,xfs,btrfs,overlay'),
        onNode(facts, 'dmesg --level=err,warn'),
        ...(problem === 'permission' ? [onNode(facts, 'ls -ldZ /var/lib/containerd /var/lib/containers')] : []),
      ],
    },
    {
      title: 'Keep new pods off the node',
      safety: 'yellow',
      owner: 'operator',
      commands: [sh`kubectl cordon ${node}`],
    },
    {
      title: 'Replace the node, or its disk',
      safety: 'red',
      owner: 'operator',
      commands: [sh`kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data`],
      note: 'A file system that turned itself read-only must be checked unmounted; remounting it writable risks data. Draining deletes emptyDir data.',
    },
  ],
  verify: (_, facts) => [
    {
      command: onNode(facts, 'findmnt --noheadings --output OPTIONS --target /var/lib/containerd'),
      expect: 'rw among the options',
    },
    podRuns(facts),
  ],
  escalate: ({ node }) => [
    {
      when: 'the kernel log shows disk errors',
      to: 'platform team, or the provider of the machine',
      collect: [`dmesg and mounts of ${words(node)}`, 'SMART or volume status'],
    },
  ],
});
