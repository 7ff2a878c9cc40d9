import type {
  Container,
  ContainerRole,
  ContainerState,
  ContainerStatus,
  ImageVolume,
  Pod,
  PodSpec,
  Volume,
} from '../../core/objects.ts';
import { defined } from './defined.ts';
import { CONDITION, conditionsOf, METADATA, metadataOf } from './metadata.ts';
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

const CONTAINER = object({
  name: string,
  image: text,
  imagePullPolicy: text,
  command: textList,
  args: textList,
  restartPolicy: text,
  volumeMounts: list(object({ name: string })),
  env: list(object({ name: string, value: text })),
  ports: list(object({ name: text, containerPort: number, protocol: text })),
  resources: optional(object({ limits: optional(object({ memory: optional(oneOf(string, number)) })) })),
});

/** Names of variables that may say where a build pushes; all others are nobody's business here. */
const DESTINATION_NAME = /IMAGE|DESTINATION|REPOSITORY|REGISTRY|TAG/i;

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
type RawState = Infer<typeof STATE> | undefined;

export function podOf(raw: Infer<typeof POD>): Pod {
  const spec = podSpecOf(raw.spec ?? {});
  const status = raw.status ?? {};
  const sidecars = new Set(spec.containers.filter((c) => c.role === 'sidecar').map((c) => c.name));
  const initRole = (s: RawStatus): ContainerRole => (sidecars.has(s.name) ? 'sidecar' : 'init');
  return {
    kind: 'Pod',
    metadata: metadataOf(raw.metadata),
    spec,
    status: {
      ...defined({
        phase: status.phase,
        reason: status.reason,
        message: status.message,
        startTime: status.startTime,
      }),
      conditions: conditionsOf(status.conditions),
      containers: [
        ...(status.initContainerStatuses ?? []).map((s) => statusOf(s, initRole(s))),
        ...(status.containerStatuses ?? []).map((s) => statusOf(s, 'main')),
        ...(status.ephemeralContainerStatuses ?? []).map((s) => statusOf(s, 'ephemeral')),
      ],
    },
  };
}

/** The pod part of a Pod or of a template. */
export function podSpecOf(raw: Infer<typeof POD_SPEC>): PodSpec {
  return {
    containers: [
      ...(raw.initContainers ?? []).map((c) => containerOf(c, initRoleOf(c))),
      ...(raw.containers ?? []).map((c) => containerOf(c, 'main')),
      ...(raw.ephemeralContainers ?? []).map((c) => containerOf(c, 'ephemeral')),
    ],
    imageVolumes: imageVolumesOf(raw.volumes ?? []),
    volumes: (raw.volumes ?? []).map(volumeOf),
    ...defined({
      imagePullSecrets: raw.imagePullSecrets?.map((secret) => secret.name ?? ''),
      serviceAccountName: raw.serviceAccountName ?? raw.serviceAccount,
      nodeName: raw.nodeName,
      nodeSelector: raw.nodeSelector,
      runtimeClassName: raw.runtimeClassName,
    }),
  };
}

/** An init container that restarts always is a sidecar (KEP-753). */
function initRoleOf(raw: RawContainer): ContainerRole {
  return raw.restartPolicy === 'Always' ? 'sidecar' : 'init';
}

function containerOf(raw: RawContainer, role: ContainerRole): Container {
  const env = (raw.env ?? []).flatMap(({ name, value }) =>
    value && DESTINATION_NAME.test(name) ? [[name, value] as const] : [],
  );
  return {
    name: raw.name,
    role,
    ...defined({
      image: raw.image,
      imagePullPolicy: raw.imagePullPolicy,
      command: raw.command,
      args: raw.args,
      memoryLimit: raw.resources?.limits?.memory?.toString(),
      env: env.length === 0 ? undefined : Object.fromEntries(env),
      ports: raw.ports?.map(({ name, containerPort, protocol }) => ({
        port: containerPort,
        ...defined({ name, protocol }),
      })),
    }),
    mounts: (raw.volumeMounts ?? []).map((mount) => mount.name),
  };
}

function imageVolumesOf(volumes: readonly Infer<typeof VOLUME>[]): ImageVolume[] {
  return volumes.flatMap(({ name, image }) => (image ? [{ volume: name, ...defined(image) }] : []));
}

function volumeOf({ name, emptyDir, hostPath, persistentVolumeClaim }: Infer<typeof VOLUME>): Volume {
  const kind = emptyDir ? 'emptyDir' : persistentVolumeClaim ? 'claim' : hostPath ? 'hostPath' : 'other';
  return { name, kind, ...defined({ claim: persistentVolumeClaim?.claimName }) };
}

function statusOf(raw: RawStatus, role: ContainerRole): ContainerStatus {
  return {
    name: raw.name,
    role,
    ...defined({
      image: raw.image,
      imageID: raw.imageID,
      ready: raw.ready,
      started: raw.started,
      restartCount: raw.restartCount,
    }),
    state: stateOf(raw.state),
    lastState: stateOf(raw.lastState),
  };
}

function stateOf(raw: RawState): ContainerState {
  return {
    ...(raw?.waiting ? { waiting: defined(raw.waiting) } : {}),
    ...(raw?.running ? { running: defined(raw.running) } : {}),
    ...(raw?.terminated ? { terminated: defined(raw.terminated) } : {}),
  };
}
