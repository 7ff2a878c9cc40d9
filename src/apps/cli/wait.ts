import type { Incident, PodRef, Report } from '../../core/report.ts';
import { sh } from '../../core/shell.ts';
import { type WaitStep, waitForPods } from '../../watch/wait-for-pods.ts';
import { parseDuration } from './duration.ts';
import { connect, type LiveFlags } from './live.ts';
import { print } from './output.ts';

const DEFAULT_LIMIT_MS = 15 * 60_000;

export interface Waited {
  /** All pods run. */
  readonly fixed: boolean;
  /** A pull failed again: worth another diagnosis. */
  readonly again: boolean;
}

/** Follows the pods of a report until they run or fail again; tells on standard error what happens. */
export async function waitFor(
  { incidents, source }: Report,
  flags: LiveFlags,
  limit: string | undefined,
): Promise<Waited> {
  const limitMs = parseDuration('--wait-timeout', limit) ?? DEFAULT_LIMIT_MS;
  const signal = limitMs === 0 ? new AbortController().signal : AbortSignal.timeout(limitMs);
  const began = source.takenAt ?? new Date().toISOString();
  for (const line of new Set(incidents.flatMap((incident) => adviceFor(incident, began)))) await tell(line);
  const client = await connect(flags);
  try {
    for await (const step of waitForPods(client, incidents, began, { signal })) {
      await tell(words(step));
      if ('outcome' in step) return { fixed: step.outcome === 'running', again: step.outcome === 'failed-again' };
    }
  } finally {
    client.access.close();
  }
  await tell(`still not running after ${Math.round(limitMs / 1000)} s (--wait-timeout)`);
  return { fixed: false, again: false };
}

async function tell(line: string): Promise<void> {
  await print(line, process.stderr);
}

function words(step: WaitStep): string {
  if (!('outcome' in step)) return `${step.namespace}/${step.name}: ${step.state}`;
  if (step.outcome === 'running') return step.pods === 1 ? 'the pod runs' : `all ${step.pods} pods run`;
  return `${step.pod.namespace}/${step.pod.name} failed again: ${step.pod.state}`;
}

/** Causes whose fix may lie in the ServiceAccount, whose secrets reach a pod only when it is created (admission, 1.36). */
const MAY_MEND_ACCOUNT: ReadonlySet<string> = new Set([
  'no-credentials',
  'pull-secret-missing',
  'pull-secret-not-attached',
  'service-account-secret-unused',
]);

/** When the kubelet tries again, and what a fix needs beside it. `now`: by the cluster's clock. Nothing is restarted here. */
export function adviceFor({ cause, scope, nextRetryAt }: Incident, now: string): string[] {
  const isAhead = nextRetryAt !== undefined && Date.parse(nextRetryAt) > Date.parse(now);
  const lines = [
    isAhead
      ? `waiting; the kubelet tries again at ${nextRetryAt}`
      : 'waiting; the kubelet tries again by itself, at most 5 minutes after its last try',
  ];
  for (const workload of scope.workloads) {
    const [kind = '', namespace = '', name = ''] = workload.split('/');
    if (MAY_MEND_ACCOUNT.has(cause.id)) {
      lines.push(`a secret added to the ServiceAccount counts for new pods only: ${recreate(kind, namespace, name)}`);
    }
    lines.push(...aboutTemplate(kind, namespace, name, scope.pods));
  }
  for (const { namespace, name } of scope.workloads.length === 0 ? scope.pods : []) {
    lines.push(
      `nothing replaces ${name}: after a change of its secrets list or ServiceAccount, delete and create it (namespace ${namespace})`,
    );
  }
  return [...new Set(lines)];
}

/** What a change of the pod template needs, where it does not replace the pods by itself. */
function aboutTemplate(kind: string, namespace: string, name: string, pods: readonly PodRef[]): string[] {
  if (kind === 'Job') {
    const remove = sh`kubectl -n ${namespace} delete job ${name}`;
    return [`the template of a Job cannot change: ${remove}, then create it anew`];
  }
  if (kind !== 'StatefulSet') return [];
  // The controller waits for the broken pod before it replaces any (StatefulSet docs, "Forced rollback").
  const own = pods.filter((pod) => pod.namespace === namespace && pod.name.startsWith(`${name}-`));
  return own
    .slice(0, MAX_PODS_NAMED)
    .map(
      (pod) =>
        `a changed template does not replace a pod that never got ready: ${sh`kubectl -n ${namespace} delete pod ${pod.name}`}`,
    );
}

const MAX_PODS_NAMED = 3;

const RESTARTABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

function recreate(kind: string, namespace: string, name: string): string {
  if (RESTARTABLE.has(kind)) return sh`kubectl -n ${namespace} rollout restart ${`${kind.toLowerCase()}/${name}`}`;
  return `delete the pods of ${kind.toLowerCase()}/${name} in ${namespace}`;
}
