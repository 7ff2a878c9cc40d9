import type { ObjectStore, RawObject, WatchEvent } from './store.ts';

/** A change of a recorded cluster and when it happened, in milliseconds. */
export interface TimedChange {
  readonly at: number;
  readonly type: WatchEvent['type'];
  readonly object: RawObject;
}

/** Longest list of changes that is read; a recording of an hour has some thousands. */
const MAX_CHANGES = 100_000;

/**
 * The changes of a saved watch (`kubectl get -w --output-watch-events -o json`, one event per line), in time.
 * A watch says nothing of when: a change is as old as the newest time inside its object, and never older than the one before.
 */
export function readWatch(jsonLines: string): TimedChange[] {
  let at = 0;
  return jsonLines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, MAX_CHANGES)
    .map((line) => {
      const { type, object } = JSON.parse(line) as WatchEvent;
      at = Math.max(at, newestTime(object));
      return { at, type, object };
    });
}

/** Times of the spec are plans, and managedFields tell when somebody wrote, not when it happened. */
function newestTime(value: unknown): number {
  if (typeof value === 'string') return TIME.test(value) ? Date.parse(value) || 0 : 0;
  if (typeof value !== 'object' || value === null) return 0;
  let newest = 0;
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'spec' && key !== 'managedFields') newest = Math.max(newest, newestTime(inner));
  }
  return newest;
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** Plays recorded changes into a store, with a clock of its own: as fast as its user asks. */
export class Playback {
  readonly #store: ObjectStore;
  readonly #changes: readonly TimedChange[];
  #next = 0;
  #now: number;

  /** The clock stands at the first change, before it. */
  constructor(store: ObjectStore, changes: readonly TimedChange[]) {
    this.#store = store;
    this.#changes = changes;
    this.#now = changes[0]?.at ?? 0;
  }

  /** RFC 3339 of the recording's clock. */
  get now(): string {
    return new Date(this.#now).toISOString();
  }

  get isOver(): boolean {
    return this.#next >= this.#changes.length;
  }

  /** Lets time pass until `time` (RFC 3339); what happened until then has happened. */
  advanceTo(time: string): void {
    this.#advance(Date.parse(time));
  }

  advance(seconds: number): void {
    this.#advance(this.#now + seconds * 1000);
  }

  /** Everything that was recorded, to its end. */
  finish(): void {
    this.#advance(Math.max(this.#now, this.#changes.at(-1)?.at ?? 0));
  }

  #advance(to: number): void {
    for (
      let change = this.#changes[this.#next];
      change !== undefined && change.at <= to;
      change = this.#changes[this.#next]
    ) {
      this.#next += 1;
      this.#now = change.at;
      if (change.type === 'DELETED') this.#store.remove(change.object);
      else if (change.type === 'ADDED' || change.type === 'MODIFIED') this.#store.put(change.object);
    }
    this.#now = Math.max(this.#now, to);
  }
}
