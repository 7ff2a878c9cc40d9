import type { EventItem, ResourceItem } from '../../../core/cluster-answer.ts';

/** An object in a line or two, as `kubectl get` would show it and with what waits. */
export function itemLine(item: ResourceItem): readonly string[] {
  const { namespace, name, pod, node, workload, serviceAccount, event } = item;
  const full = namespace === undefined ? name : `${namespace}/${name}`;
  if (pod !== undefined) {
    const waiting = pod.containers.filter(({ state }) => state === 'waiting');
    return [
      `${full}  ${pod.status}${pod.node === undefined ? '' : `  on ${pod.node}`}`,
      ...waiting.map(
        ({ name: container, image = '', reason = '', message = '' }) =>
          `  ${container} (${image}) waits: ${reason}${message === '' ? '' : `: ${message.slice(0, 500)}`}`,
      ),
    ];
  }
  if (node !== undefined) {
    const bad = node.conditions.filter(({ type, status }) => type !== 'Ready' && status === 'True');
    const also = [...bad.map(({ type }) => type), ...(node.schedulable ? [] : ['cordoned'])];
    return [`${full}  Ready=${node.ready}${also.map((word) => ` ${word}`).join('')}  ${node.runtime ?? ''}`.trimEnd()];
  }
  if (workload !== undefined)
    return [`${full}  ${workload.ready ?? 0}/${workload.desired ?? '?'} ready  ${workload.images.join(', ')}`];
  if (serviceAccount !== undefined)
    return [`${full}  imagePullSecrets: ${serviceAccount.imagePullSecrets.join(', ') || 'none'}`];
  return event === undefined ? [full] : [eventLine(event)];
}

/** `21:59:30 Warning Failed x3 Pod shop/api-1 (app): Failed to pull …` */
export function eventLine({ lastTimestamp, type, reason, count, object, container, message }: EventItem): string {
  const where = container === undefined ? object : `${object} (${container})`;
  return `${lastTimestamp ?? '(no time)'} ${type} ${reason} x${count} ${where}: ${message}`;
}
