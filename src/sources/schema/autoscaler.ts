import type { HorizontalPodAutoscaler } from '../../core/objects.ts';
import { defined } from './defined.ts';
import { CONDITION, METADATA, metadataOf } from './metadata.ts';
import { type Infer, list, object, optional, text, whole } from './shape.ts';

/** autoscaling/v1 and v2 alike, as far as it is read. */
export const AUTOSCALER = object({
  metadata: METADATA,
  spec: optional(
    object({
      scaleTargetRef: optional(object({ kind: text, name: text })),
      minReplicas: whole,
      maxReplicas: whole,
    }),
  ),
  status: optional(object({ desiredReplicas: whole, conditions: list(CONDITION) })),
});

export function autoscalerOf({ metadata, spec, status }: Infer<typeof AUTOSCALER>): HorizontalPodAutoscaler {
  const target = spec?.scaleTargetRef;
  return {
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(metadata),
    target: { kind: target?.kind ?? '', name: target?.name ?? '' },
    ...defined({ min: spec?.minReplicas, max: spec?.maxReplicas, desired: status?.desiredReplicas }),
    conditions: status?.conditions ?? [],
  };
}
