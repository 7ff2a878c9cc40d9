import { ToolFailure } from './tool-failure.ts';

/** Lets so many calls run at once; some more wait their turn, the rest is told to come later. */
export class Limiter {
  readonly #atOnce: number;
  readonly #mayWait: number;
  /** How each of the waiting is let in. */
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, mayWait: number) {
    this.#atOnce = atOnce;
    this.#mayWait = mayWait;
  }

  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) await this.#turn(signal);
    else this.#running += 1;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      // The place passes on as it is.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#mayWait) {
      throw new ToolFailure('busy', `${this.#running} calls run and ${this.#waiting.length} wait`, {
        next: ['wait for the answers of the calls under way, then call again'],
      });
    }
    return new Promise((done, fail) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        fail(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener('abort', leave);
        done();
      };
      signal.throwIfAborted();
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(enter);
    });
  }
}
