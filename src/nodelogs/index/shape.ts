/** Classes of bytes; any other byte parts words. */
const LETTER = 1;
const DIGIT = 2;

const CLASS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  const letter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte >= 128;
  CLASS[byte] = letter ? LETTER : byte >= 48 && byte <= 57 ? DIGIT : 0;
}

/** Stands for every word with a digit in it. */
const SOME_NUMBER = 0x5bd1e995;
const LINE_FEED = 10;
/** An entry is not continued beyond this. */
const MAX_JOINED = 64 * 1024;

/**
 * The entries of a block, each with the hash of its shape: the words as they are, words with digits (times, ids,
 * sizes, digests) alike. Numbers of three digits stay: they may be HTTP statuses. Entries of one shape say the same,
 * so that only the first of them has to be understood; this is what makes the index quick.
 */
export class ShapeReader {
  /** Set by `next`: the entry `start` to `end`, without its line feed, and the hash of its shape. */
  start = 0;
  end = 0;
  first = 0;
  second = 0;
  /** Lines of the block that begin before `start`. */
  line = 0;
  readonly #bytes: Uint8Array;
  readonly #joined: boolean;
  readonly #seed: number;
  #at = 0;
  #lines = 0;

  constructor(bytes: Uint8Array, seed: number, joined: boolean) {
    this.#bytes = bytes;
    this.#seed = seed;
    this.#joined = joined;
  }

  /** Lines of the block that begin before the end of the last entry. */
  get lines(): number {
    return this.#lines;
  }

  /** Goes on to the next entry; false at the end of the block. */
  next(): boolean {
    const bytes = this.#bytes;
    const length = bytes.length;
    let at = this.#at;
    if (at >= length) return false;
    const start = at;
    this.start = start;
    this.line = this.#lines;
    let first = Math.imul(this.#seed ^ (bytes[at] as number), 0x9e3779b1);
    let second = first;
    while (at < length) {
      const wordStart = at;
      let word = 0;
      let kinds = 0;
      let byte = 0;
      let kind = 0;
      for (; at < length; at += 1) {
        byte = bytes[at] as number;
        kind = CLASS[byte] as number;
        if (kind === 0) break;
        word = Math.imul(word ^ byte, 0x01000193);
        kinds |= kind;
      }
      // Selected by arithmetic: a branch here is as good as random, and would cost more than all the rest.
      const isNumber = -(kinds >> 1);
      if (kinds !== DIGIT || at - wordStart !== 3) word = (word & ~isNumber) | (SOME_NUMBER & isNumber);
      if (at === length) byte = LINE_FEED;
      first = (Math.imul(first ^ word, 0x85ebca6b) + byte) | 0;
      second = Math.imul((second << 5) ^ (second >>> 27) ^ word, 0xc2b2ae35);
      if (byte === LINE_FEED) {
        this.#lines += at < length ? 1 : 0;
        const next = bytes[at + 1];
        if (!this.#joined || (next !== 9 && next !== 32) || at - start > MAX_JOINED) break;
      }
      at += 1;
    }
    this.end = at;
    this.#at = at + 1;
    this.first = (first ^ (first >>> 15)) | 0;
    this.second = second;
    return true;
  }
}
