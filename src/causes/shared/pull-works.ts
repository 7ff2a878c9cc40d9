import type { Check } from '../../core/cause.ts';
import { sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { namesOf } from './names.ts';
import { podRuns } from './pod-runs.ts';

/** Workloads that roll out new pods by themselves. */
export const ROLLED_OUT: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** The same pod pulls at its next attempt (at most 5 minutes away): secrets and registries are asked anew each time. */
export function pullWorks(facts: Facts): readonly Check[] {
  return [podRuns(facts)];
}

/** New pods of the workload pull and become ready: the check for a mend that only new pods get. */
export function rolloutWorks(facts: Facts): readonly Check[] {
  const { namespace, workload } = namesOf(facts);
  const kind = facts.subject.owners.at(-1)?.kind;
  if (kind === undefined && facts.subject.pod !== undefined) return pullWorks(facts);
  if (kind !== undefined && !ROLLED_OUT.has(kind)) {
    return [{ command: sh`kubectl -n ${namespace} get pods`, expect: 'the new pod: STATUS Running' }];
  }
  return [{ command: sh`kubectl -n ${namespace} rollout status ${workload}`, expect: 'successfully rolled out' }];
}
