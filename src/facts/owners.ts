import type { Metadata, Workload } from '../core/objects.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex, WorkloadKind } from './snapshot-index.ts';

const WORKLOAD_KINDS: readonly WorkloadKind[] = [
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
];

/** Owners come in short chains; a longer one is a loop. */
const MAX_DEPTH = 5;

export function isWorkloadKind(kind: string): kind is WorkloadKind {
  return (WORKLOAD_KINDS as readonly string[]).includes(kind);
}

/** The controllers above an object, nearest first, as far as references and seen objects reach. */
export function ownersOf(
  index: SnapshotIndex,
  metadata: Metadata,
): readonly { readonly kind: string; readonly name: string }[] {
  const owners: { kind: string; name: string }[] = [];
  let current: Metadata | undefined = metadata;
  while (current !== undefined && owners.length < MAX_DEPTH) {
    const reference: Metadata['ownerReferences'][number] | undefined =
      current.ownerReferences.find((r) => r.controller === true) ?? current.ownerReferences[0];
    if (reference === undefined) break;
    owners.push({ kind: reference.kind, name: reference.name });
    const above: Metadata | undefined = isWorkloadKind(reference.kind)
      ? index.find(reference.kind, metadata.namespace, reference.name)?.object.metadata
      : undefined;
    const deployment = above === undefined ? deploymentBehind(reference, current) : undefined;
    if (deployment !== undefined) owners.push({ kind: 'Deployment', name: deployment });
    current = above;
  }
  return owners;
}

/**
 * The Deployment of a ReplicaSet that was not seen: it is named after it and the hash of its template, which only the
 * Deployment controller gives to pods as this label (controller/deployment/sync.go, 1.36).
 */
function deploymentBehind(
  { kind, name }: Metadata['ownerReferences'][number],
  { labels }: Metadata,
): string | undefined {
  const hash = labels['pod-template-hash'];
  return kind === 'ReplicaSet' && hash !== undefined && name.length > hash.length + 1 && name.endsWith(`-${hash}`)
    ? name.slice(0, -hash.length - 1)
    : undefined;
}

/** The outermost owner that was seen as an object. */
export function outermostWorkload(
  index: SnapshotIndex,
  namespace: string | undefined,
  owners: readonly { readonly kind: string; readonly name: string }[],
): SeenOf<Workload['kind']> | undefined {
  for (const { kind, name } of [...owners].reverse()) {
    if (!isWorkloadKind(kind)) continue;
    const seen = index.find(kind, namespace, name);
    if (seen !== undefined) return seen;
  }
  return undefined;
}
