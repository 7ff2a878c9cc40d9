/** Slots of the table; a power of two. */
const SLOTS = 1 << 18;
const MASK = SLOTS - 1;
/** A fuller table gets slow: then it is emptied, and lines are looked at once more. */
const FULL = SLOTS * 0.6;

/** Number of a shape that was never seen. */
export const UNSEEN = -1;

/** What was found out about shapes of lines, by their 64-bit hash. */
export class ShapeTable {
  readonly #first = new Int32Array(SLOTS);
  readonly #second = new Int32Array(SLOTS);
  /** Value plus one; zero is a free slot. */
  readonly #value = new Int32Array(SLOTS);
  #size = 0;

  get(first: number, second: number): number {
    for (let slot = first & MASK; ; slot = (slot + 1) & MASK) {
      const value = this.#value[slot] as number;
      if (value === 0) return UNSEEN;
      if (this.#first[slot] === first && this.#second[slot] === second) return value - 1;
    }
  }

  set(first: number, second: number, value: number): void {
    if (this.#size >= FULL) this.#clear();
    let slot = first & MASK;
    while (this.#value[slot] !== 0) slot = (slot + 1) & MASK;
    this.#first[slot] = first;
    this.#second[slot] = second;
    this.#value[slot] = value + 1;
    this.#size += 1;
  }

  #clear(): void {
    this.#value.fill(0);
    this.#size = 0;
  }
}
