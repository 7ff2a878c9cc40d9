import type { Remedy } from '../../core/cause.ts';
import { sh } from '../../core/shell.ts';
import { RUN_LABELS } from '../../facts/build-state.ts';

/** A build by its names, as commands need them. */
export interface BuildNames {
  readonly namespace: string;
  readonly kind: string;
  readonly object: string;
}

/** Shows what a build did and why it ended. */
export function readBuild({ namespace, kind, object }: BuildNames): readonly string[] {
  const resource = `${kind.toLowerCase()}/${object}`;
  // kubectl reads logs of kinds that it does not know only by the label of their pods.
  const label = RUN_LABELS[kind];
  return [
    sh`kubectl -n ${namespace} describe ${resource}`,
    label === undefined
      ? sh`kubectl -n ${namespace} logs ${resource} --tail=50`
      : sh`kubectl -n ${namespace} logs -l ${`${label}=${object}`} --all-containers --tail=50`,
  ];
}

/** What ties pods to the old Job; the API server writes it anew and refuses it from outside. */
const OF_THE_OLD_JOB =
  'del(.spec.selector, .spec.template.metadata.labels["controller-uid", "batch.kubernetes.io/controller-uid"])';

/** Runs a build once more; nothing where the system has no command for it. */
export function rerunBuild({ namespace, kind, object }: BuildNames): Pick<Remedy, 'commands' | 'note'> {
  const note = 'The kubelet retries by itself once the image is there, at most 5 minutes later.';
  switch (kind) {
    case 'Job':
      return {
        commands: [
          `${sh`kubectl -n ${namespace} get job ${object} -o json`} | jq '${OF_THE_OLD_JOB}' | ${sh`kubectl -n ${namespace} replace --force -f -`}`,
        ],
        note: `The old Job goes, with its pods and their logs: read them first. ${note}`,
      };
    case 'CronJob':
      return {
        commands: [sh`kubectl -n ${namespace} create job ${`${object}-again`} --from=${`cronjob/${object}`}`],
        note,
      };
    case 'Workflow':
      return { commands: [sh`argo -n ${namespace} resubmit ${object}`], note };
    case 'PipelineRun':
      return { commands: [sh`tkn -n ${namespace} pipeline start --use-pipelinerun ${object}`], note };
    default:
      return { commands: [], note };
  }
}
