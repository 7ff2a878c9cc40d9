import type { HorizontalPodAutoscaler } from '../core/objects.ts';
import { groupBy } from './group-by.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex, WorkloadKind } from './snapshot-index.ts';

export interface Autoscaler {
  readonly name: string;
  /** Pods that it wants. */
  readonly wants?: number;
  readonly max?: number;
  /** It would want more than it may have. */
  readonly atLimit: boolean;
}

/** The autoscaler that sets the number of pods of a workload. */
export function autoscalerOf(
  index: SnapshotIndex,
  { object: { kind, metadata } }: SeenOf<WorkloadKind>,
): { readonly autoscaler: Autoscaler; readonly evidence: string } | undefined {
  const seen = byTarget(index).get(`${kind}/${metadata.namespace ?? ''}/${metadata.name}`)?.[0];
  return seen === undefined ? undefined : { autoscaler: shapeOf(seen.object), evidence: seen.id };
}

function byTarget(index: SnapshotIndex) {
  return index.once('autoscalers by target', () =>
    groupBy(index.all('HorizontalPodAutoscaler'), ({ object: { metadata, target } }) =>
      [target.kind, metadata.namespace ?? '', target.name].join('/'),
    ),
  );
}

function shapeOf({ metadata, desired, max, conditions }: HorizontalPodAutoscaler): Autoscaler {
  return {
    name: metadata.name,
    ...(desired === undefined ? {} : { wants: desired }),
    ...(max === undefined ? {} : { max }),
    // The controller's own word (podautoscaler/horizontal.go, 1.36); v1 keeps conditions in an annotation.
    atLimit:
      conditions.some((c) => c.type === 'ScalingLimited' && c.status === 'True' && c.reason === 'TooManyReplicas') ||
      (desired !== undefined && max !== undefined && desired >= max),
  };
}
