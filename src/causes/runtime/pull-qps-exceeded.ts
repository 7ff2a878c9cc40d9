import { sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { imageWords, namesOf, nodeWords } from '../shared/names.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  /** Other pulls of the same node that fail as well. */
  readonly others: number;
}

function judge(facts: Facts) {
  const witness = decisiveLeaf(facts, 'throttle');
  if (witness === undefined) return undefined;
  const siblings = facts.siblings.state === 'present' ? facts.siblings.value.sameNodeFails : [];
  return {
    // Only the kubelet prints this, before it calls the runtime.
    verdict: 'confirmed' as const,
    because: [witness.evidence],
    params: { others: siblings.length },
    note: 'the kubelet says so itself; no runtime and no registry was asked',
    overrules: [
      {
        said: 'pull QPS exceeded',
        because: [witness.evidence],
        note: "this is the kubelet's registryPullQPS, not a rate limit of the registry",
      },
    ],
  };
}

/** The kubelet's own throttle on pulls. */
export const cause = defineCause<Params>({
  id: 'pull-qps-exceeded',
  link: 'runtime',
  class: 'config',
  severity: 'low',
  title: "The kubelet's own pull limit is reached",
  meaning:
    'The kubelet allows registryPullQPS pulls a second (default 5) with a burst of registryBurst (default 10) and refuses ' +
    'the rest without asking anybody. Each refusal counts as a failed pull and lengthens the back-off. It happens when many ' +
    'pods start on one node at once, and it passes by itself.',
  refines: ['rate-limited'],
  shapes: [
    {
      example: 'Failed to pull image "registry.acme.example/shop/api:1.5.0": pull QPS exceeded',
      from: 'kubelet 1.36',
      gives: 'first',
    },
    {
      example: 'Back-off pulling image "registry.acme.example/shop/api:1.5.0": ErrImagePull: pull QPS exceeded',
      from: 'kubelet 1.32',
      gives: 'first',
    },
    {
      example:
        'E1120 22:06:11.881279 859 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"api\\" with ErrImagePull: \\"pull QPS exceeded\\"" pod="shop-prod/api-0"',
      from: 'kubelet log',
      gives: 'first',
    },
  ],
  confirmedBy: ['the kubelet reports "pull QPS exceeded" for the image'],
  ruledOutBy: ['a runtime or registry error for the same attempt: then the kubelet did let the pull pass'],
  special: [
    'kubelet: registryPullQPS 0 switches the limit off; serializeImagePulls and maxParallelImagePulls are other limits.',
  ],
  prevention: [
    'Raise registryPullQPS and registryBurst in the KubeletConfiguration of nodes that start many pods at once.',
    'Bake large or common images into the node image, so that a new node has less to pull.',
  ],
  sample: { others: 0 },
  judge,
  statement: ({ others }, facts) =>
    `The kubelet of ${nodeWords(facts)} holds back ${imageWords(facts)} by its own limit on pulls a second (registryPullQPS)` +
    (others > 0 ? `; ${others} more pulls there fail` : ''),
  remedies: (_, facts) => {
    const { node, namespace, pod } = namesOf(facts);
    return [
      {
        title: "Wait for the kubelet's next attempt: at most 5 minutes",
        safety: 'green',
        owner: 'operator',
        commands: [sh`kubectl -n ${namespace} get pod ${pod} -w`],
      },
      {
        title: 'See the limits that the kubelet runs with',
        safety: 'green',
        owner: 'operator',
        commands: [
          `${sh`kubectl get --raw /api/v1/nodes/${node}/proxy/configz`} | jq '.kubeletconfig | {registryPullQPS, registryBurst, serializeImagePulls, maxParallelImagePulls}'`,
        ],
      },
      {
        title: 'Raise registryPullQPS and registryBurst in the KubeletConfiguration and restart the kubelet',
        safety: 'yellow',
        owner: 'operator',
        commands: ['systemctl restart kubelet'],
        note: 'On the node, after the change; managed node groups take it from their launch configuration. A restart also starts all back-offs afresh.',
      },
    ];
  },
  verify: (_, facts) => [podRuns(facts)],
  escalate: (_, facts) => [
    {
      when: 'the message is still there after half an hour',
      to: 'platform team',
      collect: [`kubelet configuration of ${nodeWords(facts)}`, 'number of pods starting on the node'],
    },
  ],
});
