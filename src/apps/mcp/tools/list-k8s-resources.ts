import { z } from 'zod';
import { nearest } from '../../../core/nearest.ts';
import { isKind, KINDS, resourceOf } from '../../../sources/cluster/resources.ts';
import { listResources } from '../../../tasks/cluster/list-resources.ts';
import { resourceList } from '../answers/cluster.ts';
import { firstItems, refuseSelectors } from '../first-page.ts';
import { itemLine } from '../lines/item-line.ts';
import { input } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

export const listK8sResources = defineTool({
  name: 'list_k8s_resources',
  title: 'List Kubernetes objects',
  description: `Objects of one kind: pods with the waiting reason and message of every container (ImagePullBackOff and ErrImagePull are image pull failures), nodes with conditions and instance id, workloads with replica counts. Kinds: ${KINDS.join(', ')}. Secrets come without type and data. Filter by name, fieldSelector (status.phase=Pending, spec.nodeName=…) and labelSelector.`,
  input: z.strictObject({
    kind: z.string().max(60).describe('Pod, Node, Deployment, …; plural and short names are understood'),
    namespace: input.namespace.optional().describe('left out: all namespaces'),
    name: input.name.optional(),
    fieldSelector: z.string().max(1_000).optional(),
    labelSelector: z.string().max(1_000).optional(),
    limit: input.limit(200, 50),
    pageToken: input.pageToken,
  }),
  output: resourceList,
  hints: READS_CLUSTER,
  deadlineMs: 30_000,
  async run({ kind: word, limit, namespace, name, fieldSelector, labelSelector, pageToken }, context) {
    const kind = kindOf(word);
    const evidence = await context.evidence();
    if (evidence !== undefined) {
      refuseSelectors({ fieldSelector, labelSelector });
      const about = { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) };
      return firstItems(evidence.list({ kind, ...about }), limit);
    }
    const client = await context.cluster();
    return listResources(client, {
      kind,
      limit,
      ...(namespace === undefined || !resourceOf(kind).namespaced ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(pageToken === undefined ? {} : { pageToken }),
    });
  },
  text: ({ kind, items, nextPageToken }) =>
    [
      `${items.length} of kind ${kind}${nextPageToken === undefined ? '' : '; more with nextPageToken'}`,
      ...items.flatMap(itemLine),
    ].join('\n'),
});

const SHORT: Readonly<Record<string, string>> = {
  po: 'Pod',
  no: 'Node',
  ns: 'Namespace',
  ev: 'Event',
  sa: 'ServiceAccount',
  svc: 'Service',
  deploy: 'Deployment',
  rs: 'ReplicaSet',
  sts: 'StatefulSet',
  ds: 'DaemonSet',
  cj: 'CronJob',
  rc: 'ReplicationController',
  netpol: 'NetworkPolicy',
  hpa: 'HorizontalPodAutoscaler',
};

function kindOf(word: string) {
  const lower = word.toLowerCase();
  const kind =
    SHORT[lower] ?? KINDS.find((each) => each.toLowerCase() === lower || resourceOf(each).plural === lower) ?? word;
  if (isKind(kind)) return kind;
  throw new ToolFailure('invalid_input', `kind ${word} is not among those that concern image pulls`, {
    near: nearest(word, KINDS),
    next: [`use one of ${KINDS.join(', ')}`],
  });
}
