import { didYouMean } from '../../core/nearest.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Report } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { UsageError } from '../../core/usage-error.ts';
import { inNamespace, type Target } from './target.ts';

interface Name {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Namespaces named in a message before "and N more". */
const NAMESPACES_SHOWN = 5;

/** What was asked for and is nowhere in the evidence: "no failures" of it would be a lie. */
export function notInEvidence(
  snapshot: Snapshot,
  report: Report,
  targets: readonly Target[],
  namespace: string | undefined,
): UsageError | undefined {
  const names = namesIn(snapshot, report);
  const namespaces = [...new Set(names.map((each) => each.namespace))].filter((each) => each !== '').sort();
  if (namespace !== undefined && namespaces.length > 0 && !namespaces.includes(namespace)) {
    return new UsageError(
      `nothing of namespace ${namespace} is in this evidence${didYouMean(namespace, namespaces)}; it has ${someOf(namespaces)}`,
    );
  }
  const here = names.filter((each) => inNamespace(each.namespace, namespace));
  for (const { kind, name } of targets) {
    const known = here.filter((each) => each.kind === kind).map((each) => each.name);
    if (name === undefined || known.includes(name)) continue;
    const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
    return new UsageError(`no ${kind} ${name}${where} in this evidence${didYouMean(name, [...new Set(known)])}`);
  }
  return undefined;
}

/** Every object that was seen, or that another one speaks of. */
function namesIn({ objects }: Snapshot, { incidents, notImagePull }: Report): Name[] {
  const failing = incidents.flatMap(({ scope }) => scope.pods);
  const stuck = notImagePull.map(({ pod }) => pod);
  return [
    ...objects.flatMap(({ object }) => namesOf(object)),
    ...[...failing, ...stuck].map(({ name, namespace }) => ({ kind: 'Pod', name, namespace })),
  ];
}

function namesOf(object: KubeObject): Name[] {
  const { name, namespace = '', ownerReferences } = object.metadata;
  const owners = ownerReferences.map((owner) => ({ kind: owner.kind, name: owner.name, namespace }));
  if (object.kind !== 'Event') return [{ kind: object.kind, name, namespace }, ...owners];
  const { involved } = object;
  return [
    { kind: involved.kind ?? '', name: involved.name ?? '', namespace: involved.namespace ?? namespace },
    ...owners,
  ];
}

function someOf(names: readonly string[]): string {
  const left = names.length - NAMESPACES_SHOWN;
  return left <= 1 ? names.join(', ') : `${names.slice(0, NAMESPACES_SHOWN).join(', ')} and ${left} more`;
}
