import type { Workload } from '../../core/objects.ts';
import { defined } from './defined.ts';
import { CONDITION, METADATA, metadataOf } from './metadata.ts';
import { POD_SPEC, podSpecOf } from './pod.ts';
import { anything, array, type Infer, list, number, object, oneOf, optional, record, text, whole } from './shape.ts';

const TEMPLATE = optional(object({ spec: optional(POD_SPEC) }));
/** ReplicationControllers have a bare map where the others have `matchLabels`. */
const SELECTOR = optional(record);

export const WORKLOAD = object({
  metadata: METADATA,
  spec: optional(
    object({
      replicas: whole,
      parallelism: whole,
      selector: SELECTOR,
      template: TEMPLATE,
      jobTemplate: optional(object({ spec: optional(object({ template: TEMPLATE, activeDeadlineSeconds: whole })) })),
      podManagementPolicy: text,
      activeDeadlineSeconds: whole,
      schedule: text,
      concurrencyPolicy: text,
    }),
  ),
  status: optional(
    object({
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
      active: optional(oneOf(number, array(anything))),
      startTime: text,
      completionTime: text,
      lastScheduleTime: text,
      lastSuccessfulTime: text,
      conditions: list(CONDITION),
    }),
  ),
});

export function workloadOf(kind: Workload['kind'], raw: Infer<typeof WORKLOAD>): Workload {
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
      conditions: status.conditions ?? [],
    },
  };
}

function selectorOf(raw: Record<string, unknown> | undefined): Record<string, string> | undefined {
  const { matchLabels } = raw ?? {};
  const isBare = typeof matchLabels !== 'object' || matchLabels === null;
  const labels = Object.entries(isBare ? (raw ?? {}) : matchLabels).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return isBare && labels.length === 0 ? undefined : Object.fromEntries(labels);
}
