import type { ImageVolume } from '../core/objects.ts';
import type { Case } from './case.ts';
import { waitingId } from './evidence-ids.ts';
import { sameImage } from './image-name.ts';
import { newest, PULL_REASONS, pullState } from './pod-events.ts';
import { type ContainerSight, containersOf, eventsOfVolume, imageOf, type PodSight, volumeOf } from './pod-pulls.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { podNames } from './subject-of.ts';

/** One failing image volume, with the containers that only wait for it. */
export interface VolumeCase {
  readonly case: Case;
  readonly containers: readonly string[];
}

/**
 * Image volumes that cannot be pulled. Each container that mounts one shows ErrImagePull
 * although its own image is fine (kuberuntime_manager.go getImageVolumes, 1.31+).
 */
export function imageVolumeCases(index: SnapshotIndex, sight: PodSight): readonly VolumeCase[] {
  const { pod } = sight;
  const victims = containersOf(pod).flatMap((container) => {
    const image = foreignImage(index, pod, container);
    return image === undefined
      ? []
      : [{ container: container.name, image, volume: volumeOf(pod.object.spec.imageVolumes, image) }];
  });
  const images = [...new Set(victims.map(({ image }) => image))];
  const fromStatus = images.map((image): VolumeCase => {
    const mine = victims.filter((victim) => victim.image === image);
    const seenIn = mine.map((victim) => waitingId(pod.id, victim.container));
    return { case: volumeCase(index, pod, image, mine[0]?.volume, seenIn), containers: mine.map((v) => v.container) };
  });
  const fromEvents = pod.object.spec.imageVolumes.flatMap((volume) => {
    const { reference } = volume;
    if (reference === undefined || images.some((image) => sameImage(image, reference))) return [];
    const found = volumeInEvents(sight, volume);
    if (found === undefined) return [];
    const containers = containersOf(pod)
      .filter(
        (c) =>
          c.container?.mounts.includes(volume.volume) === true &&
          c.status?.state.waiting !== undefined &&
          !sameImage(imageOf(c), reference),
      )
      .map((c) => c.name);
    return [{ case: volumeCase(index, pod, reference, volume, [found]), containers }];
  });
  return [...fromStatus, ...fromEvents];
}

function volumeCase(
  index: SnapshotIndex,
  pod: SeenOf<'Pod'>,
  image: string,
  volume: ImageVolume | undefined,
  seenIn: readonly string[],
): Case {
  return {
    key: `${pod.id}#volume/${volume?.volume ?? image}`,
    subject: {
      kind: 'image-volume',
      ...podNames(index, pod),
      ...(volume === undefined ? {} : { volume: volume.volume }),
      image: volume?.reference ?? image,
    },
    seenIn,
  };
}

/** The image that a waiting message names, when it is a volume's and not the container's own. */
function foreignImage(index: SnapshotIndex, pod: SeenOf<'Pod'>, container: ContainerSight): string | undefined {
  const waiting = container.status?.state.waiting;
  const own = imageOf(container);
  if (waiting?.reason === undefined || waiting.message === undefined || own === undefined) return undefined;
  const mountFailed = waiting.message.startsWith('ImageVolumeMountFailed');
  if (!PULL_REASONS.has(waiting.reason) && !mountFailed) return undefined;
  const image = index.decoded(waiting.message).image;
  if (image === undefined || sameImage(image, own)) return undefined;
  return volumeOf(pod.object.spec.imageVolumes, image)?.reference;
}

/** Where the message does not name the image (before 1.32, or a describe text), the volume's events still tell. */
function volumeInEvents(sight: PodSight, { reference }: ImageVolume): string | undefined {
  if (reference === undefined || sight.pod.object.status.phase === 'Running') return undefined;
  const events = eventsOfVolume(sight, reference);
  const state = pullState(events);
  if (state !== 'failing' && state !== 'pulling') return undefined;
  return newest(events, 'failed', 'back-off', 'pulling')?.seen.id;
}
