import type { Subject } from './facts.ts';
import { ownersOf } from './owners.ts';
import { type ContainerSight, imageOf, roleOf } from './pod-pulls.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** The names of a pod that every subject in it shares. */
export function podNames(index: SnapshotIndex, { object }: SeenOf<'Pod'>): Omit<Subject, 'kind'> {
  const { metadata, spec } = object;
  return {
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    pod: metadata.name,
    ...(metadata.uid === undefined ? {} : { podUid: metadata.uid }),
    ...(spec.nodeName === undefined ? {} : { node: spec.nodeName }),
    ...(spec.serviceAccountName === undefined ? {} : { serviceAccount: spec.serviceAccountName }),
    ...(metadata.creationTimestamp === undefined ? {} : { podCreatedAt: metadata.creationTimestamp }),
    owners: ownersOf(index, object.metadata),
  };
}

/** A container's own image. */
export function containerSubject(index: SnapshotIndex, pod: SeenOf<'Pod'>, sight: ContainerSight): Subject {
  const image = imageOf(sight);
  return {
    kind: 'container',
    ...podNames(index, pod),
    container: sight.name,
    role: roleOf(sight),
    ...(image === undefined ? {} : { image }),
  };
}
