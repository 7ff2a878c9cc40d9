import { describe, expect, it } from 'vitest';
import type { Incident } from '../../core/report.ts';
import { adviceFor } from './wait.ts';

const NOW = '2026-11-20T22:00:00Z';

function incident(cause: string, workloads: readonly string[], more: Partial<Incident> = {}): Incident {
  const pods = [{ namespace: 'shop', name: 'api-0' }];
  return { cause: { id: cause }, scope: { pods, workloads }, ...more } as unknown as Incident;
}

describe('adviceFor', () => {
  it('tells when the kubelet tries again, if that lies ahead', () => {
    const soon = incident('tag-not-found', ['Deployment/shop/api'], { nextRetryAt: '2026-11-20T22:02:40Z' });
    expect(adviceFor(soon, NOW)).toEqual(['waiting; the kubelet tries again at 2026-11-20T22:02:40Z']);
    const past = { ...soon, nextRetryAt: '2026-11-20T21:59:00Z' };
    expect(adviceFor(past, NOW)).toEqual([
      'waiting; the kubelet tries again by itself, at most 5 minutes after its last try',
    ]);
  });

  it.each([
    [
      'a secret for the ServiceAccount',
      incident('no-credentials', ['Deployment/shop/api']),
      'a secret added to the ServiceAccount counts for new pods only: kubectl -n shop rollout restart deployment/api',
    ],
    [
      'a secret where nobody restarts pods',
      incident('no-credentials', ['ReplicaSet/shop/api']),
      'a secret added to the ServiceAccount counts for new pods only: delete the pods of replicaset/api in shop',
    ],
    [
      'a Job',
      incident('tag-not-found', ['Job/shop/load']),
      'the template of a Job cannot change: kubectl -n shop delete job load, then create it anew',
    ],
    [
      'a StatefulSet',
      incident('tag-not-found', ['StatefulSet/shop/api']),
      'a changed template does not replace a pod that never got ready: kubectl -n shop delete pod api-0',
    ],
    [
      'a pod of nobody',
      incident('tag-not-found', []),
      'nothing replaces api-0: after a change of its secrets list or ServiceAccount, delete and create it (namespace shop)',
    ],
  ])('says what a fix needs: %s', (_, of, words) => {
    expect(adviceFor(of, NOW)).toContain(words);
  });

  it('quotes names that are no plain words', () => {
    const lines = adviceFor(incident('tag-not-found', ['Job/shop/load; rm -rf x']), NOW);
    expect(lines.join('\n')).toContain("delete job 'load; rm -rf x'");
  });
});
