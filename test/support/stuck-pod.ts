/** Names and texts of a namespace with one pod that cannot pull; each may be a stranger's. */
export interface World {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly image: string;
  readonly node: string;
  readonly secret: string;
  readonly serviceAccount: string;
  readonly workload: string;
  /** What the runtime said. */
  readonly error: string;
}

export const PLAIN: World = {
  namespace: 'shop-prod',
  pod: 'api-57d68966d8-6dbqj',
  container: 'app',
  image: 'harbor.acme.example/stock/api:1.4.2',
  node: 'node-a',
  secret: 'regcred',
  serviceAccount: 'default',
  workload: 'api',
  error:
    'failed to resolve reference "harbor.acme.example/stock/api:1.4.2": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
};

type Json = Readonly<Record<string, unknown>>;

const TIME = '2026-11-20T21:59:30Z';
const UID = '5fcbef6c-a347-456a-a4ce-9e54372da23e';

/** What `kubectl get pods,events,… -o json` prints of that namespace. */
export function objectsOf(world: World, more: readonly Json[] = []): Json {
  return { apiVersion: 'v1', kind: 'List', items: [...itemsOf(world), ...more] };
}

export function itemsOf(world: World): Json[] {
  return [podOf(world), ...ownersOf(world), accountOf(world), ...eventsOf(world), nodeOf(world)];
}

export function podOf(world: World, spec: Json = {}, metadata: Json = {}): Json {
  const { namespace, pod, container, image, node, secret, serviceAccount, workload } = world;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod,
      namespace,
      uid: UID,
      creationTimestamp: TIME,
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${workload}-1`, uid: 'r1', controller: true },
      ],
      ...metadata,
    },
    spec: {
      nodeName: node,
      serviceAccountName: serviceAccount,
      imagePullSecrets: [{ name: secret }],
      containers: [{ name: container, image, imagePullPolicy: 'IfNotPresent' }],
      ...spec,
    },
    status: {
      phase: 'Pending',
      startTime: TIME,
      containerStatuses: [
        {
          name: container,
          image,
          imageID: '',
          ready: false,
          started: false,
          restartCount: 0,
          lastState: {},
          state: {
            waiting: {
              reason: 'ImagePullBackOff',
              message: `Back-off pulling image "${image}": ErrImagePull: failed to pull and unpack image "${image}": ${world.error}`,
            },
          },
        },
      ],
    },
  };
}

function ownersOf({ namespace, workload, container, image, secret }: World): Json[] {
  const template = {
    spec: { containers: [{ name: container, image }], imagePullSecrets: [{ name: secret }] },
  };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${workload}-1`,
        namespace,
        uid: 'r1',
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: workload, uid: 'd1', controller: true }],
      },
      spec: { replicas: 1, template },
      status: { replicas: 1 },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: workload, namespace, uid: 'd1' },
      spec: { replicas: 1, template },
      status: { replicas: 1, unavailableReplicas: 1 },
    },
  ];
}

function accountOf({ namespace, serviceAccount, secret }: World): Json {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: serviceAccount, namespace },
    imagePullSecrets: [{ name: secret }],
  };
}

export function eventsOf(world: World): Json[] {
  const { image, error } = world;
  return [
    eventOf(world, 'Pulling', `Pulling image "${image}"`),
    eventOf(world, 'Failed', `Failed to pull image "${image}": failed to pull and unpack image "${image}": ${error}`),
    eventOf(world, 'BackOff', `Back-off pulling image "${image}"`),
  ];
}

export function eventOf({ namespace, pod, container, node }: World, reason: string, message: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${pod}.${reason}`, namespace },
    involvedObject: {
      kind: 'Pod',
      namespace,
      name: pod,
      uid: UID,
      fieldPath: `spec.containers{${container}}`,
    },
    reason,
    message,
    type: reason === 'Failed' ? 'Warning' : 'Normal',
    count: 3,
    firstTimestamp: TIME,
    lastTimestamp: '2026-11-20T22:01:30Z',
    source: { component: 'kubelet', host: node },
  };
}

function nodeOf({ node }: World): Json {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node },
    status: {
      nodeInfo: {
        kubeletVersion: 'v1.36.2',
        containerRuntimeVersion: 'containerd://2.1.9',
        architecture: 'amd64',
        operatingSystem: 'linux',
      },
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-11-20T22:02:30Z' }],
    },
  };
}

export function secretOf(world: World, type: string, data: Readonly<Record<string, string>>): Json {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: world.secret, namespace: world.namespace },
    type,
    data: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')]),
    ),
  };
}

/** The kubelet's log of the same failure. */
export function kubeletLog({ namespace, pod, container, image, error }: World): string {
  const quoted = (text: string) => JSON.stringify(text);
  return [
    `E1120 21:59:30.007076     859 remote_image.go:250] "PullImage from image service failed" err=${quoted(`rpc error: code = Unknown desc = failed to pull and unpack image ${quoted(image)}: ${error}`)} image=${quoted(image)}`,
    `E1120 21:59:31.017301     859 pod_workers.go:1324] "Error syncing pod, skipping" err=${quoted(`failed to "StartContainer" for "${container}" with ErrImagePull: ${quoted(error)}`)} pod="${namespace}/${pod}" podUID="${UID}"`,
    '',
  ].join('\n');
}

export function containerdLog({ image, error }: World): string {
  const quoted = (text: string) => JSON.stringify(text);
  return [
    `time="2026-11-20T21:59:30.301411646Z" level=info msg=${quoted(`PullImage ${quoted(image)}`)}`,
    `time="2026-11-20T21:59:31.301411646Z" level=error msg=${quoted(`PullImage ${quoted(image)} failed`)} error=${quoted(`failed to pull and unpack image ${quoted(image)}: ${error}`)}`,
    '',
  ].join('\n');
}

/** `kubectl describe pod` of the same failure. */
export function describeOf(world: World): string {
  const { namespace, pod, container, image, node, serviceAccount, error } = world;
  return `Name:             ${pod}
Namespace:        ${namespace}
Priority:         0
Service Account:  ${serviceAccount}
Node:             ${node}/172.18.0.10
Start Time:       Fri, 20 Nov 2026 21:59:30 +0000
Status:           Pending
Containers:
  ${container}:
    Container ID:
    Image:          ${image}
    Image ID:
    State:          Waiting
      Reason:       ImagePullBackOff
    Ready:          False
    Restart Count:  0
Events:
  Type     Reason   Age                From     Message
  ----     ------   ----               ----     -------
  Normal   Pulling  2m (x3 over 3m)    kubelet  Pulling image "${image}"
  Warning  Failed   2m (x3 over 3m)    kubelet  Failed to pull image "${image}": failed to pull and unpack image "${image}": ${error}
`;
}
