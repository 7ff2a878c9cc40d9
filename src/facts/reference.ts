import { becauseOf, type Fact, present, unknown } from '../core/fact.ts';
import { type ParsedReference, parseReference } from '../image/reference.ts';
import type { CaseContext } from './case-context.ts';
import { containerId } from './evidence-ids.ts';
import type { Facts } from './facts.ts';

/** The image string, parsed as the kubelet does. */
export function referenceOf({ subject, pod, container }: CaseContext, facts: Facts): Fact<ParsedReference> {
  if (subject.image === undefined) return unknown('the image');
  const because =
    pod !== undefined && container !== undefined ? [containerId(pod.id, container.name)] : becauseOf(facts.pullError);
  return present(parseReference(subject.image), because);
}
