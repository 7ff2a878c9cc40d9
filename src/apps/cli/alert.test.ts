import { describe, expect, it } from 'vitest';
import type { Subject } from '../../facts/facts.ts';
import { parseAlerts, selectAlerts } from './alert.ts';

const labels = {
  alertname: 'KubePodImagePullBackOff',
  namespace: 'shop',
  pod: 'api-1',
  container: 'app',
  job: 'kube-state-metrics',
};
const POD = { namespace: 'shop', kind: 'Pod', name: 'api-1' };

describe('parseAlerts', () => {
  it.each([
    ['a webhook payload', { version: '4', status: 'firing', alerts: [{ status: 'firing', labels }] }, [POD]],
    ['alerts of the API', [{ labels, status: { state: 'active' } }], [POD]],
    ['one alert', { labels }, [POD]],
    ['bare labels', labels, [POD]],
    ['the same alert for two containers', [{ labels }, { labels: { ...labels, container: 'two' } }], [POD]],
    [
      'a workload',
      { labels: { namespace: 'shop', deployment: 'api', job: 'x' } },
      [{ namespace: 'shop', kind: 'Deployment', name: 'api' }],
    ],
    [
      'a Job',
      { labels: { namespace: 'shop', job_name: 'import-1' } },
      [{ namespace: 'shop', kind: 'Job', name: 'import-1' }],
    ],
    ['a namespace alone', { labels: { namespace: 'shop' } }, [{ namespace: 'shop' }]],
    [
      'renamed labels',
      { labels: { namespace: 'monitoring', exported_namespace: 'shop', exported_pod: 'api-1' } },
      [POD],
    ],
    [
      'firing before resolved',
      [
        { status: 'resolved', labels: { ...labels, pod: 'old' } },
        { status: 'firing', labels },
      ],
      [POD],
    ],
    ['resolved when nothing fires', [{ status: 'resolved', labels }], [POD]],
  ])('reads %s', (_, payload, expected) => {
    expect(parseAlerts(JSON.stringify(payload))).toEqual(expected);
  });

  it('reads metric lines that are not zero', () => {
    const text = [
      '# HELP kube_pod_container_status_waiting_reason …',
      'kube_pod_container_status_waiting_reason{namespace="shop",pod="api-1",container="app",reason="ImagePullBackOff"} 1',
      'kube_pod_container_status_waiting_reason{namespace="shop",pod="api-2",container="app",reason="ErrImagePull"} 0',
    ].join('\n');
    expect(parseAlerts(text)).toEqual([POD]);
  });

  it.each(['', '{}', '[]', '[null, 3]', '{"alerts": 7}', '{"alerts": [', 'hello'])('refuses %j in one line', (text) => {
    expect(() => parseAlerts(text)).toThrow(/--alert/);
  });
});

describe('selectAlerts', () => {
  const subject = (pod: string, namespace = 'shop'): Subject => ({
    kind: 'container',
    namespace,
    pod,
    owners: [{ kind: 'Deployment', name: 'api' }],
  });

  it('takes what the alert names', () => {
    const select = selectAlerts([POD], new Set(['shop/api-1', 'shop/api-2']));
    expect([subject('api-1'), subject('api-2'), subject('api-1', 'other')].map(select)).toEqual([true, false, false]);
    expect(selectAlerts([{ namespace: 'shop', kind: 'Deployment', name: 'api' }])(subject('api-9'))).toBe(true);
    expect(selectAlerts([{ namespace: 'shop' }])(subject('any'))).toBe(true);
  });

  it('takes the whole namespace when its pods have been replaced since', () => {
    const select = selectAlerts([POD], new Set(['shop/api-7']));
    expect([subject('api-7'), subject('api-7', 'other')].map(select)).toEqual([true, false]);
  });
});
