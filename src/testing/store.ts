/** A Kubernetes object as raw JSON, as it was recorded. */
export interface RawObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** One change, as a watch tells it. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: RawObject;
}

type Listener = (event: WatchEvent) => void;

/** How many past changes a watch may start behind; older ones are `410 Gone`, as with etcd's compaction. */
const HISTORY = 1_000;

/** The objects of the replayed cluster, with the changes that watches follow. */
export class ObjectStore {
  readonly #objects = new Map<string, RawObject>();
  /** Lists in order, by kind and namespace; made when first asked for, dropped when one of the kind changes. */
  readonly #lists = new Map<string, Map<string, readonly RawObject[]>>();
  readonly #listeners = new Set<Listener>();
  readonly #history: { readonly version: number; readonly event: WatchEvent }[] = [];
  #version = 1_000;

  constructor(objects: readonly RawObject[]) {
    for (const object of objects) this.#objects.set(keyOf(object), this.#versioned(object));
    this.#history.length = 0;
  }

  get version(): number {
    return this.#version;
  }

  /** Objects of a kind in a namespace (or all), in the order of the API server: by namespace and name. */
  list(kind: string, namespace: string | undefined): readonly RawObject[] {
    const lists = this.#lists.get(kind) ?? new Map<string, readonly RawObject[]>();
    this.#lists.set(kind, lists);
    const list = lists.get(namespace ?? '') ?? this.#sorted(kind, namespace);
    lists.set(namespace ?? '', list);
    return list;
  }

  #sorted(kind: string, namespace: string | undefined): readonly RawObject[] {
    return [...this.#objects.values()]
      .filter((o) => o.kind === kind && (namespace === undefined || o.metadata?.namespace === namespace))
      .map((object) => ({ object, key: sortKey(object) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ object }) => object);
  }

  get(kind: string, namespace: string | undefined, name: string): RawObject | undefined {
    return this.#objects.get([kind, namespace ?? '', name].join('/'));
  }

  /** Adds or replaces an object and tells the watches. */
  put(object: RawObject): void {
    const type = this.#objects.has(keyOf(object)) ? 'MODIFIED' : 'ADDED';
    const stored = this.#versioned(object);
    this.#objects.set(keyOf(object), stored);
    this.#tell({ type, object: stored });
  }

  remove(object: RawObject): void {
    if (!this.#objects.delete(keyOf(object))) return;
    this.#tell({ type: 'DELETED', object: this.#versioned(object) });
  }

  /** Changes after `version`; undefined when that is too long ago. */
  since(version: number): readonly WatchEvent[] | undefined {
    const oldest = this.#history[0]?.version ?? this.#version + 1;
    if (version < oldest - 1) return undefined;
    return this.#history.filter((h) => h.version > version).map((h) => h.event);
  }

  /** Follows changes until the returned function is called. */
  follow(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(event: WatchEvent): void {
    this.#lists.delete(event.object.kind ?? '');
    this.#history.push({ version: this.#version, event });
    if (this.#history.length > HISTORY) this.#history.shift();
    for (const listener of this.#listeners) listener(event);
  }

  #versioned(object: RawObject): RawObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }
}

function keyOf({ kind, metadata }: RawObject): string {
  return [kind, metadata?.namespace ?? '', metadata?.name].join('/');
}

function sortKey({ metadata }: RawObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}
