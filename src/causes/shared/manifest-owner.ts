import { placeholder, sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { namesOf } from './names.ts';

/** How a change of a manifest gets to the cluster when a tool owns it: kubectl's change would be undone. */
export interface ManifestOwner {
  readonly note: string;
  /** What makes the tool apply the change now; none where it has no such command. */
  readonly commands: readonly string[];
}

/** The tool that owns the workload's manifest; undefined when no mark of one was seen. */
export function manifestOwner(facts: Facts): ManifestOwner | undefined {
  const workload = facts.workload.state === 'present' ? facts.workload.value : undefined;
  if (workload?.managedBy === undefined) return undefined;
  const note = `${workload.managedBy} owns the manifest: change the file and let it sync; what kubectl changes is undone.`;
  const { manager } = workload;
  switch (manager?.tool) {
    case 'argo-cd':
      return { note, commands: [sh`argocd app sync ${manager.name}`] };
    case 'flux': {
      const from = manager.namespace === undefined ? '' : sh` -n ${manager.namespace}`;
      return { note, commands: [`flux reconcile ${manager.kind} ${sh`${manager.name}`}${from} --with-source`] };
    }
    case 'helm': {
      const namespace = manager.namespace ?? namesOf(facts).namespace;
      return {
        note: `${workload.managedBy} owns the manifest: change the values and upgrade; what kubectl changes is undone by the next upgrade.`,
        commands: [
          sh`helm -n ${namespace} upgrade ${manager.name} ${placeholder('chart')} -f ${placeholder('values file')}`,
        ],
      };
    }
    default:
      return { note, commands: [] };
  }
}
