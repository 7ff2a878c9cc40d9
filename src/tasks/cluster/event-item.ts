import type { EventItem } from '../../core/cluster-answer.ts';
import { compareText } from '../../core/compare.ts';
import type { KubeEvent } from '../../core/objects.ts';
import { excerpt } from '../../core/redact.ts';

/** An event with its container and node told apart. */
export function eventItem(event: KubeEvent): EventItem {
  const { involved, metadata, firstSeen, lastSeen, component, host } = event;
  const namespace = involved.namespace ?? metadata.namespace;
  const container = containerIn(involved.fieldPath);
  const object = `${involved.kind ?? 'Object'} ${namespace === undefined ? '' : `${namespace}/`}${involved.name ?? ''}`;
  return {
    type: excerpt(event.type ?? '', 40),
    reason: excerpt(event.reason ?? '', 300),
    message: excerpt(event.message),
    count: event.count,
    ...(firstSeen === undefined ? {} : { firstTimestamp: excerpt(firstSeen, 40) }),
    ...(lastSeen === undefined ? {} : { lastTimestamp: excerpt(lastSeen, 40) }),
    object: excerpt(object, 600),
    ...(container === undefined ? {} : { container: excerpt(container, 300) }),
    ...(component === undefined || component === '' ? {} : { source: excerpt(component, 200) }),
    ...(host === undefined || host === '' ? {} : { node: excerpt(host, 300) }),
  };
}

/** `spec.containers{app}`, `spec.initContainers{setup}` (client-go tools/reference, 1.36). */
function containerIn(fieldPath: string | undefined): string | undefined {
  return /^spec\.(?:containers|initContainers|ephemeralContainers)\{([^{}]{1,253})\}$/.exec(fieldPath ?? '')?.[1];
}

/** Newest first; the same order every time, so that pages fit together. */
export function byNewest(a: KubeEvent, b: KubeEvent): number {
  return compareText(timeOf(b), timeOf(a)) || compareText(b.metadata.name, a.metadata.name);
}

/** Where an event stands in that order. */
export function timeOf({ lastSeen, firstSeen }: KubeEvent): string {
  return lastSeen ?? firstSeen ?? '';
}
