import type { KubeEvent, KubeObject, Workload } from '../core/objects.ts';
import type { SeenObject } from '../core/snapshot.ts';
import { VIEW_RANK } from '../core/view-rank.ts';
import { isAfter, latest } from './time.ts';

/** A seen object whose kind is known. */
export type SeenOf<K extends KubeObject['kind']> = SeenObject<
  K extends Workload['kind'] ? Workload : Extract<KubeObject, { kind: K }>
>;

/** `shop-prod/api`; `/node-a` when there is no namespace. */
export function objectKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

/**
 * One sight per object: evidence folders show the same pod as JSON, as describe text and as a table row.
 * The newest incarnation wins (an uid of a later creation), then the fullest view, then the one read last.
 */
export function bestSights<O extends KubeObject>(seen: readonly SeenObject<O>[]): ReadonlyMap<string, SeenObject<O>> {
  const best = new Map<string, SeenObject<O>>();
  for (const sight of seen) {
    const { namespace, name } = sight.object.metadata;
    const key = objectKey(namespace, name);
    const known = best.get(key);
    if (known === undefined || isBetterSight(sight, known)) best.set(key, sight);
  }
  return best;
}

function isBetterSight(sight: SeenObject, known: SeenObject): boolean {
  const a = sight.object.metadata;
  const b = known.object.metadata;
  if (a.uid !== undefined && b.uid !== undefined && a.uid !== b.uid && a.creationTimestamp !== b.creationTimestamp) {
    return isAfter(a.creationTimestamp, b.creationTimestamp);
  }
  return VIEW_RANK[sight.view] >= VIEW_RANK[known.view];
}

/**
 * Every event once: the API's series by uid or name (the newest state of it),
 * and those of describe texts and tables only when no API event says the same of the same object.
 */
export function distinctEvents(seen: readonly SeenObject<KubeEvent>[]): readonly SeenObject<KubeEvent>[] {
  const byIdentity = new Map<string, SeenObject<KubeEvent>>();
  const said = new Set<string>();
  for (const event of seen.filter((e) => e.view === 'full')) {
    const { uid, namespace, name } = event.object.metadata;
    const key = uid ?? objectKey(namespace, name);
    const known = byIdentity.get(key);
    if (known === undefined || latest([known.object.lastSeen, event.object.lastSeen]) === event.object.lastSeen) {
      byIdentity.set(key, event);
    }
    said.add(saying(event.object));
  }
  for (const event of seen.filter((e) => e.view !== 'full')) {
    const key = saying(event.object);
    if (said.has(key)) continue;
    const known = byIdentity.get(key);
    if (known === undefined || VIEW_RANK[event.view] > VIEW_RANK[known.view]) byIdentity.set(key, event);
  }
  return [...byIdentity.values()];
}

/** `kubectl describe` may cut blanks and prints no field path below 1.35, so neither takes part. */
function saying({ involved, metadata, reason, message }: KubeEvent): string {
  const namespace = involved.namespace ?? metadata.namespace ?? '';
  return [namespace, involved.name ?? '', reason ?? '', message.replaceAll(/\s+/g, ' ').trim()].join('\n');
}
