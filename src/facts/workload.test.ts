import { describe, expect, it } from 'vitest';
import { valueIn } from '../core/fact.ts';
import { managedBy } from './managed-by.ts';
import {
  container,
  factsOf,
  metadata,
  pod,
  type SnapshotOptions,
  status,
  waiting,
  workload,
} from './snapshot.fixture.ts';

function owned(kind: string, name: string) {
  return pod({ meta: { ownerReferences: [{ kind, name, controller: true }] }, statuses: [waiting('ErrImagePull')] });
}

function workloadOf(objects: SnapshotOptions['objects'] & object) {
  return valueIn(factsOf({ objects }).workload);
}

const replicaSet = (name: string, ready: number) =>
  workload('ReplicaSet', name, {
    metadata: metadata(name, { ownerReferences: [{ kind: 'Deployment', name: 'api', controller: true }] }),
    status: { ready, conditions: [] },
  });

describe('the workload', () => {
  it('is the outermost owner; a rollout is blocked while the old revision serves', () => {
    const deployment = workload('Deployment', 'api', { desired: 3, status: { ready: 3, updated: 1, conditions: [] } });
    const found = workloadOf([
      owned('ReplicaSet', 'api-new'),
      replicaSet('api-new', 0),
      replicaSet('api-old', 3),
      deployment,
    ]);
    expect(found).toMatchObject({ kind: 'Deployment', name: 'api', oldPodsReady: 3, rolloutBlocked: true });
    expect(found?.impact).toEqual([
      'the rollout of deploy/api is blocked; 3 pods of the previous revision still serve',
    ]);
  });

  it('is not known of a pod in a printed table, which shows no owners', () => {
    const row = pod({ statuses: [waiting('ErrImagePull')] });
    const { uid: _, ...printed } = row.metadata;
    const { workload: found } = factsOf({
      objects: [{ object: { ...row, metadata: printed }, view: 'table' as const, id: 'pod/1', locator: 'pods.txt:2' }],
    });
    expect(found).toMatchObject({ state: 'unknown' });
  });

  it('is down when no pod is ready', () => {
    const deployment = workload('Deployment', 'api', { desired: 2 });
    const found = workloadOf([owned('ReplicaSet', 'api-new'), replicaSet('api-new', 0), deployment]);
    expect(found).toMatchObject({ rolloutBlocked: false });
    expect(found?.impact).toEqual(['deploy/api has no ready pod (0 of 2): what depends on it is down']);
  });

  it('has less capacity when some are ready', () => {
    const deployment = workload('Deployment', 'api', { desired: 3, status: { ready: 2, conditions: [] } });
    const found = workloadOf([owned('ReplicaSet', 'api-new'), replicaSet('api-new', 2), deployment]);
    expect(found?.impact).toContain('deploy/api runs with 2 of 3 pods ready: less capacity');
  });

  it.each([
    ['Job', 'job/work does not start its work'],
    ['StatefulSet', 'statefulset/work starts its pods in order'],
    ['DaemonSet', 'daemonset/work has no ready pod (0 of 2)'],
  ] as const)('%s', (kind, sentence) => {
    const found = workloadOf([owned(kind, 'work'), workload(kind, 'work', { desired: 2 })]);
    expect(found?.impact.join('\n')).toContain(sentence);
  });

  it('loses one container of a pod that nothing owns when the others run', () => {
    const containers = [container({ name: 'web' }), container()];
    const statuses = [status({ name: 'web', state: { running: {} } }), waiting('ErrImagePull')];
    const found = workloadOf([pod({ phase: 'Running', spec: { containers }, statuses })]);
    expect(found?.impact).toEqual(['container app of pod api-1 does not run; its other containers do']);
  });

  it('is not touched by a debug container', () => {
    const debug = container({ name: 'debug', role: 'ephemeral', image: 'acme.example/debug:1' });
    const statuses = [
      status({ state: { running: {} } }),
      { ...waiting('ErrImagePull'), name: 'debug', role: 'ephemeral' as const },
    ];
    const owner = [{ kind: 'StatefulSet', name: 'db', controller: true }];
    const thePod = pod({
      phase: 'Running',
      spec: { containers: [container(), debug] },
      statuses,
      meta: { ownerReferences: owner },
    });
    expect(workloadOf([thePod, workload('StatefulSet', 'db', { desired: 1 })])?.impact).toEqual([
      'debug container debug does not start; the pod itself is not affected',
    ]);
  });

  it('is the pod itself when nothing owns it, and the named owner when that was not seen', () => {
    expect(workloadOf([pod({ statuses: [waiting('ErrImagePull')] })])).toMatchObject({ kind: 'Pod', name: 'api-1' });
    expect(workloadOf([owned('ReplicaSet', 'api-new')])).toMatchObject({ kind: 'ReplicaSet', name: 'api-new' });
  });

  it('tells when an init container holds back the rest', () => {
    const containers = [container({ name: 'migrate', role: 'init' }), container({ image: 'acme.example/b:1' })];
    const failing = pod({
      spec: { containers },
      meta: { ownerReferences: [{ kind: 'Job', name: 'work', controller: true }] },
      statuses: [{ ...waiting('ErrImagePull'), name: 'migrate', role: 'init' }],
    });
    expect(workloadOf([failing, workload('Job', 'work')])?.impact).toContain(
      'init container migrate holds back all other containers of the pod',
    );
  });
});

describe('managedBy', () => {
  it.each([
    [{ annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop-prod/api' } }, 'Argo CD (app shop)'],
    [{ annotations: { 'meta.helm.sh/release-name': 'api' } }, 'Helm (release api)'],
    [{ labels: { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/instance': 'api' } }, 'Helm (release api)'],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, 'Flux (kustomization apps)'],
    [
      { labels: { 'helm.toolkit.fluxcd.io/name': 'api' }, annotations: { 'meta.helm.sh/release-name': 'api' } },
      'Flux (helmrelease api)',
    ],
    [{ annotations: { 'argocd.argoproj.io/tracking-id': 'team_shop:apps/Deployment:x/api' } }, 'Argo CD (app shop)'],
    [
      { labels: { 'app.kubernetes.io/instance': 'shop' }, managedFields: [{ manager: 'argocd-controller' }] },
      'Argo CD (app shop)',
    ],
    [{ labels: { 'app.kubernetes.io/instance': 'shop' }, managedFields: [{ manager: 'kubectl' }] }, undefined],
    [{ labels: { 'app.kubernetes.io/managed-by': 'kubectl' } }, undefined],
  ])('%j', (marks, expected) => {
    expect(managedBy([metadata('pod'), metadata('api', marks)])).toBe(expected);
  });
});
