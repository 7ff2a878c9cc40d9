import type { KubeEvent, KubeObject } from '../../core/objects.ts';
import { VIEW_RANK } from '../../core/view-rank.ts';
import type { ReadObject } from './reading.ts';

/**
 * One copy of each object: the fullest view, and of equal views the newest state.
 * An object that a watch saw deleted is gone, unless a newer copy exists; an Event outlives its deletion as evidence.
 */
export function mergeObjects(seen: readonly ReadObject[], removed: readonly ReadObject[]): ReadObject[] {
  const merged = new Map<string, ReadObject>();
  const rows: ReadObject[] = [];
  for (const each of seen) {
    const { object, view } = each.parsed;
    if (object.kind === 'Event' && view !== 'full') {
      rows.push(each);
      continue;
    }
    const key = keyOf(object);
    const known = merged.get(key);
    if (known === undefined || isBetter(each, known)) merged.set(key, each);
  }
  for (const each of removed) {
    const key = keyOf(each.parsed.object);
    const known = merged.get(key);
    if (known !== undefined && each.parsed.object.kind !== 'Event' && isOver(known, each)) merged.delete(key);
    if (each.parsed.object.kind === 'Event' && known === undefined) merged.set(key, each);
  }
  const objects = withoutNamelessCopies([...merged.values()]);
  return [...objects, ...withoutCopies(rows, objects)];
}

function keyOf(object: KubeObject): string {
  const kind = object.kind === 'Other' ? object.originalKind : object.kind;
  const service = object.kind === 'EndpointSlice' ? object.service : '';
  return `${kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}/${service}`;
}

function isBetter(candidate: ReadObject, known: ReadObject): boolean {
  const rank = VIEW_RANK[candidate.parsed.view] - VIEW_RANK[known.parsed.view];
  if (rank !== 0) return rank > 0;
  return compareState(candidate, known) >= 0;
}

/** By resourceVersion, a rising number in practice (KEP-5504 makes it official); else by the newest time inside. */
function compareState(a: ReadObject, b: ReadObject): number {
  const versions = [a, b].map(({ parsed }) => Number(parsed.resourceVersion ?? Number.NaN));
  const difference = (versions[0] ?? 0) - (versions[1] ?? 0);
  if (!Number.isNaN(difference) && difference !== 0) return difference;
  const times = [a, b].map(({ parsed }) => Date.parse(parsed.newestTime ?? ''));
  const later = (times[0] ?? 0) - (times[1] ?? 0);
  return Number.isNaN(later) ? 0 : later;
}

function isOver(known: ReadObject, removed: ReadObject): boolean {
  return compareState(removed, known) >= 0;
}

/** A row printed without its namespace is a copy of any object of that kind and name. */
function withoutNamelessCopies(objects: readonly ReadObject[]): ReadObject[] {
  const inNamespaces = new Set(
    objects.flatMap(({ parsed: { object } }) =>
      object.metadata.namespace === undefined ? [] : [`${object.kind}/${object.metadata.name}`],
    ),
  );
  return objects.filter(({ parsed: { object, view } }) => {
    const bare = view === 'table' && object.metadata.namespace === undefined;
    return !bare || !inNamespaces.has(`${object.kind}/${object.metadata.name}`);
  });
}

/** Rows of describe texts and tables that no full event, and no row before them, tells already. */
function withoutCopies(rows: readonly ReadObject[], objects: readonly ReadObject[]): ReadObject[] {
  const told = new ToldEvents();
  for (const { parsed } of objects) if (parsed.object.kind === 'Event') told.add(parsed.object);
  return rows.filter(({ parsed: { object } }) => {
    if (object.kind !== 'Event') return true;
    const known = told.countOf(object);
    told.add(object);
    return object.count > known;
  });
}

/** Highest counts of what events told, findable with less detail than they had, and with more. */
class ToldEvents {
  readonly #asTold = new Map<string, number>();
  readonly #withLess = new Map<string, number>();

  add(event: KubeEvent): void {
    const keys = eventKeys(event);
    raise(this.#asTold, keys[0], event.count);
    for (const key of keys) raise(this.#withLess, key, event.count);
  }

  countOf(event: KubeEvent): number {
    const keys = eventKeys(event);
    return Math.max(this.#withLess.get(keys[0]) ?? 0, ...keys.map((key) => this.#asTold.get(key) ?? 0));
  }
}

function raise(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, Math.max(count, counts.get(key) ?? 0));
}

/** Most detailed first: tables may leave out the namespace, and describe before kubectl 1.35 the container. */
function eventKeys({ involved, metadata, reason, message }: KubeEvent): [string, ...string[]] {
  const namespace = involved.namespace ?? metadata.namespace;
  const about = `${involved.kind}/${involved.name} ${reason} ${firstLine(message)}`;
  const container = involved.fieldPath ?? '';
  if (namespace === undefined) return [about];
  return container === ''
    ? [`${namespace} ${about}`, about]
    : [`${namespace} ${container} ${about}`, `${namespace} ${about}`, about];
}

/** Tables end a message at its first line break. */
function firstLine(message: string): string {
  return (
    message
      .split('\n', 1)[0]
      ?.replace(/\.\.\.$/, '')
      .trim() ?? ''
  );
}
