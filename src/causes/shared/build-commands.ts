import type { Check, Remedy } from '../../core/cause.ts';
import { type Placeholder, sh } from '../../core/shell.ts';
import { RUN_LABELS } from '../../facts/build-state.ts';

/** A build by its names, as commands need them. */
export interface BuildNames {
  readonly namespace: string | Placeholder;
  readonly kind: string;
  readonly object: string;
  /** The file of a checkout that has it. */
  readonly path?: string;
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
export function rerunBuild({ namespace, kind, object, path }: BuildNames): Pick<Remedy, 'commands' | 'note'> {
  const note = 'The kubelet retries by itself once the image is there, at most 5 minutes later.';
  switch (kind) {
    case 'Job':
      if (path !== undefined) {
        return {
          commands: [
            sh`kubectl -n ${namespace} delete job ${object} --ignore-not-found`,
            sh`kubectl -n ${namespace} apply -f ${path}`,
          ],
          note: `The old Job goes, with its pods and their logs: read them first. The path is that in the checkout. ${note}`,
        };
      }
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

/** What a build that worked looks like. */
export function buildEnded({ namespace, kind, object }: BuildNames): readonly Check[] {
  const resource = `${kind.toLowerCase()}/${object}`;
  switch (kind) {
    case 'Job':
      return [{ command: sh`kubectl -n ${namespace} get job ${object}`, expect: 'COMPLETIONS 1/1' }];
    case 'CronJob':
      return [{ command: sh`kubectl -n ${namespace} get jobs`, expect: `a new Job ${object}-…: COMPLETIONS 1/1` }];
    case 'Pod':
      return [{ command: sh`kubectl -n ${namespace} get pod ${object}`, expect: 'STATUS Completed' }];
    case 'TaskRun':
    case 'PipelineRun':
    case 'BuildRun':
      return [{ command: sh`kubectl -n ${namespace} get ${resource}`, expect: 'SUCCEEDED True' }];
    case 'Workflow':
      return [{ command: sh`kubectl -n ${namespace} get ${resource}`, expect: 'STATUS Succeeded' }];
    default:
      return [];
  }
}
