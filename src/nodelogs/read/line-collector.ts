import type { ReadBounds } from './bounds.ts';

const LINE_FEED = 10;

/** A line as it stands, its beginning at least. */
export interface RawLine {
  readonly offset: number;
  readonly raw: string;
}

/** Gathers lines from pieces that may end anywhere; of a line of any length only its beginning. */
export class LineCollector {
  readonly #out: RawLine[] = [];
  readonly #maxLine: number;
  #skip: number;
  #left: number;
  #bytesLeft: number;
  #offset: number;
  #lineStart: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(offset: number, skip: number, count: number, bounds: ReadBounds) {
    this.#offset = offset;
    this.#lineStart = offset;
    this.#skip = skip;
    this.#left = count;
    this.#bytesLeft = bounds.bytes;
    // UTF-8 takes up to four bytes for a character; what is redacted needs some room behind the cut.
    this.#maxLine = bounds.lineChars * 4 + 4096;
  }

  get full(): boolean {
    return this.#left <= 0 || this.#bytesLeft <= 0;
  }

  /** Where the first byte lies that was not passed. */
  get offset(): number {
    return this.#offset;
  }

  /** Ends the work; a last line may be without a line feed. */
  finish(): readonly RawLine[] {
    if (!this.full && this.#offset > this.#lineStart) this.#endLine();
    return this.#out;
  }

  take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.full) {
      const feed = chunk.indexOf(LINE_FEED, at);
      const end = feed < 0 ? chunk.length : feed;
      if (this.#skip === 0 && this.#length < this.#maxLine) {
        // The chunk's memory may be used again.
        const part = Buffer.from(chunk.subarray(at, Math.min(end, at + this.#maxLine - this.#length)));
        this.#parts.push(part);
        this.#length += part.length;
      }
      this.#offset += end - at;
      if (feed < 0) return;
      this.#offset += 1;
      this.#endLine();
      at = end + 1;
    }
  }

  #endLine(): void {
    if (this.#skip > 0) {
      this.#skip -= 1;
    } else {
      this.#out.push({ offset: this.#lineStart, raw: Buffer.concat(this.#parts).toString('utf8') });
      this.#left -= 1;
      this.#bytesLeft -= this.#length + 1;
    }
    this.#parts = [];
    this.#length = 0;
    this.#lineStart = this.#offset;
  }
}
