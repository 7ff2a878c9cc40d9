import type { Reading, Rule } from '../rule.ts';
import { imageOf } from '../wrappers/kubelet.ts';

/** Events of a pull that goes well. `pulling image` is also a layer around errors, so it counts only when nothing follows. */
export const PROGRESS_LEAVES: readonly Rule[] = [
  {
    like: 'pulling image {image:q}',
    gives: { pull: true, stage: 'pull' },
    read: image,
    when: ends,
    leaf: { kind: 'progress', what: 'pulling' },
  },
  {
    like: 'pulling image {image:q}',
    gives: { pull: true, stage: 'pull' },
    when: ({ captures }) => captures.image !== 'failed' && captures.image !== 'error',
    read: image,
  },
  // kubeadm, before each round of pulls
  ...[
    'pulling images required for setting up a kubernetes cluster',
    "you can also perform this action {how} 'kubeadm config images pull'",
  ].map((like): Rule => ({ like, gives: { pull: true, stage: 'pull' }, leaf: { kind: 'progress', what: 'pulling' } })),
  { like: 'pulling image failed', gives: { pull: true, stage: 'pull' } },
  // builds of OpenShift 3
  { like: 'pulling image error', gives: { pull: true, stage: 'pull' } },
  {
    like: 'trying to pull {image:w}',
    gives: { runtime: 'podman', pull: true, stage: 'pull' },
    read: image,
    when: ends,
    leaf: { kind: 'progress', what: 'pulling' },
  },
  // the layers as dockerd counts them, and docker compose the images
  ...[
    'pulling fs layer',
    'downloading [',
    'verifying checksum',
    'extracting [',
    'download complete',
    'pull complete',
    'retrying in {seconds:w} second',
  ].map(
    (like): Rule => ({
      like,
      when: afterLayerId,
      gives: { pull: true, stage: 'pull' },
      leaf: { kind: 'progress', what: 'pulling' },
    }),
  ),
  {
    like: 'trying to pull {image:w} from {url:w}',
    gives: { runtime: 'docker', pull: true, stage: 'pull' },
    read: image,
    leaf: { kind: 'progress', what: 'pulling' },
  },
  // containerd's journal
  {
    like: 'pullimage {image:q}',
    gives: { runtime: 'containerd', pull: true, stage: 'pull' },
    read: image,
    when: ends,
    leaf: { kind: 'progress', what: 'pulling' },
  },
  {
    like: 'pullimage {image:q} returns image reference',
    gives: { runtime: 'containerd', pull: true, stage: 'pull' },
    read: image,
    leaf: { kind: 'progress', what: 'pulled' },
  },
  // the log of the ECS agent
  {
    like: 'pulling image complete',
    gives: { pull: true, stage: 'pull' },
    leaf: { kind: 'progress', what: 'pulled' },
  },
  {
    like: 'pulled image {image:q} with image id',
    gives: { runtime: 'containerd', pull: true, stage: 'pull' },
    read: image,
    leaf: { kind: 'progress', what: 'pulled' },
  },
  {
    like: 'stop pulling image {image:w}',
    gives: { runtime: 'containerd', pull: true, stage: 'pull' },
    read: image,
    leaf: { kind: 'progress', what: 'pulling' },
  },
  {
    like: 'successfully pulled image {image:q}',
    gives: { pull: true, stage: 'pull' },
    read: image,
    leaf: { kind: 'progress', what: 'pulled' },
  },
  {
    like: 'container image {image:q} already present on machine',
    gives: { pull: true, stage: 'policy' },
    read: image,
    leaf: { kind: 'progress', what: 'present' },
  },
];

function ends({ rest }: Reading): boolean {
  return /^[\s.…"']*$/.test(rest.slice(0, 40));
}

/** dockerd prints twelve digits of the layer before its state. */
function afterLayerId({ before }: Reading): boolean {
  return /(?:^|\s)[0-9a-f]{12}:\s*$/.test(before.slice(-20));
}

function image({ captures }: Reading): { image?: string; host?: string } {
  return imageOf(captures.image?.replace(/\.\.\.$/, ''));
}
