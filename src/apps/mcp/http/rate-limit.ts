/** Requests that may come at once, and how many more each second. */
const BURST = 300;
const PER_SECOND = 30;
/** Callers that are told apart; the one that was silent longest is forgotten. */
const MAX_CALLERS = 10_000;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** How fast each caller may ask. */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Seconds to wait; 0: go on. */
  take(caller: string): number {
    const now = this.#now();
    const { tokens, at } = this.#buckets.get(caller) ?? { tokens: BURST, at: now };
    const filled = Math.min(BURST, tokens + ((now - at) / 1000) * PER_SECOND);
    const left = filled >= 1 ? filled - 1 : filled;
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: left, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_CALLERS && oldest !== undefined) this.#buckets.delete(oldest);
    return filled >= 1 ? 0 : Math.ceil((1 - filled) / PER_SECOND);
  }
}
