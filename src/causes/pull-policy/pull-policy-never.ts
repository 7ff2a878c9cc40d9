import type { Judgement, Remedy } from '../../core/cause.ts';
import { becauseOf } from '../../core/fact.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { manifestOwner } from '../shared/manifest-owner.ts';
import { namesOf, nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { ROLLED_OUT } from '../shared/pull-works.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly image: string | Placeholder;
}

/** Since when the kubelet may refuse an image that is on the node (KubeletEnsureSecretPulledImages on by default). */
const VERIFIES_SINCE = 35;

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisiveLeaf(facts, 'not-present');
  if (witness === undefined) return undefined;
  const image = facts.subject.image ?? witness.error.image ?? placeholder('image');
  const onNodeNow = facts.imageOnNode.state === 'present' && facts.imageOnNode.value.onNode;
  if (onNodeNow) {
    return {
      verdict: 'possible',
      because: [witness.evidence, ...becauseOf(facts.imageOnNode)],
      params: { image },
      note: 'the image is on the node by now',
      toDecide: onNode(facts, sh`crictl inspecti ${image}`),
    };
  }
  const minor = facts.versions.state === 'present' ? facts.versions.value.kubeletMinor : undefined;
  // Before the verification of credentials the message could only mean that the image is absent.
  const onlyAbsent = minor !== undefined && minor < VERIFIES_SINCE;
  return {
    verdict: onlyAbsent ? 'confirmed' : 'likely',
    because: [witness.evidence, ...(onlyAbsent ? becauseOf(facts.versions) : [])],
    params: { image },
    note: 'the kubelet looked on the node, found no image that it may use, and must not pull',
    ...(onlyAbsent ? {} : { toDecide: onNode(facts, sh`crictl inspecti ${image}`) }),
  };
}

/** The policy forbids to pull, and the image is not on the node. */
export const cause = defineCause<Params>({
  id: 'pull-policy-never',
  link: 'pull-policy',
  class: 'config',
  severity: 'high',
  title: 'The pull policy is Never and the image is not on the node',
  meaning:
    'imagePullPolicy: Never tells the kubelet to use only what is on the node. The image is not there: it was loaded on ' +
    'another node, was removed by the image garbage collection, or is named differently. No registry is ever asked.',
  refines: [],
  shapes: [
    {
      example: 'Container image "shop/api:1.5.0" is not present with pull policy of Never',
      from: 'kubelet 1.36',
      gives: 'first',
    },
    {
      example:
        'Error syncing pod, skipping: failed to "StartContainer" for "api" with ErrImageNeverPull: "Container image \\"shop/api:1.5.0\\" is not present with pull policy of Never"',
      from: 'kubelet 1.30',
      gives: 'first',
    },
  ],
  confirmedBy: ['the kubelet is older than 1.35 and says that the image is not present'],
  ruledOutBy: [
    'the image is on the node, and the kubelet refuses it to this pod for want of credentials (1.35 and later)',
  ],
  special: [
    'Kubernetes: since 1.35 the same words appear for an image that is on the node but was pulled with a secret that this pod does not have.',
    'minikube, kind, k3d: load the image into every node; the image store of the host is another one.',
    'containerd: the kubelet sees only images of the namespace k8s.io.',
  ],
  prevention: [
    'Use IfNotPresent unless pulling must be impossible.',
    'Pin preloaded images, so that garbage collection keeps them (containerd: label io.cri-containerd.pinned=pinned).',
  ],
  sample: { image: placeholder('image') },
  judge,
  statement: ({ image }, facts) =>
    `${words(image)} is not on ${nodeWords(facts)}, and pull policy Never forbids to pull it`,
  remedies: ({ image }, facts) => {
    return [
      {
        title: 'See which images are on the node',
        safety: 'green',
        owner: 'operator',
        commands: [onNode(facts, 'crictl images')],
      },
      letPull(facts),
      {
        title: 'Or load the image into the node',
        safety: 'yellow',
        owner: 'operator',
        commands: [onNode(facts, sh`ctr -n k8s.io images import ${placeholder('image.tar')}`)],
        note: `Under exactly this name: ${words(image)}; on every node that the pod may run on.`,
      },
    ];
  },
  verify: (_, facts) => [podRuns(facts)],
  escalate: () => [
    {
      when: 'the image is on the node and the message stays',
      to: 'platform team (credential verification, garbage collection)',
      collect: [
        'crictl images',
        'version and configuration of the kubelet',
        'image_manager/pulled in the root of the kubelet',
      ],
    },
  ],
});

function letPull(facts: Facts): Remedy {
  const { namespace, workload, container } = namesOf(facts);
  const list = facts.subject.role === 'init' || facts.subject.role === 'sidecar' ? 'initContainers' : 'containers';
  const change = { name: words(container), imagePullPolicy: 'IfNotPresent' };
  const patch = JSON.stringify({ spec: { template: { spec: { [list]: [change] } } } });
  const managed = manifestOwner(facts);
  const patchable = ROLLED_OUT.has(facts.subject.owners.at(-1)?.kind ?? '') || facts.subject.pod === undefined;
  return {
    title: 'Let the kubelet pull: imagePullPolicy IfNotPresent',
    safety: 'yellow',
    owner: 'developer',
    commands: managed?.commands ?? (patchable ? [sh`kubectl -n ${namespace} patch ${workload} -p ${patch}`] : []),
    note: [
      'The image must then be in a registry that the node can reach.',
      ...(patchable ? [] : ['The field cannot be changed in place here: recreate the pod.']),
      ...(managed === undefined ? [] : [managed.note]),
    ].join(' '),
    change: { kind: 'pull-policy', to: 'IfNotPresent' },
  };
}
