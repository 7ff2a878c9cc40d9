import { z } from 'zod';
import { clusterHealth as lookAtCluster } from '../../../tasks/cluster/cluster-health.ts';
import { clusterHealth as answer } from '../answers/cluster.ts';
import { input } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';

export const clusterHealth = defineTool({
  name: 'cluster_health',
  title: 'Health of the cluster, as far as pulls go',
  description:
    'Where to look first: nodes that are not ready or under pressure, pods that wait for an image by reason, and the registries in use with how many containers of each fail. One registry failing everywhere is not a pod problem. Next: diagnose.',
  input: z.strictObject({ namespace: input.namespace.optional().describe('only pods of this namespace') }),
  output: answer,
  hints: READS_CLUSTER,
  deadlineMs: 45_000,
  run: async ({ namespace }, context) => lookAtCluster(await context.cluster(), namespace),
  text: ({ nodes, pods, registries, gaps }) =>
    [
      `nodes: ${nodes.ready} of ${nodes.total} ready`,
      ...nodes.troubled.map(({ name, problems }) => `  ${name}: ${problems.join(', ')}`),
      `pods: ${pods.stuckOnImages} of ${pods.examined} wait for an image`,
      ...pods.waiting.map(({ name, count }) => `  ${name}: ${count} containers`),
      'registries:',
      ...registries.map(({ registry, containers, failing }) => `  ${registry}: ${failing} of ${containers} failing`),
      ...gaps.map(({ what, why }) => `not known: ${what}: ${why}`),
    ].join('\n'),
});
