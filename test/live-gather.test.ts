import { describe, expect, it } from 'vitest';
import type { RawObject } from '../src/testing/store.ts';
import { askLive, namespaceOf, recordedObjects } from './support/replayed-cluster.ts';

const NOW = '2026-11-20T22:10:00Z';
const AT = '2026-11-20T22:00:00Z';
const IMAGE = 'registry.acme.example/shop/api:9.9.9';

interface PodParts {
  readonly name: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly secrets?: readonly string[];
  readonly account?: string;
  readonly node?: string;
  /** The innermost error. */
  readonly says?: string;
  /** A second container runs, so the pod's phase is Running. */
  readonly besideRunning?: boolean;
}

const said = (image: string) => `failed to resolve reference "${image}": ${image}: not found`;

function stuckPod(parts: PodParts): RawObject {
  const { name, namespace = 'shop', image = IMAGE, secrets = [], account = 'default', node = 'node-a' } = parts;
  const { says = said(image) } = parts;
  const waiting = {
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${image}": ErrImagePull: ${says}`,
  };
  const beside = parts.besideRunning === true;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: `uid-${name}`, creationTimestamp: AT, labels: { app: 'api' } },
    spec: {
      nodeName: node,
      serviceAccountName: account,
      imagePullSecrets: secrets.map((secret) => ({ name: secret })),
      containers: [{ name: 'app', image }, ...(beside ? [{ name: 'side', image: 'side:1' }] : [])],
    },
    status: {
      phase: beside ? 'Running' : 'Pending',
      containerStatuses: [
        { name: 'app', image, imageID: '', ready: false, state: { waiting } },
        ...(beside
          ? [{ name: 'side', image: 'side:1', imageID: 'x', ready: true, state: { running: { startedAt: AT } } }]
          : []),
      ],
    },
  };
}

function failedEvent(pod: string, namespace = 'shop', image = IMAGE, says = said(image)): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${pod}.1`, namespace },
    involvedObject: { kind: 'Pod', namespace, name: pod, uid: `uid-${pod}`, fieldPath: 'spec.containers{app}' },
    type: 'Warning',
    reason: 'Failed',
    message: `Failed to pull image "${image}": ${says}`,
    count: 3,
    firstTimestamp: AT,
    lastTimestamp: '2026-11-20T22:05:00Z',
    source: { component: 'kubelet', host: 'node-a' },
  };
}

const account = (name: string, secrets: readonly string[] = [], namespace = 'shop'): RawObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace },
  imagePullSecrets: secrets.map((secret) => ({ name: secret })),
});

describe('finding stuck pods', () => {
  it.each([[{ namespace: 'shop', targets: [] }], [{ targets: [] }]])(
    'finds a running pod with a stuck container through its events, asked %j',
    async (question) => {
      const objects = [stuckPod({ name: 'api-1', besideRunning: true }), failedEvent('api-1')];
      const { report, paths } = await askLive(question, { objects, now: NOW });
      expect(report.incidents.map((i) => [i.cause.id, i.scope.pods[0]?.container])).toEqual([['tag-not-found', 'app']]);
      expect(paths).toContain('get /api/v1/namespaces/shop/pods/api-1');
    },
  );

  it('tells of a pod that is gone by what its events still say', async () => {
    const { report, missing } = await askLive(
      { namespace: 'shop', targets: [{ kind: 'Pod', name: 'api-1' }] },
      { objects: [failedEvent('api-1')], now: NOW },
    );
    expect(missing).toEqual([]);
    expect(report.incidents.map((i) => i.cause.id)).toEqual(['tag-not-found']);
  });

  it('names what does not exist', async () => {
    const targets = [
      { kind: 'Pod', name: 'none' },
      { kind: 'Deployment', name: 'none' },
    ];
    const { missing } = await askLive({ namespace: 'shop', targets }, { objects: [], now: NOW });
    expect(missing.map(({ kind }) => kind).sort()).toEqual(['Deployment', 'Pod']);
  });

  it('finds a workload that may not create pods', async () => {
    const objects = recordedObjects('admission-registry-not-allowed');
    const namespace = namespaceOf(objects);
    const name = objects.find(({ kind }) => kind === 'Deployment')?.metadata?.name ?? '';
    const { report } = await askLive({ namespace, targets: [{ kind: 'Deployment', name }] }, { objects, now: NOW });
    expect(report.incidents.map((i) => i.cause.link)).toEqual(['admission']);
  });

  it('asks for pods by label with a selector', async () => {
    const { report, paths } = await askLive(
      { namespace: 'shop', targets: [], selector: 'app=api' },
      { objects: [stuckPod({ name: 'api-1' })], now: NOW },
    );
    expect(report.incidents.length).toBe(1);
    expect(paths[0]).toMatch(/^list \/api\/v1\/namespaces\/shop\/pods\?limit=500&labelSelector=app%3Dapi/);
  });
});

describe('what stands around', () => {
  it('reads the Secrets of the pod and of its ServiceAccount, once each, and takes a 404 for absent', async () => {
    const objects = [
      ...['api-1', 'api-2', 'api-3'].map((name) => stuckPod({ name, secrets: ['gone'], account: 'builder' })),
      account('builder', ['of-account']),
    ];
    const { paths, report } = await askLive({ namespace: 'shop', targets: [] }, { objects, now: NOW });
    const reads = paths.filter((path) => /secrets|serviceaccounts|nodes/.test(path)).sort();
    expect(reads).toEqual([
      'get /api/v1/namespaces/shop/secrets/gone',
      'get /api/v1/namespaces/shop/secrets/of-account',
      'get /api/v1/namespaces/shop/serviceaccounts/builder',
      'get /api/v1/nodes/node-a',
    ]);
    const secret = report.incidents[0]?.context.imagePullSecrets?.[0];
    expect(secret).toMatchObject({ name: 'gone', state: 'absent' });
  });

  it('costs by workloads and namespaces, not by pods', async () => {
    const objects = Array.from({ length: 300 }, (_, n) =>
      stuckPod({ name: `api-${n}`, namespace: `team-${n % 3}`, secrets: ['regcred'] }),
    );
    const { requests, report } = await askLive({ targets: [] }, { objects, now: NOW });
    expect(report.incidents[0]?.scope.pods.length).toBe(300);
    expect(requests).toBeLessThan(30);
  });

  it('looks behind an in-cluster registry, and no further than 12 requests for one pod', async () => {
    const objects = recordedObjects('nodeport-registry-no-endpoints');
    const namespace = namespaceOf(objects);
    const failing = objects.find(
      ({ kind, metadata }) => kind === 'Pod' && !(metadata?.name ?? '').startsWith('registry'),
    );
    const name = failing?.metadata?.name ?? '';
    const { report, paths, requests } = await askLive(
      { namespace, targets: [{ kind: 'Pod', name }] },
      { objects, now: NOW, select: (subject) => subject.pod === name },
    );
    expect(report.incidents.map((i) => [i.cause.id, i.verdict])).toEqual([['in-cluster-registry-down', 'confirmed']]);
    expect(paths.some((path) => path.includes('/endpointslices'))).toBe(true);
    expect(requests).toBeLessThanOrEqual(12);
  });

  describe('in a namespace of many pods', () => {
    const ownedBy = (kind: string, name: string) => [{ kind, name, uid: `uid-${name}`, controller: true }];
    const deployment: RawObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', namespace: 'shop', uid: 'uid-api' },
      spec: { replicas: 2, selector: { matchLabels: { app: 'api' } } },
    };
    const replicaSet: RawObject = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: 'api-7f',
        namespace: 'shop',
        labels: { app: 'api' },
        ownerReferences: ownedBy('Deployment', 'api'),
      },
      spec: { replicas: 2, selector: { matchLabels: { app: 'api' } } },
    };
    const owned = (pod: RawObject): RawObject => ({
      ...pod,
      metadata: { ...pod.metadata, ownerReferences: ownedBy('ReplicaSet', 'api-7f') },
    });
    const running = (name: string, app: string, image: string): RawObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: AT, labels: { app } },
      spec: { nodeName: 'node-b', containers: [{ name: 'app', image, imagePullPolicy: 'Always' }] },
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'app', image, imageID: 'x', state: { running: { startedAt: AT } } }],
      },
    });
    const objects = [
      deployment,
      replicaSet,
      owned(stuckPod({ name: 'api-7f-a' })),
      failedEvent('api-7f-a'),
      ...Array.from({ length: 150 }, (_, n) => running(`b-${100 + n}`, 'b', 'other.acme.example/b:1')),
      // By their names the last ones of the namespace.
      owned(running('zz-api', 'api', IMAGE)),
    ];

    it('compares one pod with a hundred others, and with all of its own workload', async () => {
      const { paths, requests, snapshot } = await askLive(
        { namespace: 'shop', targets: [{ kind: 'Pod', name: 'api-7f-a' }] },
        { objects, now: NOW, select: (subject) => subject.pod === 'api-7f-a' },
      );
      const lists = paths.filter((path) => path.startsWith('list /api/v1/namespaces/shop/pods'));
      expect(lists).toEqual([
        'list /api/v1/namespaces/shop/pods?limit=100',
        'list /api/v1/namespaces/shop/pods?limit=500&labelSelector=app%3Dapi',
      ]);
      const pods = snapshot.objects.filter(({ object }) => object.kind === 'Pod');
      expect(pods.length).toBe(101);
      expect(pods.map(({ object }) => object.metadata.name)).toContain('zz-api');
      expect(requests).toBeLessThanOrEqual(12);
    });

    it('asks for none of a workload whose pods are all among them', async () => {
      const { paths } = await askLive(
        { namespace: 'shop', targets: [{ kind: 'Pod', name: 'api-7f-a' }] },
        { objects: [...objects.slice(0, -1), owned(running('api-7f-b', 'api', IMAGE))], now: NOW },
      );
      expect(paths).toContain('list /api/v1/namespaces/shop/pods?limit=100');
      expect(paths.filter((path) => path.includes('/pods?') && path.includes('labelSelector'))).toEqual([]);
    });

    it('is read whole for a question about all of it', async () => {
      const { paths } = await askLive({ namespace: 'shop', targets: [] }, { objects, now: NOW });
      expect(paths).toContain('list /api/v1/namespaces/shop/pods?limit=500');
      expect(paths.filter((path) => path.includes('/pods?limit=100'))).toEqual([]);
    });
  });

  it('reads Secrets that nobody names with --thorough only', async () => {
    const objects = recordedObjects('pull-secret-exists-not-attached');
    const question = { namespace: namespaceOf(objects), targets: [] };
    const plain = await askLive(question, { objects, now: NOW });
    expect(plain.paths.filter((path) => path.startsWith('list') && path.includes('/secrets'))).toEqual([]);
    expect(plain.report.incidents[0]?.cause.id).toBe('no-credentials');
    const thorough = await askLive({ ...question, thorough: true }, { objects, now: NOW });
    expect(thorough.report.incidents[0]?.cause.id).toBe('pull-secret-not-attached');
  });
});

describe('how far it reaches', () => {
  const host = 'harbor.acme.example';
  const labelled = (name: string, zone: string): RawObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
    status: {
      nodeInfo: { kubeletVersion: 'v1.36.2', containerRuntimeVersion: 'containerd://2.1.9', architecture: 'amd64' },
    },
  });
  const image = `${host}/shop/api:1`;
  const says = `failed to do request: Head "https://${host}/v2/shop/api/manifests/1": dial tcp 10.9.9.9:443: connect: connection refused`;
  const runs: RawObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', uid: 'uid-web-1', creationTimestamp: AT },
    spec: { nodeName: 'node-c', containers: [{ name: 'app', image: `${host}/shop/web:1`, imagePullPolicy: 'Always' }] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'app', imageID: 'x', state: { running: { startedAt: '2026-11-20T22:08:00Z' } } }],
    },
  };
  const nodes = [labelled('node-a', 'z1'), labelled('node-b', 'z1'), labelled('node-c', 'z2')];
  const objects = [
    ...nodes,
    stuckPod({ name: 'api-1', node: 'node-a', image, says }),
    stuckPod({ name: 'api-2', node: 'node-b', image, says }),
    failedEvent('api-1', 'shop', image, says),
    failedEvent('api-2', 'shop', image, says),
    runs,
  ];

  it('names the zone whose nodes fail, by the labels of nodes alone', async () => {
    const { report, paths } = await askLive({ namespace: 'shop', targets: [] }, { objects, now: NOW });
    const notes = report.incidents.flatMap(({ correlation }) => correlation.map(({ note }) => note));
    expect(notes.join()).toContain('all in zone z1; outside it node-c pulled from harbor.acme.example since');
    expect(paths.filter((path) => path.startsWith('list /api/v1/nodes')).length).toBe(1);
    expect(report.incidents[0]?.context.kubelet).toBe('v1.36.2');
  });

  it('does not list nodes for a failure of one of them', async () => {
    const { paths } = await askLive({ namespace: 'shop', targets: [] }, { objects: objects.slice(0, 4), now: NOW });
    expect(paths.filter((path) => path.startsWith('list /api/v1/nodes'))).toEqual([]);
  });

  it('reads the autoscaler of a workload that misses pods', async () => {
    const recorded = recordedObjects('rollout-blocked');
    const deployment = recorded.find(({ kind }) => kind === 'Deployment');
    const namespace = namespaceOf(recorded);
    const autoscaler: RawObject = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace },
      spec: { scaleTargetRef: { kind: 'Deployment', name: deployment?.metadata?.name }, maxReplicas: 9 },
      status: { desiredReplicas: 9 },
    };
    const short = { ...deployment, spec: { ...(deployment?.spec as object), replicas: 9 } };
    const objects = [...recorded.filter((object) => object !== deployment), short, autoscaler];
    const { report } = await askLive({ namespace, targets: [] }, { objects, now: NOW });
    expect(report.incidents[0]?.impact.join('\n')).toMatch(/hpa\/web is at its limit: \d of its 9 pods are ready/);
  });
});
