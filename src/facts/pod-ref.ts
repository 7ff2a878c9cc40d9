import type { PodRef } from '../core/report.ts';
import type { Subject } from './facts.ts';

/** A subject as the report names it. */
export function podRef({ namespace, pod, podUid, container, image, node }: Subject): PodRef {
  return {
    namespace: namespace ?? '',
    name: pod ?? '',
    ...(podUid === undefined ? {} : { uid: podUid }),
    ...(container === undefined ? {} : { container }),
    ...(image === undefined ? {} : { image }),
    ...(node === undefined ? {} : { node }),
  };
}
