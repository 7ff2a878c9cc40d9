import { type Fact, present, unknown } from '../core/fact.ts';
import { sh } from '../core/shell.ts';
import type { CaseContext } from './case-context.ts';
import { containerId } from './evidence-ids.ts';

/** The pull policy as stored; `kubectl describe` and tables never show it. */
export function pullPolicyOf({ pod, container, subject, events }: CaseContext): Fact<string> {
  const never = events.find((e) => e.message.includes('not present with pull policy of Never'));
  if (never !== undefined) return present('Never', [never.seen.id]);
  if (subject.kind === 'image-volume' && pod !== undefined) {
    const policy = pod.object.spec.imageVolumes.find((v) => v.volume === subject.volume)?.pullPolicy;
    if (policy !== undefined) return present(policy, [pod.id]);
  }
  const policy = container?.container?.imagePullPolicy;
  if (pod !== undefined && container !== undefined && policy !== undefined)
    return present(policy, [containerId(pod.id, container.name)]);
  const { namespace, pod: name } = subject;
  const how =
    name === undefined
      ? undefined
      : `${sh`kubectl get pod ${name}`}${namespace === undefined ? '' : sh` -n ${namespace}`} -o yaml`;
  return unknown(`imagePullPolicy of ${name === undefined ? 'the container' : `pod ${name}`}`, 'not-collected', how);
}
