import { describe, expect, it } from 'vitest';
import { valueIn } from '../core/fact.ts';
import type { HorizontalPodAutoscaler, KubeObject, Workload } from '../core/objects.ts';
import { at, event, factsOf, metadata, pod, waiting, workload } from './snapshot.fixture.ts';

/** What the report says of a pod that cannot pull, owned by the first of the others. */
function impact(owner: { readonly kind: string; readonly name: string }, ...others: readonly KubeObject[]): string[] {
  const meta = { ownerReferences: [{ ...owner, controller: true }] };
  const objects = [pod({ meta, statuses: [waiting('ErrImagePull')] }), ...others];
  return [...(valueIn(factsOf({ objects }).workload)?.impact ?? [])];
}

function autoscaler(overrides: Partial<HorizontalPodAutoscaler>): HorizontalPodAutoscaler {
  return {
    kind: 'HorizontalPodAutoscaler',
    metadata: metadata('api'),
    target: { kind: 'StatefulSet', name: 'api' },
    conditions: [],
    ...overrides,
  };
}

const API = { kind: 'StatefulSet', name: 'api' };
const set = (ready: number, desired: number, more: Partial<Workload> = {}) =>
  workload('StatefulSet', 'api', { desired, podManagement: 'Parallel', status: { ready, conditions: [] }, ...more });

describe('an autoscaler', () => {
  it.each([
    ['at its limit by number', { max: 5, desired: 5 }, 'hpa/api is at its limit: 3 of its 5 pods are ready'],
    [
      'at its limit by its own word',
      { max: 5, conditions: [{ type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' }] },
      'hpa/api is at its limit',
    ],
    ['below its limit', { max: 9, desired: 5 }, 'hpa/api cannot scale up: it wants 5 pods, 3 are ready'],
    [
      'limited at the lower end',
      { max: 9, desired: 1, conditions: [{ type: 'ScalingLimited', status: 'True', reason: 'TooFewReplicas' }] },
      'hpa/api cannot scale up: it wants 1 pod, 3 are ready',
    ],
  ])('%s', (_, parts, words) => {
    expect(impact(API, set(3, 5), autoscaler(parts)).join('\n')).toContain(words);
  });

  it('of another workload, or where no pod is missing, is not told of', () => {
    const other = autoscaler({ target: { kind: 'StatefulSet', name: 'web' }, max: 5, desired: 5 });
    expect(impact(API, set(3, 5), other).join('\n')).not.toContain('hpa/');
    expect(impact(API, set(5, 5), autoscaler({ max: 5, desired: 5 })).join('\n')).not.toContain('hpa/');
  });
});

describe('a StatefulSet', () => {
  it('makes later pods wait only when it starts them in order', () => {
    expect(impact(API, set(0, 2)).join('\n')).not.toContain('in order');
    expect(impact(API, set(0, 2, { podManagement: 'OrderedReady' })).join('\n')).toContain('in order');
  });

  it('stops its rolling update', () => {
    const status = { ready: 2, updated: 1, conditions: [] };
    expect(impact(API, set(2, 3, { status }))).toContain('the rolling update of statefulset/api stops at this pod');
  });
});

describe('a Job', () => {
  const owner = { kind: 'Job', name: 'load' };
  const job = (more: Partial<Workload>) => workload('Job', 'load', more);

  it.each([
    [{}, 'job/load does not start its work: it has no deadline (activeDeadlineSeconds), so it waits for ever'],
    [
      { deadlineSeconds: 600, status: { startTime: at('10:00'), conditions: [] } },
      'job/load does not start its work and is given up at 2026-03-01T10:10:00Z, after 600 s',
    ],
    [{ deadlineSeconds: 1e300, status: { startTime: at('10:00'), conditions: [] } }, 'is given up after'],
    [
      {
        deadlineSeconds: 600,
        status: { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }] },
      },
      'job/load does not start its work and was given up',
    ],
  ])('%j', (parts, words) => {
    expect(impact(owner, job(parts)).join('\n')).toContain(words);
  });
});

describe('a CronJob', () => {
  const owned = (name: string, created: string, completionTime?: string) =>
    workload('Job', name, {
      metadata: metadata(name, {
        creationTimestamp: at(created),
        ownerReferences: [{ kind: 'CronJob', name: 'nightly', controller: true }],
      }),
      status: { conditions: [], ...(completionTime === undefined ? {} : { completionTime: at(completionTime) }) },
    });
  const cronJob = (more: Partial<Workload>) => workload('CronJob', 'nightly', more);
  const owner = { kind: 'Job', name: 'nightly-3' };
  const runs = [owned('nightly-1', '08:00', '08:05'), owned('nightly-2', '09:00'), owned('nightly-3', '10:00')];

  it('counts the runs since the last success', () => {
    const lines = impact(owner, ...runs, cronJob({ status: { lastSuccessfulTime: at('08:05'), conditions: [] } }));
    expect(lines[0]).toContain('2 runs did not start their work (the last success was at 2026-03-01T08:05:00Z)');
  });

  it('says when a run that hangs keeps the others away, and how many it did', () => {
    const skipped = event('JobAlreadyActive', 'Not starting job because prior execution is running', {
      kind: 'CronJob',
      pod: 'nightly',
      count: 4,
    });
    const forbid = cronJob({ concurrency: 'Forbid' });
    expect(impact(owner, ...runs, forbid, skipped)).toContain(
      'no other run of cronjob/nightly starts while this one hangs (concurrencyPolicy Forbid); 4 were left out already',
    );
    expect(impact(owner, ...runs, cronJob({ concurrency: 'Allow' })).join('\n')).not.toContain('hangs');
    expect(impact(owner, ...runs, cronJob({ concurrency: 'Replace' })).join('\n')).toContain('replaces the one');
  });
});
