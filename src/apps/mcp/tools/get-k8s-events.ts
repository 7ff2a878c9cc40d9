import { z } from 'zod';
import { listEvents } from '../../../tasks/cluster/list-events.ts';
import { eventList } from '../answers/cluster.ts';
import { firstEvents, refuseSelectors } from '../first-page.ts';
import { eventLine } from '../lines/item-line.ts';
import { input } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';

export const getK8sEvents = defineTool({
  name: 'get_k8s_events',
  title: 'Kubernetes events',
  description:
    'Events, newest first, with times, counts, container, node and source. Filter by namespace and by what they are about (kind, name), type (Warning) or reason. The API server keeps events for about one hour: none now does not mean that none was. For the pulls of one pod get_image_pull_events is shorter.',
  input: z.strictObject({
    namespace: input.namespace.optional().describe('left out: all namespaces'),
    name: input.name.optional().describe('of the object that they are about'),
    kind: z.string().max(60).optional().describe('of that object: Pod, Node, ReplicaSet'),
    type: z.enum(['Normal', 'Warning']).optional(),
    reason: z.string().max(200).optional().describe('exactly: Failed, BackOff'),
    fieldSelector: z.string().max(1_000).optional(),
    limit: input.limit(500, 100),
    pageToken: input.pageToken,
  }),
  output: eventList,
  hints: READS_CLUSTER,
  deadlineMs: 30_000,
  async run(question, context) {
    const evidence = await context.evidence();
    if (evidence === undefined) return listEvents(await context.cluster(), given(question));
    const { type, reason, fieldSelector, limit, ...about } = question;
    refuseSelectors({ type, reason, fieldSelector });
    return firstEvents(evidence.events(given(about), false), limit);
  },
  text: ({ events, nextPageToken }) =>
    [
      `${events.length} events${nextPageToken === undefined ? '' : '; older ones with nextPageToken'}`,
      ...events.map(eventLine),
    ].join('\n'),
});

/** Without the arguments that were left out. */
function given<T extends object>(all: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
