import type {
  Container,
  ContainerRole,
  ContainerStatus,
  ImageVolume,
  Pod,
  PodSpec,
  Volume,
} from '../../core/objects.ts';
import { CONDITION, METADATA, metadataOf } from './metadata.ts';
import {
  flag,
  type Infer,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  string,
  text,
  textList,
  textMap,
  whole,
} from './shape.ts';

/** Names of variables that may say where a build pushes; all others are nobody's business here. */
const DESTINATION_NAME = /IMAGE|DESTINATION|REPOSITORY|REGISTRY|TAG/i;

function isDestination(variable: unknown): boolean {
  const name = (variable as { readonly name?: unknown } | null | undefined)?.name;
  return typeof name !== 'string' || DESTINATION_NAME.test(name);
}

const CONTAINER = object({
  name: string,
  image: text,
  imagePullPolicy: text,
  command: textList,
  args: textList,
  restartPolicy: text,
  volumeMounts: list(object({ name: string })),
  env: list(object({ name: string, value: text }), isDestination),
  ports: list(object({ name: text, containerPort: number, protocol: text })),
  resources: optional(object({ limits: optional(object({ memory: optional(oneOf(string, number)) })) })),
});

const VOLUME = object({
  name: string,
  image: optional(object({ reference: text, pullPolicy: text })),
  emptyDir: optional(record),
  hostPath: optional(record),
  persistentVolumeClaim: optional(object({ claimName: text })),
});

export const POD_SPEC = object({
  containers: list(CONTAINER),
  initContainers: list(CONTAINER),
  ephemeralContainers: list(CONTAINER),
  volumes: list(VOLUME),
  imagePullSecrets: list(object({ name: text })),
  serviceAccountName: text,
  serviceAccount: text,
  nodeName: text,
  nodeSelector: textMap,
  runtimeClassName: text,
});

const STATE = optional(
  object({
    waiting: optional(object({ reason: text, message: text })),
    running: optional(object({ startedAt: text })),
    terminated: optional(object({ exitCode: whole, reason: text, message: text, startedAt: text, finishedAt: text })),
  }),
);

const STATUS = object({
  name: string,
  image: text,
  imageID: text,
  ready: flag,
  started: flag,
  restartCount: whole,
  state: STATE,
  lastState: STATE,
});

export const POD = object({
  metadata: METADATA,
  spec: optional(POD_SPEC),
  status: optional(
    object({
      phase: text,
      reason: text,
      message: text,
      startTime: text,
      conditions: list(CONDITION),
      containerStatuses: list(STATUS),
      initContainerStatuses: list(STATUS),
      ephemeralContainerStatuses: list(STATUS),
    }),
  ),
});

type RawContainer = Infer<typeof CONTAINER>;
type RawStatus = Infer<typeof STATUS>;

export function podOf(raw: Infer<typeof POD>): Pod {
  const spec = podSpecOf(raw.spec ?? {});
  const {
    conditions = [],
    containerStatuses = [],
    initContainerStatuses = [],
    ephemeralContainerStatuses = [],
    ...told
  } = raw.status ?? {};
  const sidecars = new Set(spec.containers.filter((c) => c.role === 'sidecar').map((c) => c.name));
  const initRole = (s: RawStatus): ContainerRole => (sidecars.has(s.name) ? 'sidecar' : 'init');
  return {
    kind: 'Pod',
    metadata: metadataOf(raw.metadata),
    spec,
    status: {
      ...told,
      conditions,
      containers: [
        ...initContainerStatuses.map((s) => statusOf(s, initRole(s))),
        ...containerStatuses.map((s) => statusOf(s, 'main')),
        ...ephemeralContainerStatuses.map((s) => statusOf(s, 'ephemeral')),
      ],
    },
  };
}

/** The pod part of a Pod or of a template. */
export function podSpecOf(raw: Infer<typeof POD_SPEC>): PodSpec {
  const {
    containers = [],
    initContainers = [],
    ephemeralContainers = [],
    volumes = [],
    imagePullSecrets,
    serviceAccount,
    ...told
  } = raw;
  return {
    // The older name of the same field.
    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
    ...told,
    ...(imagePullSecrets && { imagePullSecrets: imagePullSecrets.map((secret) => secret.name ?? '') }),
    containers: [
      ...initContainers.map((c) => containerOf(c, initRoleOf(c))),
      ...containers.map((c) => containerOf(c, 'main')),
      ...ephemeralContainers.map((c) => containerOf(c, 'ephemeral')),
    ],
    imageVolumes: imageVolumesOf(volumes),
    volumes: volumes.map(volumeOf),
  };
}

/** An init container that restarts always is a sidecar (KEP-753). */
function initRoleOf(raw: RawContainer): ContainerRole {
  return raw.restartPolicy === 'Always' ? 'sidecar' : 'init';
}

function containerOf(raw: RawContainer, role: ContainerRole): Container {
  const { restartPolicy: _, volumeMounts = [], env = [], ports, resources, ...told } = raw;
  const memoryLimit = resources?.limits?.memory?.toString();
  const destinations = env.flatMap(({ name, value }) => (value ? [[name, value] as const] : []));
  return {
    ...told,
    role,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(destinations.length === 0 ? {} : { env: Object.fromEntries(destinations) }),
    ...(ports && { ports: ports.map(({ containerPort, ...more }) => ({ port: containerPort, ...more })) }),
    mounts: volumeMounts.map((mount) => mount.name),
  };
}

function imageVolumesOf(volumes: readonly Infer<typeof VOLUME>[]): ImageVolume[] {
  return volumes.flatMap(({ name, image }) => (image ? [{ volume: name, ...image }] : []));
}

function volumeOf({ name, emptyDir, hostPath, persistentVolumeClaim }: Infer<typeof VOLUME>): Volume {
  const kind = emptyDir ? 'emptyDir' : persistentVolumeClaim ? 'claim' : hostPath ? 'hostPath' : 'other';
  const claim = persistentVolumeClaim?.claimName;
  return { name, kind, ...(claim === undefined ? {} : { claim }) };
}

function statusOf({ state = {}, lastState = {}, ...told }: RawStatus, role: ContainerRole): ContainerStatus {
  return { ...told, role, state, lastState };
}
