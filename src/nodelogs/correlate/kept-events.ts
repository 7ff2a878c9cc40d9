import type { TimelineEvent } from '../../core/node/correlate-answer.ts';

/** An event with its time as a number. */
export interface KeptEvent extends TimelineEvent {
  readonly ms: number;
  /** The registry that the line names, for telling one from all. */
  readonly host?: string;
}

/** The newest events of each kind: a storm of one kind must not push out the rest. Memory is bounded whatever the log. */
export class KeptEvents {
  readonly #byKind = new Map<string, KeptEvent[]>();
  readonly #capacity: number;
  #total = 0;
  #dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(event: KeptEvent): void {
    this.#total += 1;
    const kept = this.#byKind.get(event.what);
    if (kept === undefined) {
      this.#byKind.set(event.what, [event]);
      return;
    }
    kept.push(event);
    // Trimmed in bulk, so that each event costs little.
    if (kept.length < 2 * this.#capacity) return;
    this.#dropped += kept.length - this.#capacity;
    this.#byKind.set(event.what, inOrder(kept).slice(-this.#capacity));
  }

  get total(): number {
    return this.#total;
  }

  /** Events that were counted and are not kept. */
  get dropped(): number {
    return this.#dropped;
  }

  /** All that is kept, in the order of time. */
  all(): readonly KeptEvent[] {
    return inOrder([...this.#byKind.values()].flat());
  }
}

export function inOrder(events: readonly KeptEvent[]): KeptEvent[] {
  return [...events].sort((a, b) => a.ms - b.ms || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
}
