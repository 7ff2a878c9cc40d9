import { z } from 'zod';
import type {
  Container,
  ContainerRole,
  ContainerState,
  ContainerStatus,
  ImageVolume,
  Pod,
  PodSpec,
} from '../../core/objects.ts';
import { defined, flag, list, text, textList, textMap, whole } from './lenient.ts';
import { CONDITION, conditionsOf, METADATA, metadataOf } from './metadata.ts';

const CONTAINER = z.object({
  name: z.string(),
  image: text,
  imagePullPolicy: text,
  command: textList,
  args: textList,
  restartPolicy: text,
  volumeMounts: list(z.object({ name: z.string() })),
  env: list(z.object({ name: z.string(), value: text })),
  ports: list(z.object({ name: text, containerPort: z.number(), protocol: text })),
});

/** Names of variables that may say where a build pushes; all others are nobody's business here. */
const DESTINATION_NAME = /IMAGE|DESTINATION|REPOSITORY|REGISTRY|TAG/i;

const VOLUME = z.object({
  name: z.string(),
  image: z.object({ reference: text, pullPolicy: text }).nullish(),
});

export const POD_SPEC = z.object({
  containers: list(CONTAINER),
  initContainers: list(CONTAINER),
  ephemeralContainers: list(CONTAINER),
  volumes: list(VOLUME),
  imagePullSecrets: list(z.object({ name: text })),
  serviceAccountName: text,
  serviceAccount: text,
  nodeName: text,
  nodeSelector: textMap,
  runtimeClassName: text,
});

const STATE = z
  .object({
    waiting: z.object({ reason: text, message: text }).nullish(),
    running: z.object({ startedAt: text }).nullish(),
    terminated: z.object({ exitCode: whole, reason: text, message: text, startedAt: text, finishedAt: text }).nullish(),
  })
  .nullish();

const STATUS = z.object({
  name: z.string(),
  image: text,
  imageID: text,
  ready: flag,
  started: flag,
  restartCount: whole,
  state: STATE,
  lastState: STATE,
});

export const POD = z.object({
  metadata: METADATA,
  spec: POD_SPEC.nullish(),
  status: z
    .object({
      phase: text,
      reason: text,
      message: text,
      startTime: text,
      conditions: list(CONDITION),
      containerStatuses: list(STATUS),
      initContainerStatuses: list(STATUS),
      ephemeralContainerStatuses: list(STATUS),
    })
    .nullish(),
});

type RawContainer = z.infer<typeof CONTAINER>;
type RawStatus = z.infer<typeof STATUS>;
type RawState = z.infer<typeof STATE>;

export function podOf(raw: z.infer<typeof POD>): Pod {
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
export function podSpecOf(raw: z.infer<typeof POD_SPEC>): PodSpec {
  return {
    containers: [
      ...(raw.initContainers ?? []).map((c) => containerOf(c, initRoleOf(c))),
      ...(raw.containers ?? []).map((c) => containerOf(c, 'main')),
      ...(raw.ephemeralContainers ?? []).map((c) => containerOf(c, 'ephemeral')),
    ],
    imageVolumes: imageVolumesOf(raw.volumes ?? []),
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
      env: env.length === 0 ? undefined : Object.fromEntries(env),
      ports: raw.ports?.map(({ name, containerPort, protocol }) => ({
        port: containerPort,
        ...defined({ name, protocol }),
      })),
    }),
    mounts: (raw.volumeMounts ?? []).map((mount) => mount.name),
  };
}

function imageVolumesOf(volumes: readonly z.infer<typeof VOLUME>[]): ImageVolume[] {
  return volumes.flatMap(({ name, image }) => (image ? [{ volume: name, ...defined(image) }] : []));
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
