import type { Container, ContainerStatus, ImageVolume, Pod } from '../core/objects.ts';
import { sameImage } from './image-name.ts';
import { type PodEvent, readPodEvent } from './pod-events.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** A pod with what its events say. */
export interface PodSight {
  readonly pod: SeenOf<'Pod'>;
  readonly events: readonly PodEvent[];
}

/** A pod and its events, read once. */
export function podSight(index: SnapshotIndex, pod: SeenOf<'Pod'>): PodSight {
  return index.once(`pod ${pod.id}`, () => ({ pod, events: index.eventsOfPod(pod).map(readPodEvent) }));
}

/** A container of a pod with its state; either half may be unknown (a table row has no containers). */
export interface ContainerSight {
  readonly name: string;
  readonly container?: Container;
  readonly status?: ContainerStatus;
}

const sights = new WeakMap<Pod, readonly ContainerSight[]>();

/** Containers in the order in which the kubelet pulls: ephemeral, init, then the others (kuberuntime SyncPod, 1.36). */
export function containersOf({ object }: SeenOf<'Pod'>): readonly ContainerSight[] {
  // Every case of a pod asks, and a stranger's pod may have thousands.
  const known = sights.get(object) ?? containersIn(object);
  sights.set(object, known);
  return known;
}

function containersIn({ spec, status }: Pod): readonly ContainerSight[] {
  const statuses = firstByName(status.containers);
  const names = new Set(spec.containers.map(({ name }) => name));
  const known = spec.containers.map((container): ContainerSight => {
    const status = statuses.get(container.name);
    return { name: container.name, container, ...(status === undefined ? {} : { status }) };
  });
  const bare = status.containers
    .filter(({ name }) => !names.has(name))
    .map((status): ContainerSight => ({ name: status.name, status }));
  return [...known, ...bare].sort((a, b) => PULL_ORDER[roleOf(a)] - PULL_ORDER[roleOf(b)]);
}

function firstByName<T extends { readonly name: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.toReversed().map((one) => [one.name, one]));
}

const PULL_ORDER = { ephemeral: 0, init: 1, sidecar: 1, main: 2 } as const;

export function roleOf({ container, status }: ContainerSight) {
  return container?.role ?? status?.role ?? 'main';
}

/** The image as written in the pod; a status may show another name of the same image. */
export function imageOf({ container, status }: ContainerSight): string | undefined {
  return container?.image ?? status?.image;
}

/** Events about one container's own image. Without a field path the image's name decides, then a lone container. */
export function eventsOfContainer({ pod, events }: PodSight, sight: ContainerSight): readonly PodEvent[] {
  const image = imageOf(sight);
  const alone = pod.object.spec.containers.length <= 1 && pod.object.spec.imageVolumes.length === 0;
  return events.filter((event) => {
    if (event.container !== undefined) {
      return (
        event.container === sight.name &&
        (event.image === undefined || image === undefined || !isVolumeImage(pod, event.image, image))
      );
    }
    if (event.image !== undefined) return sameImage(event.image, image) || (alone && image === undefined);
    return alone && CONTAINER_KINDS.has(event.kind);
  });
}

const CONTAINER_KINDS: ReadonlySet<PodEvent['kind']> = new Set([
  'named',
  'back-off',
  'failed',
  'crash',
  'created',
  'started',
  'other',
]);

function isVolumeImage({ object }: SeenOf<'Pod'>, image: string, own: string): boolean {
  return !sameImage(image, own) && volumeOf(object.spec.imageVolumes, image) !== undefined;
}

/** The image volume that an image belongs to. */
export function volumeOf(volumes: readonly ImageVolume[], image: string): ImageVolume | undefined {
  return volumes.find((volume) => sameImage(volume.reference, image));
}

/** Events about an image volume's image carry no field path. */
export function eventsOfVolume({ events }: PodSight, reference: string): readonly PodEvent[] {
  return events.filter((event) => event.container === undefined && sameImage(event.image, reference));
}
