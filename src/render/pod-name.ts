import type { NotImagePull, PodRef } from '../core/report.ts';

/** `namespace/name`; loose text names no pod. */
export function podName({ namespace, name }: Pick<PodRef, 'namespace' | 'name'>): string {
  if (name === '') return 'the text';
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** `shop/api-1: CrashLoopBackOff: container app exits with code 1`. */
export function stuckWords({ pod, reason, because }: NotImagePull): string {
  return [podName(pod), reason, because].filter((part) => part !== '').join(': ');
}
