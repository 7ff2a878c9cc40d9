import { type Placeholder, placeholder } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';

/** The names that commands and sentences need; a placeholder where the evidence does not tell. */
export interface Names {
  readonly namespace: string | Placeholder;
  readonly pod: string | Placeholder;
  readonly image: string | Placeholder;
  readonly node: string | Placeholder;
  readonly serviceAccount: string | Placeholder;
  /** `deployment/api` of the outermost owner, else `pod/api-x`. */
  readonly workload: string | Placeholder;
  readonly container: string | Placeholder;
}

export function namesOf(facts: Facts): Names {
  const { subject } = facts;
  const outermost = subject.owners.at(-1);
  return {
    namespace: subject.namespace ?? placeholder('namespace'),
    pod: subject.pod ?? placeholder('pod'),
    image: subject.image ?? placeholder('image'),
    node: subject.node ?? placeholder('node'),
    serviceAccount: subject.serviceAccount ?? placeholder('service account'),
    container: subject.container ?? placeholder('container'),
    workload:
      outermost !== undefined
        ? `${outermost.kind.toLowerCase()}/${outermost.name}`
        : subject.pod !== undefined
          ? `pod/${subject.pod}`
          : placeholder('workload'),
  };
}

/** The image for a sentence: as written, or "the image". */
export function imageWords(facts: Facts): string {
  return facts.subject.image ?? 'the image';
}

/** `namespace/pod`, or "the pod". */
export function podWords(facts: Facts): string {
  const { namespace, pod } = facts.subject;
  return pod === undefined ? 'the pod' : namespace === undefined ? pod : `${namespace}/${pod}`;
}

/** "node-a", or "the node". */
export function nodeWords(facts: Facts): string {
  return facts.subject.node ?? 'the node';
}
