import type { Remedy } from '../../core/cause.ts';
import { sh } from '../../core/shell.ts';

/** A build by its names, as commands need them. */
export interface BuildNames {
  readonly namespace: string;
  readonly kind: string;
  readonly object: string;
}

/** Labels that the pods of a run carry; kubectl reads logs of kinds that it does not know only by them. */
const POD_LABEL: Readonly<Record<string, string>> = {
  TaskRun: 'tekton.dev/taskRun',
  PipelineRun: 'tekton.dev/pipelineRun',
  BuildRun: 'buildrun.shipwright.io/name',
  Workflow: 'workflows.argoproj.io/workflow',
};

/** Shows what a build did and why it ended. */
export function readBuild({ namespace, kind, object }: BuildNames): readonly string[] {
  const resource = `${kind.toLowerCase()}/${object}`;
  const label = POD_LABEL[kind];
  return [
    sh`kubectl -n ${namespace} describe ${resource}`,
    label === undefined
      ? sh`kubectl -n ${namespace} logs ${resource} --tail=50`
      : sh`kubectl -n ${namespace} logs -l ${`${label}=${object}`} --all-containers --tail=50`,
  ];
}

/** Fields that the API server wrote into a Job, and that a new one may not have. */
const OF_THE_OLD_JOB =
  'del(.status, .metadata.uid, .metadata.resourceVersion, .metadata.creationTimestamp, .spec.selector, .spec.template.metadata.labels["controller-uid"], .spec.template.metadata.labels["batch.kubernetes.io/controller-uid"])';

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
