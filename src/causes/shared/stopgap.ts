import type { Remedy } from '../../core/cause.ts';
import { sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { manifestOwner } from './manifest-owner.ts';

/** What keeps the service up until the cause is mended: pods of the revision before still serve. */
export function stopgaps(facts: Facts): readonly Remedy[] {
  const workload = facts.workload.state === 'present' ? facts.workload.value : undefined;
  if (workload?.kind !== 'Deployment' || !workload.rolloutBlocked || (workload.oldPodsReady ?? 0) === 0) return [];
  const { namespace, name, oldPodsReady } = workload;
  const owner = manifestOwner(facts);
  const serve = `${oldPodsReady} ${oldPodsReady === 1 ? 'pod' : 'pods'} of the revision before`;
  return [
    {
      title: `Meanwhile, if need be: take the rollout back, ${serve} still ${oldPodsReady === 1 ? 'serves' : 'serve'}`,
      safety: 'yellow',
      owner: 'operator',
      commands: owner === undefined ? [sh`kubectl -n ${namespace} rollout undo deployment/${name}`] : [],
      note:
        owner === undefined
          ? 'Do not delete or restart the old pods: their nodes may have to pull as well.'
          : `Revert the change in the repository: ${owner.note} Do not delete or restart the old pods: their nodes may have to pull as well.`,
    },
  ];
}
