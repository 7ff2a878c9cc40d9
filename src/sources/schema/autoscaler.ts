import { z } from 'zod';
import type { HorizontalPodAutoscaler } from '../../core/objects.ts';
import { defined, list, text, whole } from './lenient.ts';
import { CONDITION, conditionsOf, METADATA, metadataOf } from './metadata.ts';

/** autoscaling/v1 and v2 alike, as far as it is read. */
export const AUTOSCALER = z.object({
  metadata: METADATA,
  spec: z
    .object({
      scaleTargetRef: z.object({ kind: text, name: text }).nullish(),
      minReplicas: whole,
      maxReplicas: whole,
    })
    .nullish(),
  status: z.object({ desiredReplicas: whole, conditions: list(CONDITION) }).nullish(),
});

export function autoscalerOf({ metadata, spec, status }: z.infer<typeof AUTOSCALER>): HorizontalPodAutoscaler {
  const target = spec?.scaleTargetRef;
  return {
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(metadata),
    target: { kind: target?.kind ?? '', name: target?.name ?? '' },
    ...defined({ min: spec?.minReplicas, max: spec?.maxReplicas, desired: status?.desiredReplicas }),
    conditions: conditionsOf(status?.conditions),
  };
}
