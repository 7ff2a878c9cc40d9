import type { Check, Remedy } from '../../core/cause.ts';
import { type Placeholder, sh } from '../../core/shell.ts';
import { RUN_LABELS } from '../../facts/build-state.ts';
import type { CiJob } from '../../facts/builder.ts';
import { type Manager, managerWords } from '../../facts/managed-by.ts';
import { ownerOf } from './manifest-owner.ts';

/** A build by its names, as commands need them. */
export interface BuildNames {
  readonly namespace: string | Placeholder;
  readonly kind: string;
  readonly object: string;
  /** The file of a checkout that has it. */
  readonly path?: string;
  /** The tool that owns its manifest. */
  readonly manager?: Manager;
  /** The CI system that ran its pod. */
  readonly ci?: CiJob;
}

/** Waits for a build that runs; nothing for kinds whose end kubectl cannot wait for. */
export function awaitBuild({ namespace, kind, object }: BuildNames): readonly string[] {
  const resource = `${kind.toLowerCase()}/${object}`;
  const label = RUN_LABELS[kind];
  if (kind === 'CronJob') return [sh`kubectl -n ${namespace} get jobs --watch`];
  if (label !== undefined) {
    return [sh`kubectl -n ${namespace} logs -l ${`${label}=${object}`} --all-containers --tail=50 -f`];
  }
  const ended =
    kind === 'Job' ? [sh`kubectl -n ${namespace} wait --for=condition=complete ${resource} --timeout=30m`] : [];
  return [sh`kubectl -n ${namespace} logs ${resource} --tail=50 -f`, ...ended];
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

const RETRIES = 'The kubelet retries by itself once the image is there, at most 5 minutes later.';

/** Of a run, what a new run is made of: a new name, and no order to end. */
const AS_NEW =
  '{apiVersion, kind, metadata: {generateName: (.metadata.name + "-"), namespace: .metadata.namespace}, spec: (.spec | del(.status, .statusMessage, .state))}';

/** Runs a build once more; nothing where the system has no command for it. */
export function rerunBuild(build: BuildNames): Pick<Remedy, 'commands' | 'note'> {
  const { namespace, kind, object, path, manager, ci } = build;
  const note = RETRIES;
  if (ci !== undefined) return { commands: [], note: `${ciNote(ci)} ${note}` };
  switch (kind) {
    case 'Job':
      if (manager !== undefined && manager.tool !== 'helm') return rerunOwned(build, manager);
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
    case 'TaskRun':
    case 'PipelineRun':
    case 'BuildRun':
      return {
        commands: [
          `${sh`kubectl -n ${namespace} get ${kind.toLowerCase()} ${object} -o json`} | jq '${AS_NEW}' | kubectl create -f -`,
        ],
        note: `A new run of the same; the old one stays. ${note}`,
      };
    default:
      return { commands: [], note };
  }
}

/** The runner's pod is only where the job ran: what it was told to do came from the CI system. */
function ciNote({ system, url }: CiJob): string {
  return `${system} made the pod: run the job again there${url === undefined ? '' : `, ${url}`}.`;
}

/** A tool that owns a Job makes it anew once it is gone: a Job itself never runs twice. */
function rerunOwned({ namespace, object }: BuildNames, manager: Manager): Pick<Remedy, 'commands' | 'note'> {
  const owner = ownerOf(manager, namespace);
  return {
    commands: [sh`kubectl -n ${namespace} delete job ${object} --ignore-not-found`, ...(owner?.commands ?? [])],
    note: `The old Job goes, with its pods and their logs: read them first. ${managerWords(manager)} owns its manifest: change that, not the Job; it makes the Job anew when it syncs. ${RETRIES}`,
  };
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
