export interface Rate {
  /** Requests that may come at once. */
  readonly burst: number;
  /** How many more each second. */
  readonly perSecond: number;
}

/** An agent's fifty parallel calls pass; a loop does not. */
export const USUAL_RATE: Rate = { burst: 300, perSecond: 30 };

/** Callers that are told apart; the one that was silent longest is forgotten. */
const MAX_CALLERS = 10_000;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** How fast each caller may ask. */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();
  readonly #rate: Rate;
  readonly #now: () => number;

  constructor(rate: Rate, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Seconds to wait; 0: go on. */
  take(caller: string): number {
    const { burst, perSecond } = this.#rate;
    const now = this.#now();
    const { tokens, at } = this.#buckets.get(caller) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
    const left = filled >= 1 ? filled - 1 : filled;
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: left, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_CALLERS && oldest !== undefined) this.#buckets.delete(oldest);
    return filled >= 1 ? 0 : Math.ceil((1 - filled) / perSecond);
  }
}
