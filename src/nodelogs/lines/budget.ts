/** Bounds of one piece of work; what they leave undone is told. */
export interface Budget {
  /** Unpacked bytes. */
  readonly bytes: number;
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
}

/** How much of a budget is left. */
export class Meter {
  readonly signal: AbortSignal | undefined;
  readonly #deadline: number;
  #bytes: number;

  constructor(budget: Budget) {
    this.signal = budget.signal;
    this.#bytes = budget.bytes;
    this.#deadline = performance.now() + budget.milliseconds;
  }

  get bytesLeft(): number {
    return this.#bytes;
  }

  get millisecondsLeft(): number {
    return Math.max(0, this.#deadline - performance.now());
  }

  take(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** Which bound is reached, in a clause; throws when the caller gave up. */
  spent(): string | undefined {
    this.signal?.throwIfAborted();
    if (this.#bytes <= 0) return 'the budget of bytes is used up';
    return this.millisecondsLeft === 0 ? 'the time is up' : undefined;
  }
}
