import { absent, type Fact, present, unknown } from '../core/fact.ts';
import type { ContainerStatus } from '../core/objects.ts';
import { excerpt } from '../core/redact.ts';
import type { CaseContext } from './case-context.ts';
import { exitOf, saysExecFormat, saysNoCommand } from './container-end.ts';
import { containerId, lastRunId, waitingId } from './evidence-ids.ts';
import { newest } from './pod-events.ts';

export interface AfterPull {
  readonly kind: 'crash-loop' | 'create-error' | 'exited';
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  /** Seconds between start and end of the last run; 0 is "at once". */
  readonly ranSeconds?: number;
  readonly restarts?: number;
  /** Bytes, from `Image size: N bytes.` */
  readonly imageSize?: number;
  /** `no command specified` and relatives: an artifact, a chart, or an image without command. */
  readonly noCommand: boolean;
  /** The kubelet or runtime said `exec format error`. */
  readonly execFormat: boolean;
}

/** How the container fares after its pull. Absent when it runs, or when no pull has worked yet. */
export function afterPullOf(context: CaseContext): Fact<AfterPull> {
  const { pod, container, events } = context;
  const status = container?.status;
  if (pod === undefined || container === undefined || status === undefined)
    return unknown('the container after the pull');
  const kind = kindOf(status);
  if (kind === undefined) return absent([containerId(pod.id, container.name)]);
  const exit = exitOf(status);
  const waiting = status.state.waiting;
  const said = [
    waiting?.message,
    exit?.message,
    ...events.filter((e) => e.kind === 'other').map((e) => e.message),
  ].filter((text) => text !== undefined);
  const reason = waiting?.reason ?? exit?.reason;
  const message = waiting?.message ?? exit?.message;
  const imageSize = imageSizeOf(context);
  const value: AfterPull = {
    kind,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message: excerpt(message) }),
    ...(exit?.exitCode === undefined ? {} : { exitCode: exit.exitCode }),
    ...(exit?.ranSeconds === undefined ? {} : { ranSeconds: exit.ranSeconds }),
    ...(status.restartCount === undefined ? {} : { restarts: status.restartCount }),
    ...(imageSize === undefined ? {} : { imageSize }),
    noCommand: said.some(saysNoCommand),
    execFormat: said.some(saysExecFormat),
  };
  const because = [
    ...(waiting === undefined ? [] : [waitingId(pod.id, container.name)]),
    ...(exit === undefined ? [] : [lastRunId(pod.id, container.name)]),
  ];
  return present(value, because);
}

function kindOf({ state, lastState }: ContainerStatus): AfterPull['kind'] | undefined {
  const reason = state.waiting?.reason;
  if (reason === 'CreateContainerError' || reason === 'RunContainerError') return 'create-error';
  if (reason === 'CrashLoopBackOff') return 'crash-loop';
  if (state.running !== undefined || state.waiting !== undefined) return undefined;
  return state.terminated !== undefined || lastState.terminated !== undefined ? 'exited' : undefined;
}

/** `Image size: 1084041 bytes.` (kubelet 1.30 and later). */
function imageSizeOf({ events }: CaseContext): number | undefined {
  const size = /Image size: (\d{1,15}) bytes/.exec(newest(events, 'pulled')?.message ?? '')?.[1];
  return size === undefined ? undefined : Number(size);
}
