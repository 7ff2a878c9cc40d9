import type { KubeEvent, KubeObject } from '../../core/objects.ts';
import { each, type Look, listAll } from './look.ts';

/** Events of one namespace that are read; a namespace in turmoil has tens of thousands. */
export const MAX_EVENTS = 5_000;

/** Up to so many objects are asked for one by one; beyond it, the namespace's events cost less. */
const SINGLE = 3;

/**
 * Warnings that have nothing to do with pulls and come in masses.
 * The API server knows no "or" between values, but any number of "not".
 */
const LOUD = ['Unhealthy', 'FailedScheduling', 'FailedMount', 'FailedAttachVolume', 'Evicted', 'ProbeWarning'];

/** Field selector of the warnings that may be about a pull. */
export const WARNINGS = ['type=Warning', ...LOUD.map((reason) => `reason!=${reason}`)].join(',');

/** Warnings of all namespaces that may tell of a failing pull: one request, however many pods run. */
export async function listWarnings(look: Look): Promise<readonly KubeObject[]> {
  return listAll(look, 'Event', undefined, { fieldSelector: WARNINGS, max: 2 * MAX_EVENTS });
}

/** All events of a namespace. */
export async function listEvents(look: Look, namespace: string): Promise<readonly KubeObject[]> {
  return listAll(look, 'Event', namespace, { max: MAX_EVENTS });
}

/** The events about some objects of a namespace. */
export async function eventsAbout(look: Look, namespace: string, names: readonly string[]): Promise<void> {
  if (names.length > SINGLE) {
    await listEvents(look, namespace);
    return;
  }
  await each(new Set(names), (name) =>
    listAll(look, 'Event', namespace, { fieldSelector: `involvedObject.name=${name}`, max: MAX_EVENTS }),
  );
}

/** What a pod says when a pull, or what comes right after it, goes wrong. Back-off of a pull is a Normal event. */
const STUCK_REASONS: ReadonlySet<string> = new Set([
  'Failed',
  'BackOff',
  'InspectFailed',
  'ErrImageNeverPull',
  'FailedCreatePodSandBox',
  'FailedToRetrieveImagePullSecret',
]);

export interface TroubledPod {
  readonly namespace: string;
  readonly name: string;
  /** Changes with every new event about it. */
  readonly told: string;
}

/** Pods that an event shows to be, or to have been, in trouble. */
export function troubledPods(events: readonly KubeEvent[]): TroubledPod[] {
  const found = new Map<string, { namespace: string; name: string; count: number; last: string }>();
  for (const { reason, involved, metadata, count, lastSeen } of events) {
    const namespace = involved.namespace ?? metadata.namespace;
    if (involved.kind !== 'Pod' || involved.name === undefined || namespace === undefined) continue;
    if (!STUCK_REASONS.has(reason ?? '')) continue;
    const key = `${namespace}/${involved.name}`;
    const known = found.get(key) ?? { namespace, name: involved.name, count: 0, last: '' };
    const last = lastSeen !== undefined && lastSeen > known.last ? lastSeen : known.last;
    found.set(key, { ...known, count: known.count + count, last });
  }
  return [...found.values()].map(({ namespace, name, count, last }) => ({ namespace, name, told: `${count} ${last}` }));
}

/** Controllers that could not create a pod, or that created one of the given, by their own events. */
export function troubledOwners(
  events: readonly KubeEvent[],
  isGone: (namespace: string, pod: string) => boolean,
): { readonly kind: string; readonly namespace: string; readonly name: string }[] {
  const found = new Map<string, { kind: string; namespace: string; name: string }>();
  for (const { reason, message, involved, metadata } of events) {
    const namespace = involved.namespace ?? metadata.namespace;
    const { kind, name } = involved;
    if (kind === undefined || kind === 'Pod' || name === undefined || namespace === undefined) continue;
    const created = reason === 'SuccessfulCreate' ? /^Created pod: (\S{1,253})$/.exec(message)?.[1] : undefined;
    const concerns = reason === 'FailedCreate' || (created !== undefined && isGone(namespace, created));
    if (concerns) found.set(`${kind}/${namespace}/${name}`, { kind, namespace, name });
  }
  return [...found.values()];
}
