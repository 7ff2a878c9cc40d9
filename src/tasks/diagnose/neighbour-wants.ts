import type { Want } from '../../core/want.ts';
import type { Case } from '../../facts/case.ts';
import { outermostWorkload } from '../../facts/owners.ts';
import type { SnapshotIndex } from '../../facts/snapshot-index.ts';

/** Pods to compare with that a question about one thing reads: each is some kilobytes, and further ones say the same. */
const NEIGHBOURS_OF_ONE = 100;

/**
 * Other pods of these namespaces, which show what works with the same registry, Secret or node. `wide`: as many as a
 * list gives; else a sample, and where that leaves pods out those of the same workload too, which tell most.
 */
export function neighbourWants(
  index: SnapshotIndex,
  cases: readonly Case[],
  namespaces: readonly string[],
  wide: boolean,
): Want[] {
  if (wide) return namespaces.map((namespace) => ({ kind: 'Pod', namespace }));
  return namespaces.flatMap((namespace): Want[] => {
    const sample: Want = { kind: 'Pod', namespace, atMost: NEIGHBOURS_OF_ONE };
    return isInPart(index, namespace) ? [sample, ...podsOfWorkload(index, cases, namespace)] : [sample];
  });
}

/** The sample was read, and is not all. */
function isInPart(index: SnapshotIndex, namespace: string): boolean {
  const seen = index.pods.filter(({ object }) => object.metadata.namespace === namespace).length;
  return seen >= NEIGHBOURS_OF_ONE && index.coverageOf('Pod', namespace) === undefined;
}

/** Nothing where all that it should have are seen already. */
function podsOfWorkload(index: SnapshotIndex, cases: readonly Case[], namespace: string): Want[] {
  const found = cases.find(({ subject }) => subject.namespace === namespace);
  // The outermost owner selects the pods of all its revisions.
  const workload = outermostWorkload(index, namespace, found?.subject.owners ?? [])?.object;
  const { selector: labels = {}, desired = Number.POSITIVE_INFINITY } = workload ?? {};
  const wanted = Object.entries(labels);
  const seen = index.pods.filter(
    ({ object: { metadata } }) =>
      metadata.namespace === namespace && wanted.every(([key, value]) => metadata.labels[key] === value),
  );
  return wanted.length === 0 || seen.length >= desired ? [] : [{ kind: 'Pod', namespace, labels }];
}
