import type { SeenOf } from './seen-objects.ts';

/** What the STATUS column of a pod's table row says: `ImagePullBackOff`, `Terminating`; undefined when it is the phase. */
export function rowReason({ object }: SeenOf<'Pod'>): { readonly reason: string; readonly init: boolean } | undefined {
  const { reason, containers } = object.status;
  const [only] = containers;
  const shown = only?.state.waiting?.reason ?? only?.state.terminated?.reason ?? reason;
  return shown === undefined ? undefined : { reason: shown, init: only?.role === 'init' };
}

/** Reasons of a row that say no more than "not yet". */
export function isStarting(reason: string): boolean {
  return reason === 'ContainerCreating' || reason === 'PodInitializing' || /^Init:\d/.test(reason);
}
