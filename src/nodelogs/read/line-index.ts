import { UsageError } from '../../core/usage-error.ts';
import { blocksOf } from '../lines/blocks.ts';
import type { Meter } from '../lines/budget.ts';
import type { TextFile } from '../lines/text-file.ts';

/** Lines between two remembered offsets. */
const EVERY = 4096;
const LINE_FEED = 10;

/** Where lines of a file begin: every few thousandth, so that a file of any size has a small index. */
export class LineIndex {
  /** Offsets of the lines 1, 1 + EVERY, 1 + 2 * EVERY, … */
  readonly #offsets: number[] = [0];
  #lines = 0;
  #size = 0;
  #whole = false;

  /** Reads on from the beginning up to `untilLine`, or to the end. Throws when the budget is spent first. */
  static async of(text: TextFile, meter: Meter, untilLine = Number.POSITIVE_INFINITY): Promise<LineIndex> {
    const index = new LineIndex();
    let endsInside = false;
    for await (const { bytes, start } of blocksOf(text, { signal: meter.signal })) {
      index.#take(bytes, start);
      endsInside = bytes[bytes.length - 1] !== LINE_FEED;
      meter.take(bytes.length);
      if (index.#lines >= untilLine) return index;
      const spent = meter.spent();
      if (spent !== undefined)
        throw new UsageError(
          `${text.file.path}: line ${index.#lines + 1} was reached when ${spent}; bytes are reached at once`,
        );
    }
    if (endsInside) index.#lines += 1;
    index.#whole = true;
    return index;
  }

  /** Lines of the file, when it was read to the end. */
  get total(): number | undefined {
    return this.#whole ? this.#lines : undefined;
  }

  /** Bytes that were passed. */
  get size(): number {
    return this.#size;
  }

  /** The remembered line at or before `line`. */
  before(line: number): { readonly line: number; readonly offset: number } {
    const slot = Math.min(Math.floor((line - 1) / EVERY), this.#offsets.length - 1);
    return { line: slot * EVERY + 1, offset: this.#offsets[slot] as number };
  }

  #take(bytes: Buffer, start: number): void {
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
      this.#lines += 1;
      if (this.#lines % EVERY === 0) this.#offsets.push(start + at + 1);
    }
    this.#size = start + bytes.length;
  }
}
