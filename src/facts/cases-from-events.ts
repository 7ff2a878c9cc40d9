import type { Case, Findings } from './case.ts';
import type { Subject } from './facts.ts';
import { groupBy } from './group-by.ts';
import { canonicalImage, sameImage } from './image-name.ts';
import { ownersOf } from './owners.ts';
import { newest, type PodEvent, pullState, readPodEvent } from './pod-events.ts';
import { objectKey, type SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { isAfter } from './time.ts';

/** A pod that only its events know. */
export interface VanishedPod {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string | undefined;
  readonly events: readonly PodEvent[];
}

/** Cases of pods whose object is gone or was not collected: their events are all that is left. */
export function eventCases(index: SnapshotIndex): Findings & { readonly podsExamined: number } {
  const pods = vanishedPods(index);
  return {
    cases: pods.flatMap((pod) => (stillMatters(index, pod) ? casesOf(index, pod) : [])),
    notImagePull: [],
    podsExamined: pods.length,
  };
}

/** Pods named by events and not seen as objects. An older pod of a name that is in use again has been replaced. */
export function vanishedPods(index: SnapshotIndex): readonly VanishedPod[] {
  return index.once('vanished pods', () => {
    const events = index.events.filter(
      ({ object }) => object.involved.kind === 'Pod' && object.involved.name !== undefined,
    );
    const groups = groupBy(events, ({ object }) => {
      const { namespace, name, uid } = object.involved;
      const inUse = index.find('Pod', namespace ?? object.metadata.namespace, name ?? '') !== undefined;
      return inUse ? undefined : `${objectKey(namespace ?? object.metadata.namespace, name ?? '')} ${uid ?? ''}`;
    });
    return [...groups.values()].flatMap((group) => {
      const first = group[0]?.object;
      if (first?.involved.name === undefined) return [];
      const { name, uid } = first.involved;
      return [
        { namespace: first.involved.namespace ?? first.metadata.namespace, name, uid, events: group.map(readPodEvent) },
      ];
    });
  });
}

function casesOf(index: SnapshotIndex, pod: VanishedPod): readonly Case[] {
  const id = `event-pod ${objectKey(pod.namespace, pod.name)} ${pod.uid ?? ''}`;
  return pullsInEvents(index, id, namesOf(index, pod), pod.events);
}

/** The pulls of one pod that its events show to be failing or unfinished; its sandbox image when there are none. */
export function pullsInEvents(
  index: SnapshotIndex,
  id: string,
  names: Omit<Subject, 'kind'>,
  events: readonly PodEvent[],
): readonly Case[] {
  const byPull = groupBy(events, (event) => {
    if (event.image === undefined) return undefined;
    return `${event.container ?? ''} ${canonicalImage(event.image)}`;
  });
  const cases = [...byPull.values()].flatMap((own) => pullCase(id, names, own, events) ?? []);
  return cases.length > 0 ? cases : sandboxCaseOf(index, id, names, events);
}

function pullCase(
  id: string,
  names: Omit<Subject, 'kind'>,
  own: readonly PodEvent[],
  all: readonly PodEvent[],
): Case | undefined {
  const state = pullState([...own, ...startsOf(all, own)]);
  if (state === 'succeeded' || state === 'silent') return undefined;
  const last = newest(own, 'failed', 'back-off', 'pulling');
  if (last === undefined) return undefined;
  const { container, image } = last;
  const init = last.seen.object.involved.fieldPath?.startsWith('spec.initContainers') === true;
  return {
    key: `${id}#${container ?? ''} ${image ?? ''}`,
    subject: {
      kind: 'container',
      ...names,
      ...(container === undefined ? {} : { container }),
      ...(init ? { role: 'init' as const } : {}),
      ...(image === undefined ? {} : { image }),
    },
    seenIn: [last.seen.id],
  };
}

/** `Started` names the container but not the image. */
function startsOf(all: readonly PodEvent[], own: readonly PodEvent[]): readonly PodEvent[] {
  const container = own[0]?.container;
  return all.filter((e) => e.image === undefined && container !== undefined && e.container === container);
}

function sandboxCaseOf(
  index: SnapshotIndex,
  id: string,
  names: Omit<Subject, 'kind'>,
  events: readonly PodEvent[],
): readonly Case[] {
  const failed = newest(events, 'sandbox');
  if (failed === undefined || isAfter(newest(events, 'pulling', 'pulled', 'present', 'started')?.at, failed.at))
    return [];
  const { sandbox, image } = index.decoded(failed.message);
  if (sandbox !== true) return [];
  const subject: Subject = { kind: 'sandbox', ...names, ...(image === undefined ? {} : { image }) };
  return [{ key: `${id}#sandbox`, subject, seenIn: [failed.seen.id] }];
}

function namesOf(index: SnapshotIndex, pod: VanishedPod): Omit<Subject, 'kind'> {
  const node = pod.events.map((e) => e.seen.object.host ?? assignedNode(e)).find((host) => host !== undefined);
  const creator = creatorOf(index, pod);
  return {
    ...(pod.namespace === undefined ? {} : { namespace: pod.namespace }),
    pod: pod.name,
    ...(pod.uid === undefined ? {} : { podUid: pod.uid }),
    ...(node === undefined ? {} : { node }),
    owners: creator === undefined ? [] : ownerChain(index, pod.namespace, creator),
  };
}

function assignedNode({ seen, message }: PodEvent): string | undefined {
  return seen.object.reason === 'Scheduled'
    ? /^Successfully assigned \S{1,600} to (\S{1,253})$/.exec(message)?.[1]
    : undefined;
}

/** The controller that says it created the pod. */
function creatorOf(index: SnapshotIndex, pod: VanishedPod): SeenOf<'Event'>['object']['involved'] | undefined {
  return creations(index).get(objectKey(pod.namespace, pod.name));
}

function creations(index: SnapshotIndex): ReadonlyMap<string, SeenOf<'Event'>['object']['involved']> {
  return index.once('pod creations', () => {
    const creators = new Map<string, SeenOf<'Event'>['object']['involved']>();
    for (const { object } of index.events) {
      const name =
        object.reason === 'SuccessfulCreate' ? /^Created pod: (\S{1,253})$/.exec(object.message)?.[1] : undefined;
      if (name !== undefined)
        creators.set(objectKey(object.involved.namespace ?? object.metadata.namespace, name), object.involved);
    }
    return creators;
  });
}

function ownerChain(index: SnapshotIndex, namespace: string | undefined, owner: { kind?: string; name?: string }) {
  if (owner.kind === undefined || owner.name === undefined) return [];
  const reference = { kind: owner.kind, name: owner.name, controller: true };
  return ownersOf(index, {
    name: '',
    ...(namespace === undefined ? {} : { namespace }),
    labels: {},
    annotations: {},
    ownerReferences: [reference],
  });
}

/**
 * A pod that was deleted may be history: the failure counts when nothing shows that the pod list was complete,
 * or when its controller still misses pods; not when the same image has started since.
 */
function stillMatters(index: SnapshotIndex, pod: VanishedPod): boolean {
  const lastFailure = newest(pod.events, 'failed', 'back-off', 'pulling', 'sandbox');
  if (lastFailure === undefined || startedSince(index, pod, lastFailure)) return false;
  if (index.coverageOf('Pod', pod.namespace, pod.name) === undefined) return true;
  const owner = namesOf(index, pod).owners[0];
  if (owner === undefined) return true;
  return ownerMissesPods(index, pod.namespace, owner);
}

function startedSince(index: SnapshotIndex, { namespace }: VanishedPod, { image, at }: PodEvent): boolean {
  return index.pods.some(({ object }) => {
    if (object.metadata.namespace !== namespace || image === undefined) return false;
    return object.spec.containers.some((container) => {
      if (!sameImage(container.image, image)) return false;
      const running = object.status.containers.find((s) => s.name === container.name)?.state.running;
      return isAfter(running?.startedAt, at);
    });
  });
}

/** Whether a controller has fewer pods ready than it wants; true when that cannot be told. */
export function ownerMissesPods(
  index: SnapshotIndex,
  namespace: string | undefined,
  { kind, name }: { readonly kind: string; readonly name: string },
): boolean {
  const seen =
    kind === 'Job' ||
    kind === 'ReplicaSet' ||
    kind === 'StatefulSet' ||
    kind === 'DaemonSet' ||
    kind === 'ReplicationController'
      ? index.find(kind, namespace, name)
      : undefined;
  if (seen === undefined) return index.coverageOf(kind, namespace, name) === undefined;
  const { desired, status } = seen.object;
  if (kind === 'Job') return status.completionTime === undefined && (status.succeeded ?? 0) === 0;
  return (desired ?? 1) > (status.ready ?? 0);
}
