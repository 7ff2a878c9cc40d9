import type { Gap } from '../../core/fact.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Coverage, LogEntry, SeenObject, Snapshot } from '../../core/snapshot.ts';
import type { ExtensionKind } from '../../core/want.ts';
import { objectId } from '../object-id.ts';
import { type ObjectHint, type ParsedObject, parseObject } from '../objects-schema.ts';
import { latestOf } from '../schema/newest-time.ts';
import { gapOf, type Problem, titleOf, type Wanted } from './problem.ts';
import type { List } from './read-list.ts';
import { type Kind, resourceOf } from './resources.ts';

/** Clocks this far apart make ages and "expired" doubtful. */
const CLOCK_DOUBT_MS = 5 * 60_000;

/** What has been seen of a cluster so far: objects, what is surely not there, and what could not be looked at. */
export class Sightings {
  readonly #objects = new Map<string, { readonly seen: SeenObject; readonly version: number }>();
  readonly #logs: LogEntry[] = [];
  readonly #coverage = new Map<string, Coverage>();
  readonly #gaps = new Map<string, Gap>();
  readonly #problems: { readonly wanted: Wanted; readonly problem: Problem }[] = [];
  /** By the API server's clock, for all times in objects are by the cluster's. */
  #asked: string | undefined;
  #newest: string | undefined;

  /** One object as it was answered; undefined when it is none. */
  add(raw: unknown, hint: ObjectHint): KubeObject | undefined {
    const parsed = parseObject(raw, hint);
    if (parsed === undefined) return undefined;
    this.#keep(parsed);
    return parsed.object;
  }

  /** An object that an earlier look saw whole, and that has not changed since. */
  again(object: KubeObject): void {
    this.#keep({ object, view: 'full', dropped: [] });
  }

  /** All objects of a list. `metadataOf`: only the metadata of that kind was asked for. */
  addList({ items, kind, apiVersion }: List, metadataOf?: Kind): KubeObject[] {
    const hint: ObjectHint =
      metadataOf === undefined
        ? { kind: kind.replace(/List$/, ''), apiVersion }
        : { ...hintFor(metadataOf), view: 'metadata' };
    return items.flatMap((item) => this.add(item, hint) ?? []);
  }

  addLog(entries: readonly LogEntry[]): void {
    for (const entry of entries) this.#logs.push(entry);
  }

  find<K extends Kind>(kind: K, namespace: string | undefined, name: string): (KubeObject & { kind: K }) | undefined {
    const parts = [kind.toLowerCase(), ...(namespace === undefined ? [] : [namespace]), name];
    return this.#objects.get(parts.join('/'))?.seen.object as (KubeObject & { kind: K }) | undefined;
  }

  get isEmpty(): boolean {
    return this.#objects.size + this.#coverage.size === 0;
  }

  /** Everything of one kind. */
  all<K extends KubeObject['kind']>(kind: K): (KubeObject & { kind: K })[] {
    return [...this.#objects.values()].flatMap(({ seen }) =>
      seen.object.kind === kind ? [seen.object as KubeObject & { kind: K }] : [],
    );
  }

  /** A list without selectors that came to its end: what is not in it is not there. `PullSecret`: Secrets of those types. */
  covers(kind: Kind | ExtensionKind | 'PullSecret', namespace: string | undefined): void {
    const because = `list/${kind}/${namespace ?? ''}`;
    this.#coverage.set(because, { kind, ...(namespace === undefined ? {} : { namespace }), because });
  }

  /** One object was asked for and the API server says that there is none. */
  absent(kind: Kind, namespace: string | undefined, name: string): void {
    const because = `get/${kind}/${namespace ?? ''}/${name}`;
    this.#coverage.set(because, { kind, ...(namespace === undefined ? {} : { namespace }), name, because });
  }

  isAbsent(kind: Kind, namespace: string | undefined, name: string): boolean {
    return this.#coverage.has(`get/${kind}/${namespace ?? ''}/${name}`);
  }

  problem(wanted: Wanted, problem: Problem): void {
    this.#problems.push({ wanted, problem });
    this.gap(gapOf(wanted, problem));
  }

  /** The first thing that went wrong with a kind. */
  problemWith(kind: Kind): { readonly wanted: Wanted; readonly problem: Problem } | undefined {
    return this.#problems.find(({ wanted }) => wanted.kind === kind && wanted.subresource === undefined);
  }

  /** What went wrong with a list. */
  problemIn({ kind, namespace }: Wanted): Problem | undefined {
    return this.#problems.find(
      ({ wanted }) => wanted.verb === 'list' && wanted.kind === kind && wanted.namespace === namespace,
    )?.problem;
  }

  /** More of it than was read. */
  cut(wanted: Wanted, read: number): void {
    this.gap({ wanted: `${titleOf(wanted)} after the first ${read}`, why: 'truncated' });
  }

  gap(gap: Gap): void {
    this.#gaps.set(`${gap.wanted} ${gap.why}`, gap);
  }

  /** The `Date` of an answer: when the API server says it is. */
  asked(date: string | undefined): void {
    const ms = Date.parse(date ?? '');
    if (!Number.isNaN(ms)) this.#asked = new Date(ms).toISOString();
  }

  /** All of it, for the facts. `now` is this machine's clock, RFC 3339. */
  snapshot(names: readonly string[], now: string): Snapshot {
    // Evidence from the future means that the server's clock is behind: the newest evidence is the better clock.
    const takenAt = latestOf([this.#asked ?? now, this.#newest]);
    return {
      source: { kind: 'cluster', names },
      ...(takenAt === undefined ? {} : { takenAt }),
      objects: [...this.#objects.values()].map(({ seen }) => seen),
      logs: this.#logs,
      texts: [],
      coverage: [...this.#coverage.values()],
      gaps: [...this.#gaps.values(), ...this.#clockGap(now)],
    };
  }

  #keep({ object, view, resourceVersion, newestTime }: ParsedObject): void {
    const id = objectId(object);
    const version = Number(resourceVersion ?? 0);
    const known = this.#objects.get(id);
    this.#newest = latestOf([this.#newest, newestTime]);
    // A list of metadata must not hide an object that was read whole.
    if (known !== undefined && (known.version > version || (known.seen.view === 'full' && view !== 'full'))) return;
    const { namespace, name } = object.metadata;
    const kind = object.kind === 'Other' ? object.originalKind : object.kind;
    const locator = `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
    this.#objects.set(id, { seen: { id, object, view, locator }, version });
  }

  #clockGap(now: string): Gap[] {
    const apart = this.#asked === undefined ? 0 : Date.parse(this.#asked) - Date.parse(now);
    if (!(Math.abs(apart) > CLOCK_DOUBT_MS)) return [];
    const minutes = Math.round(Math.abs(apart) / 60_000);
    const wanted = `the right time: the API server's clock is ${minutes} min ${apart > 0 ? 'ahead of' : 'behind'} this machine's`;
    return [
      { wanted, why: 'unreadable', how: 'compare both with date -u; retry times and token ends are by the API server' },
    ];
  }
}

/** What a single get's answer is, when the object does not say it itself. */
export function hintFor(kind: Kind): ObjectHint {
  return { kind, apiVersion: resourceOf(kind).apiVersion };
}
