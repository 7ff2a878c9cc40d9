import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { parseDocument, parseObject, parseObjects } from './objects-schema.ts';

const metadata = { name: 'x', namespace: 'shop' };

describe('parseObject', () => {
  it('reads a pod with every kind of container and an image volume', () => {
    const parsed = parseObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, uid: 'u', resourceVersion: '7', creationTimestamp: '2026-03-01T10:00:00Z' },
      spec: {
        initContainers: [
          { name: 'prepare', image: 'registry.acme.example/prepare:1' },
          { name: 'proxy', image: 'registry.acme.example/proxy:1', restartPolicy: 'Always' },
        ],
        containers: [
          { name: 'app', image: 'registry.acme.example/app:1', volumeMounts: [{ name: 'model', mountPath: '/m' }] },
        ],
        ephemeralContainers: [{ name: 'debug', image: 'registry.acme.example/debug:1' }],
        volumes: [
          { name: 'model', image: { reference: 'registry.acme.example/model:1', pullPolicy: 'Always' } },
          { name: 'tmp', emptyDir: {} },
        ],
        imagePullSecrets: [{ name: 'regcred' }, {}],
        serviceAccountName: 'robot',
        nodeName: 'node-a',
      },
      status: {
        phase: 'Pending',
        containerStatuses: [
          {
            name: 'app',
            image: '',
            imageID: '',
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: 'ErrImagePull' } },
          },
        ],
        initContainerStatuses: [{ name: 'proxy', state: { running: { startedAt: '2026-03-01T10:00:09Z' } } }],
      },
    });
    expect(parsed).toMatchObject({
      view: 'full',
      resourceVersion: '7',
      newestTime: '2026-03-01T10:00:09Z',
      dropped: [],
      object: {
        kind: 'Pod',
        spec: {
          containers: [
            { name: 'prepare', role: 'init' },
            { name: 'proxy', role: 'sidecar' },
            { name: 'app', role: 'main', mounts: ['model'] },
            { name: 'debug', role: 'ephemeral' },
          ],
          imageVolumes: [{ volume: 'model', reference: 'registry.acme.example/model:1', pullPolicy: 'Always' }],
          imagePullSecrets: ['regcred', ''],
          serviceAccountName: 'robot',
        },
        status: {
          containers: [
            { name: 'proxy', role: 'sidecar' },
            { name: 'app', role: 'main', imageID: '', state: { waiting: { reason: 'ErrImagePull' } }, lastState: {} },
          ],
        },
      },
    });
  });

  it('leaves out what is not set, so that "not set" and "empty" stay apart', () => {
    const pod = parseObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers: [{ name: 'app' }] },
    })?.object;
    expect(pod).toMatchObject({ kind: 'Pod' });
    expect(pod?.kind === 'Pod' && Object.keys(pod.spec)).toEqual(['containers', 'imageVolumes', 'volumes']);
    expect(pod?.kind === 'Pod' && Object.keys(pod.spec.containers[0] ?? {})).toEqual(['name', 'role', 'mounts']);
  });

  it.each([
    [
      'apps/v1',
      'Deployment',
      { spec: { replicas: 3 }, status: { readyReplicas: 1, updatedReplicas: 2 } },
      { desired: 3, status: { ready: 1, updated: 2 } },
    ],
    [
      'apps/v1',
      'DaemonSet',
      { status: { desiredNumberScheduled: 4, numberReady: 2, numberUnavailable: 2 } },
      { desired: 4, status: { ready: 2, unavailable: 2 } },
    ],
    [
      'batch/v1',
      'Job',
      { spec: { parallelism: 1 }, status: { active: 1, failed: 2 } },
      { desired: 1, status: { active: 1, failed: 2 } },
    ],
    ['batch/v1', 'CronJob', { status: { active: [{}, {}] } }, { status: { active: 2 } }],
    ['v1', 'ReplicationController', { spec: { selector: { app: 'x' } } }, { selector: { app: 'x' } }],
    ['apps/v1', 'ReplicaSet', { spec: { selector: { matchLabels: { app: 'x' } } } }, { selector: { app: 'x' } }],
    ['v1', 'ServiceAccount', { imagePullSecrets: [{ name: 'regcred' }] }, { imagePullSecrets: ['regcred'] }],
    [
      'v1',
      'Node',
      { status: { nodeInfo: { architecture: 'arm64' } } },
      { info: { architecture: 'arm64' }, images: [] },
    ],
    [
      'v1',
      'Service',
      { spec: { clusterIP: '10.0.0.9', ports: [{ port: 5000, targetPort: 5000 }] } },
      { clusterIPs: ['10.0.0.9'], ports: [{ port: 5000, targetPort: '5000' }] },
    ],
    [
      'v1',
      'Endpoints',
      {
        subsets: [
          { addresses: [{ ip: '10.1.0.1' }], notReadyAddresses: [{ ip: '10.1.0.2' }], ports: [{ port: 5000 }] },
        ],
      },
      { kind: 'EndpointSlice', service: 'x', ready: ['10.1.0.1'], notReady: ['10.1.0.2'], ports: [5000] },
    ],
    [
      'networking.k8s.io/v1',
      'NetworkPolicy',
      { spec: { policyTypes: ['Egress'], egress: [] } },
      { policyTypes: ['Egress'], egressRules: 0, ingressRules: 0 },
    ],
    [
      'networking.k8s.io/v1',
      'NetworkPolicy',
      {
        spec: {
          podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['registry'] }] },
          ingress: [
            {
              from: [{ namespaceSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.9.0.0/16'] } }],
              ports: [{ port: 'http' }, { protocol: 'UDP', port: 5000, endPort: 5010 }],
            },
            {},
          ],
          egress: [{ to: [{ podSelector: { matchLabels: { app: 'dns' } } }] }],
        },
      },
      {
        policyTypes: ['Ingress', 'Egress'],
        selects: { matchLabels: {}, matchExpressions: [{ key: 'app', operator: 'In', values: ['registry'] }] },
        ingress: [
          {
            peers: [
              { namespaceSelector: { matchLabels: {}, matchExpressions: [] } },
              { ipBlock: { cidr: '10.0.0.0/8', except: ['10.9.0.0/16'] } },
            ],
            ports: [{ port: 'http' }, { protocol: 'UDP', port: '5000', endPort: 5010 }],
          },
          { peers: [], ports: [] },
        ],
        egress: [{ peers: [{ podSelector: { matchLabels: { app: 'dns' }, matchExpressions: [] } }], ports: [] }],
      },
    ],
  ])('reads %s %s', (apiVersion, kind, body, expected) => {
    expect(parseObject({ apiVersion, kind, metadata, ...body })?.object).toMatchObject({ kind, ...expected });
  });

  it('takes an endpoint without a ready condition as ready', () => {
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'registry' } },
      endpoints: [
        { addresses: ['10.1.0.1'], conditions: {} },
        { addresses: ['10.1.0.2'], conditions: { ready: false } },
      ],
      ports: [{ port: 5000 }],
    };
    expect(parseObject(slice)?.object).toMatchObject({
      service: 'registry',
      ready: ['10.1.0.1'],
      notReady: ['10.1.0.2'],
    });
  });

  it.each(['serving.knative.dev/v1', 'crd.projectcalico.org/v1'])(
    'does not take a Service of %s for a core one',
    (apiVersion) => {
      expect(parseObject({ apiVersion, kind: 'Service', metadata })?.object).toMatchObject({
        kind: 'Other',
        originalKind: 'Service',
      });
    },
  );

  it('reads events of both API groups alike', () => {
    const old = parseObject({
      apiVersion: 'v1',
      kind: 'Event',
      metadata,
      involvedObject: { kind: 'Pod', name: 'api', namespace: 'shop', fieldPath: 'spec.containers{app}' },
      reason: 'Failed',
      type: 'Warning',
      message: 'm',
      source: { component: 'kubelet', host: 'node-a' },
      firstTimestamp: '2026-03-01T10:00:00Z',
      lastTimestamp: '2026-03-01T10:05:00Z',
      eventTime: null,
      count: 4,
    });
    const current = parseObject({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata,
      regarding: { kind: 'Pod', name: 'api', namespace: 'shop', fieldPath: 'spec.containers{app}' },
      reason: 'Failed',
      type: 'Warning',
      note: 'm',
      deprecatedSource: { component: 'kubelet', host: 'node-a' },
      deprecatedFirstTimestamp: '2026-03-01T10:00:00Z',
      deprecatedLastTimestamp: '2026-03-01T10:05:00Z',
      deprecatedCount: 4,
    });
    expect(current?.object).toEqual(old?.object);
    expect(old?.object).toMatchObject({
      count: 4,
      firstSeen: '2026-03-01T10:00:00Z',
      lastSeen: '2026-03-01T10:05:00Z',
      component: 'kubelet',
      host: 'node-a',
    });
  });

  it('takes count and last time of a series', () => {
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata,
      eventTime: '2026-03-01T10:00:00.5Z',
      series: { count: 9, lastObservedTime: '2026-03-01T10:09:00.5Z' },
    };
    expect(parseObject(event)?.object).toMatchObject({
      count: 9,
      firstSeen: '2026-03-01T10:00:00.5Z',
      lastSeen: '2026-03-01T10:09:00.5Z',
    });
  });

  it('drops a field of the wrong type, and an element without its name, and says so', () => {
    const parsed = parseObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, labels: { app: 'x', replicas: 3 } },
      spec: { nodeName: 5, containers: [{ image: 'a' }, { name: 'app', image: 7 }, 'nonsense'] },
    });
    expect(parsed?.object).toMatchObject({
      metadata: { labels: { app: 'x' } },
      spec: { containers: [{ name: 'app', role: 'main' }] },
    });
    expect([...(parsed?.dropped ?? [])].sort()).toEqual([
      'metadata.labels.replicas',
      'spec.containers.0',
      'spec.containers.1.image',
      'spec.containers.2',
      'spec.nodeName',
    ]);
  });

  it('keeps values of secrets out of annotations', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"Y2FuYXJ5"}}',
      team: 'shop',
    };
    const parsed = parseObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, annotations } });
    expect(parsed?.object.metadata.annotations).toEqual({ team: 'shop' });
  });

  const dockerJson = Buffer.from('{"auths":{}}').toString('base64');
  it.each([
    [
      'whole',
      'kubernetes.io/dockerconfigjson',
      { '.dockerconfigjson': dockerJson },
      'full',
      { '.dockerconfigjson': dockerJson },
    ],
    ['without its value', 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '' }, 'metadata', undefined],
    ['without data', 'kubernetes.io/dockerconfigjson', undefined, 'metadata', undefined],
    ['with a placeholder', 'kubernetes.io/dockercfg', { '.dockercfg': 'REDACTED' }, 'metadata', undefined],
    ['with a text that is no base64', 'Opaque', { key: '** removed **' }, 'metadata', undefined],
    ['of another type', 'Opaque', { '.dockerconfigjson': dockerJson }, 'full', { '.dockerconfigjson': dockerJson }],
    ['of another type and empty', 'Opaque', undefined, 'full', {}],
  ])('sees a secret %s', (_, type, data, view, expected) => {
    const parsed = parseObject({ apiVersion: 'v1', kind: 'Secret', metadata, type, data });
    expect(parsed?.view).toBe(view);
    expect(parsed?.object.kind === 'Secret' && parsed.object.data).toEqual(expected);
  });

  it('takes the plain values of a manifest as data', () => {
    const parsed = parseObject({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': '{"auths":{}}' },
    });
    expect(parsed).toMatchObject({ view: 'full', object: { data: { '.dockerconfigjson': dockerJson } } });
  });

  it('is not fooled by keys of Object.prototype', () => {
    const raw = JSON.parse(
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","labels":{"__proto__":"evil","constructor":"c"}},"__proto__":{"spec":{}}}',
    );
    expect(parseObject(raw)?.object.metadata.labels).not.toHaveProperty('evil');
    expect(parseObject({ apiVersion: 'v1', kind: 'constructor', metadata })?.object).toMatchObject({ kind: 'Other' });
    expect(({} as Record<string, unknown>).spec).toBeUndefined();
  });

  it('gives nothing, and never throws, for what is no object', () => {
    for (const raw of [
      undefined,
      null,
      1,
      'x',
      [],
      {},
      { kind: 'Pod' },
      { kind: 'Pod', metadata: 5 },
      { kind: 5, metadata },
    ]) {
      expect(parseObjects(raw)).toEqual([]);
    }
  });
});

describe('parseDocument', () => {
  it('gives items of a typed list the kind of the list', () => {
    const document = parseDocument({
      apiVersion: 'apps/v1',
      kind: 'DeploymentList',
      metadata: {},
      items: [{ metadata, spec: { replicas: 2 } }],
    });
    expect(document.list).toEqual({ itemKind: 'Deployment', partial: false });
    expect(document.objects[0]?.object).toMatchObject({ kind: 'Deployment', desired: 2 });
  });

  it.each([{ continue: 'token' }, { remainingItemCount: 12 }])('sees that a page is not the list: %j', (head) => {
    expect(parseDocument({ apiVersion: 'v1', kind: 'PodList', metadata: head, items: [] }).list?.partial).toBe(true);
  });

  it('unpacks watch events', () => {
    const object = { apiVersion: 'v1', kind: 'Pod', metadata };
    expect(parseDocument({ type: 'DELETED', object })).toMatchObject({
      watch: 'DELETED',
      objects: [{ object: { kind: 'Pod' } }],
    });
    expect(
      parseDocument({ type: 'BOOKMARK', object: { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion: '9' } } })
        .objects,
    ).toEqual([]);
  });

  it('does not take an Event with a type for a watch event', () => {
    expect(parseDocument({ apiVersion: 'v1', kind: 'Event', type: 'Warning', metadata }).objects[0]?.object.kind).toBe(
      'Event',
    );
  });

  it('reads rows of a pod table, and metadata of partial objects', () => {
    const columnDefinitions = ['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((name) => ({ name }));
    const partial = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
    const table = parseDocument({
      kind: 'Table',
      columnDefinitions,
      rows: [{ cells: ['x', '0/1', 'Init:ImagePullBackOff', '0', '5m'], object: partial }],
    });
    expect(table.objects[0]).toMatchObject({
      view: 'table',
      object: {
        kind: 'Pod',
        metadata: { namespace: 'shop' },
        status: { containers: [{ name: '', role: 'init', state: { waiting: { reason: 'ImagePullBackOff' } } }] },
      },
    });
    const list = parseDocument({
      apiVersion: 'meta.k8s.io/v1',
      kind: 'PartialObjectMetadataList',
      metadata: {},
      items: [partial],
    });
    expect(list.objects[0]).toMatchObject({
      view: 'metadata',
      object: { kind: 'Other', originalKind: 'PartialObjectMetadata' },
    });
    expect(parseObject(partial, { kind: 'Secret', apiVersion: 'v1' })).toMatchObject({
      view: 'metadata',
      object: { kind: 'Secret' },
    });
  });

  it('keeps the words of a refusal', () => {
    const status = { apiVersion: 'v1', kind: 'Status', reason: 'Forbidden', message: 'secrets "regcred" is forbidden' };
    expect(parseDocument(status).refusal).toEqual({ reason: 'Forbidden', message: 'secrets "regcred" is forbidden' });
  });

  it('never throws', () => {
    const keys = [
      'kind',
      'apiVersion',
      'metadata',
      'name',
      'spec',
      'status',
      'items',
      'containers',
      'type',
      'object',
      'rows',
      'state',
      '__proto__',
    ];
    const leaf = fc.oneof(
      fc.constantFrom('Pod', 'List', 'PodList', 'Table', 'v1', 'ADDED', 'Secret', 'Event'),
      fc.integer(),
      fc.constant(null),
      fc.string(),
    );
    const any = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        parseDocument(a);
        for (const kind of ['Pod', 'Deployment', 'Secret', 'Node', 'Service', 'Event', 'List', 'Table', 'PodList']) {
          parseDocument({
            apiVersion: 'v1',
            kind,
            metadata: { name: 'x', ...(typeof b === 'object' ? b : {}) },
            spec: a,
            status: b,
            items: c,
            rows: c,
            columnDefinitions: a,
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});
