import { createHash } from 'node:crypto';

/** The last answers of a kind that this server made, so that what an answer names can be looked up afterwards. */
export class Shelf<T> {
  readonly #letter: string;
  readonly #most: number;
  readonly #kept = new Map<string, T>();

  /** Ids begin with the letter; an answer beyond the `most` newest is made again by asking again. */
  constructor(letter: string, most: number) {
    this.#letter = letter;
    this.#most = most;
  }

  /** Keeps an answer and gives it an id, `R-4f1c0a9be2d7`; the same answer has the same id. */
  put(answer: T): string {
    const id = `${this.#letter}-${createHash('sha256').update(JSON.stringify(answer)).digest('hex').slice(0, 12)}`;
    this.#kept.delete(id);
    this.#kept.set(id, answer);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest);
    return id;
  }

  get(id: string): T | undefined {
    return this.#kept.get(id);
  }

  /** Newest first. */
  list(): readonly { readonly id: string; readonly answer: T }[] {
    return [...this.#kept].map(([id, answer]) => ({ id, answer })).reverse();
  }
}
