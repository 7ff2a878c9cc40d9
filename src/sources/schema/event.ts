import type { KubeEvent } from '../../core/objects.ts';
import { defined } from './defined.ts';
import { METADATA, metadataOf } from './metadata.ts';
import { type Infer, object, optional, text, whole } from './shape.ts';

const REFERENCE = optional(object({ kind: text, namespace: text, name: text, uid: text, fieldPath: text }));
const SOURCE = optional(object({ component: text, host: text }));

/** core/v1 and events.k8s.io/v1 in one: the same fields under two names. */
export const EVENT = object({
  metadata: METADATA,
  involvedObject: REFERENCE,
  regarding: REFERENCE,
  type: text,
  reason: text,
  message: text,
  note: text,
  source: SOURCE,
  deprecatedSource: SOURCE,
  reportingComponent: text,
  reportingController: text,
  reportingInstance: text,
  count: whole,
  deprecatedCount: whole,
  firstTimestamp: text,
  deprecatedFirstTimestamp: text,
  lastTimestamp: text,
  deprecatedLastTimestamp: text,
  eventTime: text,
  series: optional(object({ count: whole, lastObservedTime: text })),
});

export function eventOf(raw: Infer<typeof EVENT>): KubeEvent {
  const { metadata, series } = raw;
  const source = raw.source ?? raw.deprecatedSource;
  const firstSeen = raw.firstTimestamp ?? raw.deprecatedFirstTimestamp ?? raw.eventTime ?? metadata.creationTimestamp;
  return {
    kind: 'Event',
    metadata: metadataOf(metadata),
    involved: raw.involvedObject ?? raw.regarding ?? {},
    message: raw.message ?? raw.note ?? '',
    count: series?.count ?? raw.count ?? raw.deprecatedCount ?? 1,
    ...defined({
      type: raw.type,
      reason: raw.reason,
      firstSeen,
      lastSeen:
        series?.lastObservedTime ?? raw.lastTimestamp ?? raw.deprecatedLastTimestamp ?? raw.eventTime ?? firstSeen,
      component: source?.component || raw.reportingComponent || raw.reportingController || undefined,
      host: source?.host || raw.reportingInstance || undefined,
    }),
  };
}
