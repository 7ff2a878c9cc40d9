import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly image: string | Placeholder;
  /** More than one search registry is configured, and the node refuses to guess. */
  readonly severalRegistries: boolean;
}

function judge(facts: Facts) {
  const witness = decisiveLeaf(facts, 'short-name');
  if (witness === undefined) return undefined;
  const severalRegistries = witness.error.leaf.problem !== 'no-search-registry';
  return {
    // The runtime's own decision, made before any registry is asked.
    verdict: 'confirmed' as const,
    because: [witness.evidence],
    params: { image: facts.subject.image ?? witness.error.image ?? placeholder('image'), severalRegistries },
    detail: severalRegistries ? 'several-search-registries' : 'no-search-registry',
    note: 'the runtime stopped before it asked any registry',
  };
}

/** A name without a registry host, on a node that does not assume one. */
export const cause = defineCause<Params>({
  id: 'short-name-ambiguous',
  link: 'reference',
  class: 'config',
  severity: 'high',
  title: 'The image name has no registry, and the node does not guess',
  meaning:
    'The image is written without a registry host. Docker and containerd read that as Docker Hub; CRI-O and Podman look ' +
    'into registries.conf instead. With no search registry there, or with several in enforcing mode, they refuse.',
  refines: ['invalid-reference', 'registry-host-omitted'],
  shapes: [
    {
      example:
        'Failed to inspect image "shop/api:1.5.0": rpc error: code = Unknown desc = short-name "shop/api:1.5.0" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"',
      from: 'CRI-O 1.30',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "shop/api:1.5.0": short name mode is enforcing, but image name shop/api:1.5.0 returns ambiguous list',
      from: 'CRI-O 1.34',
      gives: 'first',
    },
    {
      example:
        'Failed to inspect image "acme/api:1.5.0": rpc error: code = Unknown desc = no registries configured while trying to pull an unqualified image, add at least one in either /etc/crio/crio.conf or /etc/containers/registries.conf',
      from: 'CRI-O up to 1.17',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime says that the short name does not resolve or is ambiguous'],
  ruledOutBy: ['the image is written with a registry host'],
  special: [
    'CRI-O: since 1.34 short_name_mode is enforcing by default; an alias in /etc/containers/registries.conf.d also decides.',
  ],
  prevention: ['Write every image with its registry host; docker.io/library/ for official images.'],
  sample: { image: placeholder('image'), severalRegistries: false },
  judge,
  statement: ({ image, severalRegistries }, facts) =>
    severalRegistries
      ? `${words(image)} names no registry, and ${nodeWords(facts)} may not choose between its search registries`
      : `${words(image)} names no registry, and ${nodeWords(facts)} has no search registry configured`,
  remedies: (_, facts) => [
    {
      title: 'See which search registries and aliases the node has',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(
          facts,
          "grep -rnE 'unqualified-search-registries|short-name-mode|aliases' /etc/containers/registries.conf /etc/containers/registries.conf.d",
        ),
      ],
    },
    changeImage(
      facts,
      'Write the image with its registry host',
      { repository: placeholder('registry/path:tag') },
      'On Docker Hub the full name is docker.io/<owner>/<name>, or docker.io/library/<name> for official images.',
    ),
  ],
  verify: (_, facts) => rolloutWorks(facts),
  escalate: () => [
    {
      when: 'many images without a host come from third-party manifests that cannot be changed',
      to: 'platform team (one search registry, or aliases, on every node)',
      collect: ['the image names', 'registries.conf of a node'],
    },
  ],
});
