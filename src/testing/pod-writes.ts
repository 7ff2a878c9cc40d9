import type { Target } from './resources.ts';
import * as status from './status.ts';
import type { ObjectStore, RawObject } from './store.ts';

/** What becomes of a pod that is created. */
export interface PodRun {
  /** Put into the pod as its status. */
  readonly status: object;
  /** Of its first container. */
  readonly log?: string;
}

/** Decides how a new pod fares; an answer is what admission says instead of taking it. */
export type RunPod = (pod: RawObject) => PodRun | status.StatusAnswer;

/** Logs by `namespace/pod/container`; those of pods that were created are added. */
export type PodLogs = Record<string, string>;

/** Creates or deletes a pod as the API server does; undefined for any other write. */
export function writePod(
  store: ObjectStore,
  logs: PodLogs,
  runPod: RunPod,
  { method, target, body, now }: { method: string; target: Target; body: string; now: string },
): status.StatusAnswer | undefined {
  const { resource, namespace = 'default', name } = target;
  if (resource.kind !== 'Pod' || target.subresource !== undefined) return undefined;
  if (method === 'DELETE' && name !== undefined) return remove(store, target, namespace, name);
  if (method !== 'POST' || name !== undefined) return undefined;
  const pod = JSON.parse(body) as RawObject;
  const run = runPod(pod);
  if ('code' in run) return run;
  const created = {
    ...pod,
    metadata: { ...pod.metadata, namespace, uid: `uid-${pod.metadata?.name}`, creationTimestamp: now },
    status: run.status,
  };
  store.put(created);
  const { containers = [] } = pod.spec as { containers?: readonly { name: string }[] };
  logs[`${namespace}/${pod.metadata?.name}/${containers[0]?.name}`] = run.log ?? '';
  return { code: 201, body: created };
}

function remove(store: ObjectStore, target: Target, namespace: string, name: string): status.StatusAnswer {
  const pod = store.get('Pod', namespace, name);
  if (pod === undefined) return status.notFound(target);
  store.remove(pod);
  return { code: 200, body: pod };
}
