import type { EventList } from '../../core/cluster-answer.ts';
import { compareText } from '../../core/compare.ts';
import type { KubeEvent } from '../../core/objects.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { titleOf, type Wanted } from '../../sources/cluster/problem.ts';
import { resourceOf } from '../../sources/cluster/resources.ts';
import { parseObject } from '../../sources/objects-schema.ts';
import { byNewest, eventItem, timeOf } from './event-item.ts';
import { pageToken, placeIn } from './page-token.ts';
import { WantedFailure } from './wanted-failure.ts';

export interface EventQuestion {
  /** Left out: all namespaces. */
  readonly namespace?: string;
  /** What they are about. */
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly type?: string;
  readonly reason?: string;
  readonly fieldSelector?: string;
  readonly limit: number;
  readonly pageToken?: string;
  /** Which events count; all when left out. */
  readonly keep?: (event: KubeEvent) => boolean;
}

/** Events that are read for one answer; a namespace in turmoil has tens of thousands. */
const MAX_READ = 10_000;

/** Events, newest first. All pages of the API are read, for it knows no order by time. */
export async function listEvents(client: ClusterClient, question: EventQuestion): Promise<EventList> {
  const { namespace, limit, keep = () => true, pageToken: token, ...selected } = question;
  const fieldSelector = fieldsOf(question);
  const same = { namespace, fieldSelector };
  const after = token === undefined ? undefined : placeIn(same, token);
  const wanted: Wanted = { verb: 'list', kind: 'Event', namespace };
  const answer = await client.list('Event', namespace, {
    max: MAX_READ,
    ...(fieldSelector === '' ? {} : { fieldSelector }),
  });
  if (!answer.ok) throw new WantedFailure(wanted, answer.problem);
  const { items, complete } = answer.value;
  const events = items.flatMap(eventIn).filter(keep).sort(byNewest);
  const rest = after === undefined ? events : events.filter((event) => compareText(placeOf(event), after) < 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    events: page.map(eventItem),
    ...(rest.length > page.length && last !== undefined ? { nextPageToken: pageToken(same, placeOf(last)) } : {}),
    coverage: {
      read: [`${titleOf(wanted)}${selected.name === undefined ? '' : ` about ${selected.name}`}`],
      skipped:
        rest.length > page.length ? [`${rest.length - page.length} older events: they come with nextPageToken`] : [],
    },
    gaps: [
      ...(complete
        ? []
        : [
            {
              what: `events beyond the first ${MAX_READ}`,
              why: 'truncated' as const,
              how: 'give name, type or reason',
            },
          ]),
      ...(events.length > 0 ? [] : [NOTHING_KEPT]),
    ],
  };
}

/** kube-apiserver --event-ttl, 1.36. */
const NOTHING_KEPT = {
  what: 'older events',
  why: 'expired' as const,
  how: 'the API server keeps events for one hour by default: that there are none now says nothing of what was',
};

/** Times have one width, so the place sorts as the events do. */
function placeOf(event: KubeEvent): string {
  return `${timeOf(event)} ${event.metadata.name}`;
}

function eventIn(raw: unknown): readonly KubeEvent[] {
  const object = parseObject(raw, { kind: 'Event', apiVersion: resourceOf('Event').apiVersion })?.object;
  return object?.kind === 'Event' ? [object] : [];
}

function fieldsOf({ kind, name, uid, type, reason, fieldSelector }: EventQuestion): string {
  const fields = [
    ['involvedObject.kind', kind],
    ['involvedObject.name', name],
    ['involvedObject.uid', uid],
    ['type', type],
    ['reason', reason],
  ].flatMap(([field, value]) => (value === undefined ? [] : [`${field}=${value}`]));
  return [...fields, ...(fieldSelector ? [fieldSelector] : [])].join(',');
}
