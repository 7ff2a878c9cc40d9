import { parseObject } from '../objects-schema.ts';

/** How far a pod of one container got. */
export type PodStart =
  | { readonly state: 'waiting'; readonly why: string }
  /** Its container runs, or has run. */
  | { readonly state: 'started' }
  /** The image cannot be used for this. */
  | { readonly state: 'unfit'; readonly why: string }
  /** Another image would fare no better. */
  | { readonly state: 'stuck'; readonly why: string };

/** Reasons of a container whose image is not there, not allowed to this pod, or without the program that was asked for. */
const UNFIT: ReadonlySet<string> = new Set([
  'ErrImageNeverPull',
  'ImageInspectError',
  'InvalidImageName',
  'RunContainerError',
  'CreateContainerError',
  'StartError',
  'ContainerCannotRun',
]);

export function readStart(raw: unknown): PodStart {
  const pod = parseObject(raw, { kind: 'Pod', apiVersion: 'v1' })?.object;
  if (pod?.kind !== 'Pod') return { state: 'stuck', why: 'the API server gives no pod' };
  const { containers, phase } = pod.status;
  const { waiting, terminated, running } = containers[0]?.state ?? {};
  const reason = waiting?.reason ?? terminated?.reason ?? '';
  const why = [reason, waiting?.message ?? terminated?.message].filter(Boolean).join(': ');
  if (UNFIT.has(reason)) return { state: 'unfit', why };
  // What a shell exits with when it is not there or cannot be run.
  if (terminated !== undefined && [126, 127].includes(terminated.exitCode ?? 0)) {
    return { state: 'unfit', why: `exit code ${terminated.exitCode}` };
  }
  if (running !== undefined || terminated !== undefined || phase === 'Succeeded') return { state: 'started' };
  if (phase === 'Failed') return { state: 'stuck', why: `the node did not take the pod: ${podReason(raw)}` };
  return { state: 'waiting', why: why === '' ? `it is ${phase ?? 'not told of'}` : why };
}

/** `OutOfpods`, `NodeAffinity`, `UnexpectedAdmissionError` with the kubelet's words. */
function podReason(raw: unknown): string {
  const { reason, message } = (raw as { status?: { reason?: unknown; message?: unknown } }).status ?? {};
  return [reason, message].filter((word) => typeof word === 'string').join(': ') || 'no reason is given';
}
