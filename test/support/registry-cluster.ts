import type { RawObject } from '../../src/testing/store.ts';

/**
 * For tests: a small cluster that builds its images itself. Kaniko Jobs push to a registry that runs in the cluster,
 * workloads name it by its ClusterIP, and Argo CD brings the manifests. All names are made up.
 */
export const NAMESPACE = 'parlor';
export const REGISTRY = '10.43.80.21:5000';
export const NOW = '2026-03-01T12:00:00Z';

type Json = Readonly<Record<string, unknown>>;

/** A time of the day of the incident. */
export function at(time: string): string {
  return `2026-03-01T${time}:00Z`;
}

function object(kind: string, apiVersion: string, name: string, rest: Json, metadata: Json = {}): RawObject {
  const namespaced = kind === 'Node' ? {} : { namespace: NAMESPACE };
  return {
    apiVersion,
    kind,
    metadata: { name, uid: `uid-${kind}-${name}`, creationTimestamp: at('08:00'), ...namespaced, ...metadata },
    ...rest,
  } as RawObject;
}

function ownedBy(kind: string, name: string, apiVersion = 'apps/v1'): Json {
  return { ownerReferences: [{ apiVersion, kind, name, uid: `uid-${kind}-${name}`, controller: true }] };
}

const ARGO = (name: string): Json => ({
  annotations: { 'argocd.argoproj.io/tracking-id': `parlor:apps/Deployment:${NAMESPACE}/${name}` },
});

/** A Deployment with its ReplicaSet, as Argo CD applied it; `before`: an older one still serves, with this image. */
export function deployment(
  name: string,
  image: string,
  options: { readonly container?: string; readonly before?: string } = {},
): RawObject[] {
  const { container = name, before } = options;
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: container, image, imagePullPolicy: 'Always' }] },
  };
  const selector = { matchLabels: { app: name } };
  return [
    object(
      'Deployment',
      'apps/v1',
      name,
      {
        spec: { replicas: 1, selector, template },
        status:
          before === undefined
            ? { replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 }
            : { replicas: 2, updatedReplicas: 1, readyReplicas: 1, unavailableReplicas: 1 },
      },
      ARGO(name),
    ),
    object(
      'ReplicaSet',
      'apps/v1',
      `${name}-5d9cf86b95`,
      { spec: { replicas: 1, selector, template }, status: { replicas: 1 } },
      { ...ownedBy('Deployment', name), labels: { app: name } },
    ),
    ...(before === undefined ? [] : olderRevision(name, before)),
  ];
}

function olderRevision(name: string, image: string): RawObject[] {
  const set = `${name}-69b7d5f4c9`;
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } };
  const owner = ownedBy('ReplicaSet', set);
  return [
    object(
      'ReplicaSet',
      'apps/v1',
      set,
      { spec: { replicas: 1, selector: { matchLabels: labels }, template }, status: { replicas: 1, readyReplicas: 1 } },
      { ...ownedBy('Deployment', name), labels },
    ),
    runningPod(`${set}-hq7xv`, image, { owner, labels: { ...labels, 'pod-template-hash': '69b7d5f4c9' } }),
  ];
}

/** The pod of a Deployment that cannot pull, with the events of it. */
export function stuckPod(
  name: string,
  image: string,
  error: string,
  options: { container?: string } = {},
): RawObject[] {
  const { container = name } = options;
  const pod = `${name}-5d9cf86b95-26kvf`;
  const message = `Back-off pulling image "${image}": ErrImagePull: ${error}`;
  const event = (reason: string, type: string, text: string) =>
    object('Event', 'v1', `${pod}.${reason}`, {
      involvedObject: {
        kind: 'Pod',
        namespace: NAMESPACE,
        name: pod,
        uid: `uid-Pod-${pod}`,
        fieldPath: `spec.containers{${container}}`,
      },
      reason,
      type,
      message: text,
      count: 6,
      firstTimestamp: at('10:16'),
      lastTimestamp: at('11:58'),
      source: { component: 'kubelet', host: 'worker-1' },
    });
  return [
    object(
      'Pod',
      'v1',
      pod,
      {
        spec: {
          nodeName: 'worker-1',
          serviceAccountName: 'default',
          containers: [{ name: container, image, imagePullPolicy: 'Always' }],
        },
        status: {
          phase: 'Pending',
          startTime: at('10:15'),
          containerStatuses: [
            {
              name: container,
              image,
              imageID: '',
              ready: false,
              restartCount: 0,
              lastState: {},
              state: { waiting: { reason: 'ImagePullBackOff', message } },
            },
          ],
        },
      },
      {
        creationTimestamp: at('10:15'),
        labels: { app: name, 'pod-template-hash': '5d9cf86b95' },
        ...ownedBy('ReplicaSet', `${name}-5d9cf86b95`),
      },
    ),
    event('Pulling', 'Normal', `Pulling image "${image}"`),
    event('Failed', 'Warning', `Failed to pull image "${image}": ${error}`),
    event('BackOff', 'Normal', `Back-off pulling image "${image}"`),
  ];
}

/** A pod that runs. */
export function runningPod(name: string, image: string, options: { since?: string; owner?: Json; labels?: Json } = {}) {
  const { since = at('08:05'), owner = {}, labels = { app: name } } = options;
  return object(
    'Pod',
    'v1',
    name,
    {
      spec: { nodeName: 'worker-2', containers: [{ name: 'main', image, imagePullPolicy: 'Always' }] },
      status: {
        phase: 'Running',
        startTime: since,
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          {
            name: 'main',
            image,
            imageID: `${image.split(':')[0]}@sha256:${'ab'.repeat(32)}`,
            ready: true,
            restartCount: 0,
            lastState: {},
            state: { running: { startedAt: since } },
          },
        ],
      },
    },
    { creationTimestamp: since, labels, ...owner },
  );
}

export interface RegistryOptions {
  /** Instead of running well. */
  readonly status?: Json;
  readonly ready?: boolean;
  readonly restarts?: number;
  /** Why its container ended before. */
  readonly lastState?: Json;
  readonly startedAt?: string;
  readonly volume?: Json;
  readonly resources?: Json;
}

/** The registry: Service, Deployment, pod and endpoints. */
export function registry(options: RegistryOptions = {}): RawObject[] {
  const { ready = true, restarts = 0, lastState = {}, startedAt = at('08:05') } = options;
  const { volume = { emptyDir: {} }, resources = {} } = options;
  const labels = { app: 'docker-registry' };
  const spec = {
    containers: [
      {
        name: 'registry',
        image: 'docker.io/library/registry:2',
        ports: [{ containerPort: 5000, name: 'http', protocol: 'TCP' }],
        volumeMounts: [{ name: 'storage', mountPath: '/var/lib/registry' }],
        resources,
      },
    ],
    volumes: [{ name: 'storage', ...volume }],
  };
  const condition = { type: 'Ready', status: ready ? 'True' : 'False' };
  return [
    object('Service', 'v1', 'docker-registry', {
      spec: {
        type: 'ClusterIP',
        clusterIP: '10.43.80.21',
        clusterIPs: ['10.43.80.21'],
        selector: labels,
        ports: [{ port: 5000, protocol: 'TCP', targetPort: 5000 }],
      },
      status: { loadBalancer: {} },
    }),
    object('Deployment', 'apps/v1', 'docker-registry', {
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      status: ready ? { replicas: 1, readyReplicas: 1 } : { replicas: 1, unavailableReplicas: 1 },
    }),
    object(
      'Pod',
      'v1',
      'docker-registry-7c9d4b6f5-x2x2x',
      {
        spec: { nodeName: 'worker-2', ...spec },
        status: {
          phase: 'Running',
          conditions: [condition],
          containerStatuses: [
            {
              name: 'registry',
              image: 'docker.io/library/registry:2',
              imageID: `docker.io/library/registry@sha256:${'cd'.repeat(32)}`,
              ready,
              restartCount: restarts,
              lastState,
              state: { running: { startedAt } },
            },
          ],
          ...options.status,
        },
      },
      { labels },
    ),
    object(
      'EndpointSlice',
      'discovery.k8s.io/v1',
      'docker-registry-abcde',
      {
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.42.1.9'], conditions: { ready } }],
        ports: [{ port: 5000, protocol: 'TCP' }],
      },
      { labels: { 'kubernetes.io/service-name': 'docker-registry' } },
    ),
  ];
}

export type JobState = 'complete' | 'failed' | 'running';

/** A Kaniko Job with its pod. */
export function kanikoJob(name: string, destination: string, state: JobState, ended = at('09:30')): RawObject[] {
  const spec = {
    restartPolicy: 'Never',
    containers: [
      {
        name: 'kaniko',
        image: 'gcr.io/kaniko-project/executor:latest',
        args: [
          '--dockerfile=/workspace/Dockerfile',
          '--context=/workspace',
          `--destination=${destination}`,
          '--insecure',
        ],
      },
    ],
  };
  const condition = { complete: 'Complete', failed: 'Failed', running: undefined }[state];
  const terminated = {
    exitCode: state === 'failed' ? 1 : 0,
    reason: state === 'failed' ? 'Error' : 'Completed',
    finishedAt: ended,
  };
  return [
    object(
      'Job',
      'batch/v1',
      name,
      {
        spec: { backoffLimit: 2, ttlSecondsAfterFinished: 600, template: { spec } },
        status: {
          startTime: at('09:20'),
          ...(state === 'complete'
            ? { completionTime: ended, succeeded: 1 }
            : state === 'failed'
              ? { failed: 3 }
              : { active: 1 }),
          conditions:
            condition === undefined
              ? []
              : [
                  {
                    type: condition,
                    status: 'True',
                    lastTransitionTime: ended,
                    ...(state === 'failed'
                      ? { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
                      : {}),
                  },
                ],
        },
      },
      { creationTimestamp: at('09:20') },
    ),
    object(
      'Pod',
      'v1',
      `${name}-zz9zz`,
      {
        spec: { nodeName: 'worker-1', ...spec },
        status: {
          phase: state === 'complete' ? 'Succeeded' : state === 'failed' ? 'Failed' : 'Running',
          containerStatuses: [
            {
              name: 'kaniko',
              image: 'gcr.io/kaniko-project/executor:latest',
              imageID: `gcr.io/kaniko-project/executor@sha256:${'ef'.repeat(32)}`,
              ready: false,
              restartCount: 0,
              lastState: {},
              state: state === 'running' ? { running: { startedAt: at('09:20') } } : { terminated },
            },
          ],
        },
      },
      { creationTimestamp: at('09:20'), labels: { 'job-name': name }, ...ownedBy('Job', name, 'batch/v1') },
    ),
  ];
}

/** What stands around in any cluster. */
export function surroundings(): RawObject[] {
  const node = (name: string, address: string) =>
    object('Node', 'v1', name, {
      status: {
        addresses: [{ type: 'InternalIP', address }],
        nodeInfo: {
          kubeletVersion: 'v1.33.4+k3s1',
          containerRuntimeVersion: 'containerd://2.0.5-k3s2',
          architecture: 'amd64',
          operatingSystem: 'linux',
        },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });
  return [
    object('ServiceAccount', 'v1', 'default', {}),
    node('worker-1', '10.88.0.11'),
    node('worker-2', '10.88.0.12'),
  ];
}

/** What a registry without login answers, for the repositories and tags that it holds (distribution 2.8). */
export function registryAnswers(held: Readonly<Record<string, readonly string[]>>) {
  const json = (status: number, body: unknown) => ({ status, type: 'application/json', body: JSON.stringify(body) });
  const unknown = (code: string) => json(404, { errors: [{ code, message: code.toLowerCase() }] });
  return (path: string) => {
    if (path === '/v2/_catalog') return json(200, { repositories: Object.keys(held) });
    const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(tags|manifests)\/(.+)$/.exec(path) ?? [];
    const tags = held[name];
    if (tags === undefined) return unknown(kind === 'tags' ? 'NAME_UNKNOWN' : 'MANIFEST_UNKNOWN');
    if (kind === 'tags') return json(200, { name, tags: tags.length === 0 ? null : tags });
    return tags.includes(reference)
      ? json(200, { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', layers: [] })
      : unknown('MANIFEST_UNKNOWN');
  };
}
