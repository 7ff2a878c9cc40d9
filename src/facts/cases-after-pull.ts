import type { Case } from './case.ts';
import { exitOf, saysExecFormat, saysNoCommand } from './container-end.ts';
import { lastRunId, waitingId } from './evidence-ids.ts';
import { type ContainerSight, eventsOfContainer, type PodSight } from './pod-pulls.ts';
import { podRef } from './pod-ref.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { containerSubject } from './subject-of.ts';

/** A program that cannot run at all ends within moments; one that ran longer was no wrong image. */
const AT_ONCE_SECONDS = 5;

/**
 * A container whose image was pulled but does not run: a wrong platform or an artifact that is no image
 * looks like this. A plain crash does too, so the case says what to list when no cause finds more.
 */
export function afterPullCase(index: SnapshotIndex, sight: PodSight, container: ContainerSight): Case | undefined {
  const { status } = container;
  if (status === undefined) return undefined;
  const waiting = status.state.waiting;
  const exit = exitOf(status);
  const said = saidOf(sight, container, waiting?.message);
  const cannotCreate = waiting?.reason === 'CreateContainerError' || waiting?.reason === 'RunContainerError';
  const text = cannotCreate ? said.find((words) => saysNoCommand(words) || saysExecFormat(words)) : undefined;
  const neverRan = text !== undefined;
  const wrongFormat = saysExecFormat(exit?.message ?? '');
  const crashes =
    waiting?.reason === 'CrashLoopBackOff' &&
    exit?.exitCode !== 0 &&
    (exit?.ranSeconds === undefined || exit.ranSeconds <= AT_ONCE_SECONDS);
  if (!neverRan && !wrongFormat && !crashes) return undefined;
  const { pod } = sight;
  const subject = containerSubject(index, pod, container);
  const reason = waiting?.reason ?? exit?.reason ?? 'Error';
  return {
    key: `${pod.id}#${container.name}`,
    subject,
    seenIn: [waiting === undefined ? lastRunId(pod.id, container.name) : waitingId(pod.id, container.name)],
    otherwise: {
      pod: podRef(subject),
      reason,
      because: becauseOf(container.name, text ?? waiting?.message ?? '', exit),
    },
  };
}

/** `kubectl describe` does not print waiting messages; the kubelet's event says the same. */
function saidOf(sight: PodSight, container: ContainerSight, message: string | undefined): readonly string[] {
  if (message !== undefined) return [message];
  return eventsOfContainer(sight, container)
    .filter((e) => e.kind === 'other')
    .map((e) => e.message);
}

function becauseOf(container: string, text: string, exit: ReturnType<typeof exitOf>): string {
  if (exit?.exitCode === undefined) return `container ${container}: ${text === '' ? 'cannot be created' : text}`;
  const after = exit.ranSeconds === undefined ? '' : ` after ${Math.round(exit.ranSeconds)} s`;
  return `container ${container} exits with code ${exit.exitCode}${after}; its image was pulled`;
}
