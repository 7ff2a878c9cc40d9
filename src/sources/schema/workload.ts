import { z } from 'zod';
import type { Workload } from '../../core/objects.ts';
import { defined, list, text, textMap, whole } from './lenient.ts';
import { CONDITION, conditionsOf, METADATA, metadataOf } from './metadata.ts';
import { POD_SPEC, podSpecOf } from './pod.ts';

const TEMPLATE = z.object({ spec: POD_SPEC.nullish() }).nullish();
/** ReplicationControllers have a bare map where the others have `matchLabels`. */
const SELECTOR = z.union([z.record(z.string(), z.string()), z.object({ matchLabels: textMap })]).nullish();

export const WORKLOAD = z.object({
  metadata: METADATA,
  spec: z
    .object({
      replicas: whole,
      parallelism: whole,
      selector: SELECTOR,
      template: TEMPLATE,
      jobTemplate: z
        .object({ spec: z.object({ template: TEMPLATE, activeDeadlineSeconds: whole }).nullish() })
        .nullish(),
      podManagementPolicy: text,
      activeDeadlineSeconds: whole,
      schedule: text,
      concurrencyPolicy: text,
    })
    .nullish(),
  status: z
    .object({
      desiredNumberScheduled: whole,
      readyReplicas: whole,
      numberReady: whole,
      ready: whole,
      availableReplicas: whole,
      numberAvailable: whole,
      updatedReplicas: whole,
      updatedNumberScheduled: whole,
      unavailableReplicas: whole,
      numberUnavailable: whole,
      succeeded: whole,
      failed: whole,
      /** A number in a Job, a list of Jobs in a CronJob. */
      active: z.union([z.number(), z.array(z.unknown())]).nullish(),
      startTime: text,
      completionTime: text,
      lastScheduleTime: text,
      lastSuccessfulTime: text,
      conditions: list(CONDITION),
    })
    .nullish(),
});

export function workloadOf(kind: Workload['kind'], raw: z.infer<typeof WORKLOAD>): Workload {
  const spec = raw.spec ?? {};
  const status = raw.status ?? {};
  const template = spec.template?.spec ?? spec.jobTemplate?.spec?.template?.spec;
  return {
    kind,
    metadata: metadataOf(raw.metadata),
    ...defined({
      template: template ? podSpecOf(template) : undefined,
      selector: selectorOf(spec.selector),
      desired: spec.replicas ?? spec.parallelism ?? status.desiredNumberScheduled,
      podManagement: spec.podManagementPolicy,
      deadlineSeconds: spec.activeDeadlineSeconds ?? spec.jobTemplate?.spec?.activeDeadlineSeconds,
      schedule: spec.schedule,
      concurrency: spec.concurrencyPolicy,
    }),
    status: {
      ...defined({
        ready: status.readyReplicas ?? status.numberReady ?? status.ready,
        available: status.availableReplicas ?? status.numberAvailable,
        updated: status.updatedReplicas ?? status.updatedNumberScheduled,
        unavailable: status.unavailableReplicas ?? status.numberUnavailable,
        succeeded: status.succeeded,
        failed: status.failed,
        active: Array.isArray(status.active) ? status.active.length : status.active,
        startTime: status.startTime,
        completionTime: status.completionTime,
        lastScheduleTime: status.lastScheduleTime,
        lastSuccessfulTime: status.lastSuccessfulTime,
      }),
      conditions: conditionsOf(status.conditions),
    },
  };
}

function selectorOf(raw: z.infer<typeof SELECTOR>): Record<string, string> | undefined {
  if (!raw) return undefined;
  if (typeof raw.matchLabels === 'object') return raw.matchLabels ?? undefined;
  const labels = Object.entries(raw).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return labels.length > 0 ? Object.fromEntries(labels) : undefined;
}
