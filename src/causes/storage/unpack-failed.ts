import type { Verdict } from '../../core/cause.ts';
import type { Leaf, PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { imageWords, namesOf, nodeWords } from '../shared/names.ts';
import { onNode, pullOnNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

type Problem = Extract<Leaf, { readonly kind: 'unpack' }>['problem'] | 'content-store' | 'archive';

interface Params {
  readonly node: string | Placeholder;
  readonly problem: Problem;
}

const WHAT: Record<Problem, string> = {
  ownership: 'its files have owners that the node cannot set (user namespace or file system)',
  'snapshotter-missing': 'the snapshotter that the runtime is told to use is not loaded, or does not answer',
  'snapshot-prepare': 'the snapshotter cannot make a place for a layer',
  'snapshot-state': 'the runtime has lost track of its own layers',
  link: 'a link or special file in it cannot be made there',
  extract: 'a layer cannot be written out',
  'content-store': 'a layer that was fetched is gone from the content store',
  archive: 'a layer is no readable archive',
  other: 'a layer cannot be unpacked',
};

interface Reading {
  readonly problem: Problem;
  readonly verdict: Verdict;
}

function readingOf({ leaf, stage }: PullError): Reading | undefined {
  switch (leaf.kind) {
    case 'unpack':
      return {
        problem: leaf.problem,
        verdict: leaf.problem === 'ownership' || leaf.problem === 'snapshotter-missing' ? 'confirmed' : 'likely',
      };
    case 'content':
      if (leaf.problem === 'missing-content') return { problem: 'content-store', verdict: 'likely' };
      return leaf.problem === 'bad-archive' ? { problem: 'archive', verdict: 'possible' } : undefined;
    case 'storage':
      return stage === 'unpack' && ['permission', 'missing-path', 'other'].includes(leaf.problem)
        ? { problem: 'extract', verdict: 'likely' }
        : undefined;
    case 'unrecognized':
      return stage === 'unpack' ? { problem: 'other', verdict: 'likely' } : undefined;
    default:
      return undefined;
  }
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  const reading = witness === undefined ? undefined : readingOf(witness.error);
  if (witness === undefined || reading === undefined) return undefined;
  return {
    verdict: reading.verdict,
    because: [witness.evidence],
    params: { node: facts.subject.node ?? placeholder('node'), problem: reading.problem },
    detail: reading.problem === 'ownership' ? 'user-namespace' : reading.problem,
    ...(reading.verdict === 'confirmed'
      ? {}
      : { toDecide: onNode(facts, 'journalctl -u containerd --since -15m --no-pager') }),
  };
}

/** The image arrived, and the node cannot unpack it. */
export const cause = defineCause<Params>({
  id: 'unpack-failed',
  link: 'storage',
  class: 'disk',
  severity: 'high',
  title: 'The node cannot unpack the image',
  meaning:
    'All layers were fetched, and writing them out fails: owners outside the id range of a user namespace, links or ' +
    'attributes that the file system lacks, a snapshotter plugin that is not loaded, or a content store whose state was ' +
    'lost (disk wiped or restored under a running runtime). The registry has no part in it.',
  refines: [],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to extract layer sha256:7b803e7e9dc2026ebbaefe79971f1249bd5e12d3bf19e7c5d672d3ac7ed6b7db: failed to Lchown "/var/lib/containerd/tmpmounts/containerd-mount1/etc/app" for UID 900000, GID 900000: lchown /var/lib/containerd/tmpmounts/containerd-mount1/etc/app: invalid argument: unknown',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": unable to resolve snapshotter "stargz": snapshotter not loaded: stargz: invalid argument',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to prepare extraction snapshot "extract-1-a sha256:7b803e7e9dc2026ebbaefe79971f1249bd5e12d3bf19e7c5d672d3ac7ed6b7db": parent snapshot sha256:5f82f391c18c13da3dfa246124574a56fb3e240a7788f527dbab9bea5dc19240 does not exist: not found',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'writing blob: adding layer with blob "sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1": unpacking failed (error: exit status 1; output: potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/shadow))',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example: 'failed to register layer: Container ID 900000 cannot be mapped to a host ID',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime reports that an owner cannot be set, or that its snapshotter is not loaded'],
  ruledOutBy: ['another image with like layers unpacks on the same node: then look at the content of this one'],
  special: [
    'Rootless and nested runtimes map few ids: images with high UIDs need a larger range in /etc/subuid and /etc/subgid.',
    'containerd: stargz, soci, nydus and others are proxy plugins of their own service, which must run.',
    'containerd: discard_unpacked_layers and imported images can leave content out that a later pull needs.',
  ],
  prevention: ['Never wipe or restore the directory of a running runtime.', 'Keep UIDs of images below 65,536.'],
  sample: { node: placeholder('node'), problem: 'extract' },
  judge,
  statement: ({ problem }, facts) =>
    sentence(`${nodeWords(facts)} cannot unpack ${imageWords(facts)}: ${WHAT[problem]}`),
  remedies: ({ problem }, facts) => [
    {
      title: 'See what the runtime says about its plugins and layers',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, 'ctr plugins ls'),
        onNode(facts, 'journalctl -u containerd --since -15m --no-pager'),
        ...(problem === 'ownership' ? [onNode(facts, 'cat /etc/subuid /etc/subgid')] : []),
      ],
    },
    ...fixes(problem, facts),
  ],
  verify: (_, facts) => [{ command: pullOnNode(facts), expect: 'Image is up to date' }, podRuns(facts)],
  escalate: ({ node }) => [
    {
      when: 'several images fail to unpack on one node',
      to: 'platform team',
      collect: [
        `runtime log of ${words(node)}`,
        'runtime configuration (containerd config dump)',
        'file system type of the image directory',
      ],
    },
  ],
});

function fixes(problem: Problem, facts: Facts) {
  if (problem === 'ownership') {
    return [
      {
        title: 'Widen the id range of the runtime, or build the image with lower UIDs',
        safety: 'yellow' as const,
        owner: 'operator' as const,
        commands: [],
      },
    ];
  }
  if (problem === 'snapshotter-missing') {
    return [
      {
        title: 'Start the snapshotter service, or set the runtime back to overlayfs, and restart it',
        safety: 'yellow' as const,
        owner: 'operator' as const,
        commands: [onNode(facts, 'containerd config dump'), onNode(facts, 'systemctl restart containerd')],
      },
    ];
  }
  return [
    {
      title: 'Remove the image and let the node fetch it anew',
      safety: 'yellow' as const,
      owner: 'operator' as const,
      commands: [
        onNode(facts, sh`crictl rmi ${namesOf(facts).image}`),
        onNode(facts, 'systemctl restart containerd'),
        pullOnNode(facts),
      ],
    },
    {
      title: 'Replace the node when its content store stays broken',
      safety: 'red' as const,
      owner: 'operator' as const,
      commands: [sh`kubectl drain ${namesOf(facts).node} --ignore-daemonsets --delete-emptydir-data`],
      note: 'Draining deletes emptyDir data.',
    },
  ];
}
