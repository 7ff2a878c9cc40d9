import type { Judgement, Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { imageParts } from '../shared/image-parts.ts';
import { imageWords, nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  /** The file with the rule, or the name of the registry's policy. */
  readonly file: string | Placeholder;
  /** The registry keeps the image back by a policy of its own; the node may ask it. */
  readonly atRegistry: boolean;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisiveLeaf(facts, 'blocked');
  if (witness === undefined) return undefined;
  const { error, evidence } = witness;
  const atRegistry = error.leaf.atRegistry === true;
  const host = error.host ?? imageParts(facts)?.host ?? placeholder('registry');
  return {
    // Whoever refuses says so: the runtime of its own configuration, the registry of its own policy.
    verdict: 'confirmed',
    because: [evidence],
    params: { host, file: error.leaf.by === '' ? placeholder('registries.conf') : error.leaf.by, atRegistry },
    ...(atRegistry ? { detail: 'registry-policy' } : {}),
    note: atRegistry
      ? 'the registry has the image and knows who asks; its policy forbids to serve it'
      : 'the runtime stopped before it asked the registry',
  };
}

const AT_REGISTRY: readonly Remedy[] = [
  {
    title: 'Read in the registry what its policy found in this image',
    safety: 'green',
    owner: 'developer',
    commands: [],
    note: 'Harbor: the configuration of the project and the scan report of the artifact. Artifactory: the violations in Xray.',
  },
  {
    title: 'Rebuild the image on a base without the findings, and roll it out under a new tag',
    safety: 'yellow',
    owner: 'developer',
    commands: [],
  },
  {
    title: 'Exempt the finding in the registry',
    safety: 'red',
    owner: 'security',
    commands: [],
    note: 'The policy exists on purpose: only by decision of whoever owns it.',
  },
];

/** The configuration of the node, or a policy of the registry, forbids it. */
export const cause = defineCause<Params>({
  id: 'registry-blocked',
  link: 'signature',
  class: 'config',
  severity: 'high',
  title: 'A policy of the node or of the registry blocks this image',
  meaning:
    'The configuration of the container runtime marks this registry as blocked. The node does not even try to reach it, ' +
    'so network, credentials and image are beside the point. Or the registry has the image and its own policy keeps it ' +
    'back: Harbor and Artifactory refuse images with findings, or not scanned yet.',
  refines: [],
  shapes: [
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": initializing source docker://registry.acme.example/shop/api:1.5.0: registry registry.acme.example is blocked in /etc/containers/registries.conf',
      from: 'CRI-O 1.32',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "docker.io/library/nginx:1.27": rpc error: code = Unknown desc = error pinging docker registry docker.io: registry docker.io is blocked in /etc/containers/registries.conf or /etc/containers/registries.conf.d',
      from: 'CRI-O 1.20',
      gives: 'first',
    },
    {
      example:
        'unable to pull image or OCI artifact: pull image err: initializing source docker://registry.acme.example/shop/api:1.5.0: registry registry.acme.example/shop/api is blocked in /etc/containers/registries.conf or /etc/containers/registries.conf.d; artifact err: get manifest: registry is blocked',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
  ],
  confirmedBy: [
    'the runtime says that the registry is blocked, and in which file',
    'the registry says that its policy forbids to serve the image',
  ],
  ruledOutBy: ['the same node pulled from the registry since'],
  special: [
    'CRI-O: blocked = true in registries.conf or registries.conf.d.',
    'OpenShift: image.config.openshift.io/cluster, spec.registrySources, writes these files through the machine configuration.',
  ],
  prevention: ['Publish the list of allowed registries, and check it in CI.'],
  sample: { host: placeholder('registry'), file: placeholder('registries.conf'), atRegistry: false },
  judge,
  statement: ({ host, file, atRegistry }, facts) =>
    atRegistry
      ? `${sentence(words(host))} does not serve ${imageWords(facts)}: a policy of the registry forbids it (${words(file)})`
      : `Registry ${words(host)} is blocked on ${nodeWords(facts)} by its configuration (${words(file)})`,
  remedies: ({ file, atRegistry }, facts) => (atRegistry ? AT_REGISTRY : onTheNode(file, facts)),
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ host, atRegistry }) => [
    {
      when: atRegistry ? 'the finding cannot be mended in time' : `workloads need ${words(host)}`,
      to: atRegistry
        ? 'security team (owner of the policy)'
        : 'security or platform team (owner of the list of registries)',
      collect: atRegistry
        ? ['the image', 'the report of the registry on it']
        : ['the image', 'the rule and the file it stands in', 'why no allowed registry has the image'],
    },
  ],
});

function onTheNode(file: string | Placeholder, facts: Facts): readonly Remedy[] {
  return [
    {
      title: 'Read the rule on the node',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, 'grep -rn -B4 blocked /etc/containers/registries.conf /etc/containers/registries.conf.d'),
      ],
      note: `The runtime names ${words(file)}. On OpenShift: ${sh`oc get image.config.openshift.io/cluster -o yaml`}`,
    },
    changeImage(facts, 'Use the image from an allowed registry', { repository: placeholder('allowed registry/image') }),
    {
      title: 'Unblock the registry on the nodes',
      safety: 'red',
      owner: 'security',
      commands: [],
      note: 'Somebody blocked it on purpose: only by decision of whoever owns the rule.',
    },
  ];
}
