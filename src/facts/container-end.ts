import type { ContainerStatus } from '../core/objects.ts';
import { secondsBetween } from './time.ts';

/** How a container ended last. */
export interface ContainerEnd {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly ranSeconds?: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** The current end of a container, else the end of its last run. */
export function exitOf(status: ContainerStatus): ContainerEnd | undefined {
  const end = status.state.terminated ?? status.lastState.terminated;
  if (end === undefined) return undefined;
  const ranSeconds = secondsBetween(end.startedAt, end.finishedAt);
  return { ...end, ...(ranSeconds === undefined ? {} : { ranSeconds }) };
}

/** The image has nothing to run: an artifact, a chart, or an image without command (containerd, CRI-O, docker). */
export function saysNoCommand(text: string): boolean {
  return /no command specified|no command or entrypoint|container has no command/i.test(text);
}

/** The kernel does not know the binary's format: another architecture, or a script without interpreter line. */
export function saysExecFormat(text: string): boolean {
  return /exec format error/i.test(text);
}
