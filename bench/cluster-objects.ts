import type { RawObject } from '../src/testing/store.ts';

/** How a bench cluster is laid out: many namespaces, a share of whose pods cannot pull. */
const NAMESPACES = 50;
const PODS_PER_WORKLOAD = 5;
const NODES = 100;

/** A cluster of so many pods, of which `stuck` cannot pull, as the API server would store it. */
export function clusterObjects(pods: number, stuck: number): RawObject[] {
  const workloads = Math.ceil(pods / PODS_PER_WORKLOAD);
  const broken = Math.ceil(stuck / PODS_PER_WORKLOAD);
  return [
    ...range(NODES).map(node),
    ...range(NAMESPACES).flatMap((n) => [namespace(n), serviceAccount(n), secret(n)]),
    ...range(workloads).flatMap((n) => workload(n, n < broken)),
  ];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

const WHEN = '2026-11-20T22:00:00Z';
const nameOfNamespace = (n: number) => `team-${n % NAMESPACES}`;

function metadata(name: string, namespace?: string, more: object = {}): object {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: `uid-${namespace ?? ''}-${name}`,
    creationTimestamp: WHEN,
    ...more,
  };
}

function node(n: number): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metadata(`node-${n}`),
    spec: {},
    status: {
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: WHEN, lastTransitionTime: WHEN }],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        kubeletVersion: 'v1.36.2',
        containerRuntimeVersion: 'containerd://2.1.9',
      },
      images: range(50).map((i) => ({
        names: [`registry.acme.example/app-${i}@sha256:${'0'.repeat(64)}`],
        sizeBytes: 1e8,
      })),
    },
  } as RawObject;
}

function namespace(n: number): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: metadata(nameOfNamespace(n)),
    status: { phase: 'Active' },
  } as RawObject;
}

function serviceAccount(n: number): RawObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('default', nameOfNamespace(n)) } as RawObject;
}

function secret(n: number): RawObject {
  const config = { auths: { 'registry.acme.example': { auth: Buffer.from('bench:bench').toString('base64') } } };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: metadata('regcred', nameOfNamespace(n)),
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString('base64') },
  } as RawObject;
}

function workload(n: number, broken: boolean): RawObject[] {
  const namespace = nameOfNamespace(n);
  const name = `app-${n}`;
  const hash = (0x10000 + n).toString(36);
  const labels = { app: name, 'pod-template-hash': hash };
  const image = `registry.acme.example/app-${n}:${broken ? '9.9.9' : '1.0.0'}`;
  const replicaSet = `${name}-${hash}`;
  const selector = { matchLabels: { app: name } };
  const template = { metadata: { labels: { app: name } }, spec: podSpec(image) };
  const ready = broken ? 0 : PODS_PER_WORKLOAD;
  const spec = { replicas: PODS_PER_WORKLOAD, selector, template };
  const status = { replicas: PODS_PER_WORKLOAD, readyReplicas: ready, updatedReplicas: PODS_PER_WORKLOAD };
  const owned = (kind: string, owner: string) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: owner, uid: `uid-${namespace}-${owner}`, controller: true }],
  });
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(name, namespace, { labels: { app: name } }),
      spec,
      status,
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: metadata(replicaSet, namespace, { labels, ...owned('Deployment', name) }),
      spec,
      status,
    },
    ...range(PODS_PER_WORKLOAD).flatMap((p) => {
      const pod = `${replicaSet}-${p}`;
      const on = `node-${(n * PODS_PER_WORKLOAD + p) % NODES}`;
      const about = metadata(pod, namespace, { labels, ...owned('ReplicaSet', replicaSet) });
      return broken
        ? [stuckPod(about, image, on), ...events(pod, namespace, image, on)]
        : [runningPod(about, image, on)];
    }),
  ] as RawObject[];
}

function podSpec(image: string): object {
  return {
    containers: [
      {
        name: 'app',
        image,
        imagePullPolicy: 'IfNotPresent',
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        env: range(10).map((i) => ({ name: `SETTING_${i}`, value: `value of setting ${i} of this application` })),
        volumeMounts: [
          { name: 'kube-api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
        ],
      },
    ],
    imagePullSecrets: [{ name: 'regcred' }],
    serviceAccountName: 'default',
    restartPolicy: 'Always',
    volumes: [
      {
        name: 'kube-api-access',
        projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 'token' } }] },
      },
    ],
  };
}

function conditions(ready: boolean): object[] {
  return ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    type,
    status: ready || type === 'PodScheduled' || type === 'Initialized' ? 'True' : 'False',
    lastTransitionTime: WHEN,
  }));
}

function runningPod(about: object, image: string, nodeName: string): object {
  const state = { running: { startedAt: WHEN } };
  const imageID = `registry.acme.example/app@sha256:${'1'.repeat(64)}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: about,
    spec: { ...podSpec(image), nodeName },
    status: {
      phase: 'Running',
      conditions: conditions(true),
      containerStatuses: [{ name: 'app', image, imageID, ready: true, started: true, restartCount: 0, state }],
    },
  };
}

const errorOf = (image: string) =>
  `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;

function stuckPod(about: object, image: string, nodeName: string): object {
  const message = `Back-off pulling image "${image}": ErrImagePull: ${errorOf(image)}`;
  const state = { waiting: { reason: 'ImagePullBackOff', message } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: about,
    spec: { ...podSpec(image), nodeName },
    status: {
      phase: 'Pending',
      conditions: conditions(false),
      containerStatuses: [{ name: 'app', image, imageID: '', ready: false, started: false, restartCount: 0, state }],
    },
  };
}

function events(pod: string, namespace: string, image: string, host: string): object[] {
  const texts: [string, string, string][] = [
    ['Normal', 'Pulling', `Pulling image "${image}"`],
    ['Warning', 'Failed', `Failed to pull image "${image}": ${errorOf(image)}`],
    ['Warning', 'Failed', 'Error: ErrImagePull'],
    ['Normal', 'BackOff', `Back-off pulling image "${image}"`],
    ['Warning', 'Failed', 'Error: ImagePullBackOff'],
  ];
  return texts.map(([type, reason, message], n) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: metadata(`${pod}.${n}`, namespace),
    involvedObject: {
      kind: 'Pod',
      namespace,
      name: pod,
      uid: `uid-${namespace}-${pod}`,
      fieldPath: 'spec.containers{app}',
    },
    type,
    reason,
    message,
    count: 7,
    firstTimestamp: WHEN,
    lastTimestamp: '2026-11-20T22:20:00Z',
    source: { component: 'kubelet', host },
  }));
}
