import type { TimelineEvent } from '../../core/node/correlate-answer.ts';
import type { LogLine } from '../../core/node/finding.ts';
import { shortLine } from '../../core/node/short-line.ts';
import { excerpt } from '../../core/redact.ts';
import { rfc3339 } from '../lines/log-time.ts';

/** An event before it is told: most are only counted, so that time and text are made fit to be shown at the end. */
export interface KeptEvent extends Omit<TimelineEvent, 'at' | 'text'> {
  readonly ms: number;
  /** Not redacted: never goes to output without `lineOf`. */
  readonly raw: string;
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

const SHOWN_CHARS = 400;

/** The line as it may be shown. */
export function lineOf({ path, line, raw, ms }: KeptEvent): LogLine & { readonly at: string } {
  return { path, line, at: rfc3339(ms), text: shortLine(excerpt(raw), SHOWN_CHARS) };
}

export function inOrder(events: readonly KeptEvent[]): KeptEvent[] {
  return [...events].sort((a, b) => a.ms - b.ms || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
}
