import type { ContainerState, Pod } from '../../core/objects.ts';

/** The cells of a `kubectl get pods` row that matter. */
export interface PodRow {
  readonly name: string;
  readonly namespace?: string;
  readonly status: string;
  readonly restarts?: string;
  readonly node?: string;
}

/** STATUS words that are the pod's phase, or stand for it; all others are a container's reason. */
const PHASES: Readonly<Record<string, string>> = {
  Running: 'Running',
  NotReady: 'Running',
  Pending: 'Pending',
  Completed: 'Succeeded',
  Succeeded: 'Succeeded',
  Failed: 'Failed',
  Unknown: 'Unknown',
};

/** STATUS words of the pod itself, not of a container. */
const POD_REASONS: ReadonlySet<string> = new Set([
  'Terminating',
  'Evicted',
  'NodeLost',
  'NodeAffinity',
  'UnexpectedAdmissionError',
  'OutOfcpu',
  'OutOfmemory',
  'OutOfpods',
  'Preempting',
  'Shutdown',
]);

/**
 * A Pod from one row. STATUS is the reason of one of its containers, which the row does not name:
 * that container has the name ''. `Init:` before it says that it is an init container (printers.go, 1.36).
 */
export function podRow(row: PodRow): Pod {
  const { status } = row;
  const phase = Object.hasOwn(PHASES, status) ? PHASES[status] : undefined;
  const init = /^Init:(?!\d)/.test(status);
  const reason = init ? status.slice('Init:'.length) : status;
  const showsContainer = phase === undefined && !POD_REASONS.has(status) && !/^(Init:\d|SchedulingGated)/.test(status);
  const restarts = Number.parseInt(row.restarts ?? '', 10);
  return {
    kind: 'Pod',
    metadata: {
      name: row.name,
      ...(row.namespace ? { namespace: row.namespace } : {}),
      labels: {},
      annotations: {},
      ownerReferences: [],
    },
    spec: {
      containers: [],
      imageVolumes: [],
      ...(row.node && row.node !== '<none>' ? { nodeName: row.node } : {}),
    },
    status: {
      ...(phase === undefined ? { reason: status } : { phase }),
      conditions: [],
      containers: showsContainer
        ? [
            {
              name: '',
              role: init ? 'init' : 'main',
              ...(Number.isNaN(restarts) ? {} : { restartCount: restarts }),
              state: stateOf(reason),
              lastState: {},
            },
          ]
        : [],
    },
  };
}

/** Reasons that kubectl takes from a terminated container. */
const ENDED: ReadonlySet<string> = new Set(['Error', 'OOMKilled', 'ContainerCannotRun', 'StartError']);

function stateOf(reason: string): ContainerState {
  const ended = ENDED.has(reason) || /^(ExitCode|Signal):\d+$/.test(reason);
  return ended ? { terminated: { reason } } : { waiting: { reason } };
}
