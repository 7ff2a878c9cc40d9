import { z } from 'zod';
import { imagePullEvents } from '../../../tasks/cluster/image-pull-events.ts';
import { eventList } from '../answers/cluster.ts';
import { firstEvents } from '../first-page.ts';
import { eventLine } from '../lines/item-line.ts';
import { input } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';

export const getImagePullEvents = defineTool({
  name: 'get_image_pull_events',
  title: 'Image pull events of a pod',
  description:
    'Events of one pod that are about its image pulls, newest first: {type, reason, message, count} and times, container, node. Back-off is included; its message never holds the cause: read the Failed event, or the waiting message (list_k8s_resources). Give a message to decode for what it means.',
  input: z.strictObject({
    name: input.name.describe('of the pod'),
    namespace: input.namespace,
    limit: input.limit(500, 50),
    pageToken: input.pageToken,
  }),
  output: eventList,
  hints: READS_CLUSTER,
  deadlineMs: 30_000,
  async run({ name, namespace, limit, pageToken }, context) {
    const evidence = await context.evidence();
    if (evidence !== undefined) return firstEvents(evidence.events({ kind: 'Pod', name, namespace }, true), limit);
    const client = await context.cluster();
    return imagePullEvents(client, { name, namespace, limit, ...(pageToken === undefined ? {} : { pageToken }) });
  },
  text: ({ events }) =>
    events.length === 0
      ? 'no event about an image pull is left: events live about one hour'
      : events.map(eventLine).join('\n'),
});
