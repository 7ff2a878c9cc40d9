import type { Judgement } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { imageParts } from '../shared/image-parts.ts';
import { nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  /** The file with the rule. */
  readonly file: string | Placeholder;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisiveLeaf(facts, 'blocked');
  if (witness === undefined) return undefined;
  const { error, evidence } = witness;
  const host = error.host ?? imageParts(facts)?.host ?? placeholder('registry');
  return {
    // The runtime's own configuration, quoted by the runtime.
    verdict: 'confirmed',
    because: [evidence],
    params: { host, file: error.leaf.by === '' ? placeholder('registries.conf') : error.leaf.by },
    note: 'the runtime stopped before it asked the registry',
  };
}

/** The configuration of the node forbids this registry. */
export const cause = defineCause<Params>({
  id: 'registry-blocked',
  link: 'signature',
  class: 'config',
  severity: 'high',
  title: 'The node is configured to block this registry',
  meaning:
    'The configuration of the container runtime marks this registry as blocked. The node does not even try to reach it, ' +
    'so network, credentials and image are beside the point.',
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
  confirmedBy: ['the runtime says that the registry is blocked, and in which file'],
  ruledOutBy: ['the same node pulled from the registry since'],
  special: [
    'CRI-O: blocked = true in registries.conf or registries.conf.d.',
    'OpenShift: image.config.openshift.io/cluster, spec.registrySources, writes these files through the machine configuration.',
  ],
  prevention: ['Publish the list of allowed registries, and check it in CI.'],
  sample: { host: placeholder('registry'), file: placeholder('registries.conf') },
  judge,
  statement: ({ host, file }, facts) =>
    `Registry ${words(host)} is blocked on ${nodeWords(facts)} by its configuration (${words(file)})`,
  remedies: ({ file }, facts) => [
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
  ],
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ host }) => [
    {
      when: `workloads need ${words(host)}`,
      to: 'security or platform team (owner of the list of registries)',
      collect: ['the image', 'the rule and the file it stands in', 'why no allowed registry has the image'],
    },
  ],
});
