import { type Placeholder, placeholder, sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { type Manager, managerWords } from '../../facts/managed-by.ts';
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
  return ownerOf(workload?.manager, namesOf(facts).namespace);
}

/** The same for any object, in its namespace. */
export function ownerOf(manager: Manager | undefined, inNamespace: string | Placeholder): ManifestOwner | undefined {
  if (manager === undefined) return undefined;
  const says = managerWords(manager);
  const note = `${says} owns the manifest: change the file and let it sync; what kubectl changes is undone.`;
  switch (manager.tool) {
    case 'argo-cd': {
      const from = manager.namespace === undefined ? '' : `${manager.namespace}/`;
      return { note, commands: [sh`argocd app sync ${`${from}${manager.name}`}`] };
    }
    case 'flux': {
      const place = manager.namespace === undefined ? '' : sh` -n ${manager.namespace}`;
      return { note, commands: [`flux reconcile ${manager.kind} ${sh`${manager.name}`}${place} --with-source`] };
    }
    case 'helm': {
      const namespace = manager.namespace ?? inNamespace;
      return {
        note: `${says} owns the manifest: change the values and upgrade; what kubectl changes is undone by the next upgrade.`,
        commands: [
          sh`helm -n ${namespace} upgrade ${manager.name} ${placeholder('chart')} -f ${placeholder('values file')}`,
        ],
      };
    }
    default:
      return { note, commands: [] };
  }
}
