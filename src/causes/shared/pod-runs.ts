import type { Check } from '../../core/cause.ts';
import { sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { namesOf } from './names.ts';

/** The last check of every repair: the kubelet's next attempt pulls and the pod leaves the waiting state. */
export function podRuns(facts: Facts): Check {
  const { namespace, pod } = namesOf(facts);
  return { command: sh`kubectl -n ${namespace} get pod ${pod}`, expect: 'STATUS Running' };
}
