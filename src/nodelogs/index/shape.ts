/** Classes of bytes, as bits; any other byte parts words. */
const LETTER = 1;
const DIGIT = 2;
/** No letter of a generated name: those have lower-case consonants and digits only. */
const SPOKEN = 4;

const CONSONANTS = 'bcdfghjklmnpqrstvwxz';
const CLASS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  const letter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte >= 128;
  const spoken = CONSONANTS.includes(String.fromCharCode(byte)) ? 0 : SPOKEN;
  CLASS[byte] = letter ? LETTER | spoken : byte >= 48 && byte <= 57 ? DIGIT : 0;
}

/** The same for two bytes at once, as a little-endian number: zero unless both are of words. Half the steps. */
const PAIR_CLASS = new Uint8Array(1 << 16);
for (let pair = 0; pair < PAIR_CLASS.length; pair += 1) {
  const low = CLASS[pair & 0xff] as number;
  const high = CLASS[pair >> 8] as number;
  if (low !== 0 && high !== 0) PAIR_CLASS[pair] = low | high;
}

/** Stands for every word with a digit in it, and for generated names. */
const SOME_NUMBER = 0x5bd1e995;
const DASH = 45;
/** The shortest generated part of a name: the end of a pod's, behind a dash (apimachinery, util/rand). */
const GENERATED = 5;
const LINE_FEED = 10;
/** An entry is not continued beyond this. */
const MAX_JOINED = 64 * 1024;

/**
 * The entries of a block, each with the hash of its shape: the words as they are, words with digits (times, ids,
 * sizes, digests) and generated parts of names alike. Numbers of three digits stay: they may be HTTP statuses. Entries of one shape say the same,
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
  readonly #view: DataView;
  readonly #joined: boolean;
  readonly #seed: number;
  #at = 0;
  #lines = 0;

  constructor(bytes: Uint8Array, seed: number, joined: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
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
    const view = this.#view;
    const length = bytes.length;
    const lastPair = length - 1;
    let at = this.#at;
    if (at >= length) return false;
    const start = at;
    this.start = start;
    this.line = this.#lines;
    let first = Math.imul(this.#seed ^ (bytes[at] as number), 0x9e3779b1);
    let second = first;
    let before = 0;
    while (at < length) {
      const wordStart = at;
      let word = 0;
      let kinds = 0;
      let pair = 0;
      let kind = 0;
      for (; at < lastPair; at += 2) {
        pair = view.getUint16(at, true);
        kind = PAIR_CLASS[pair] as number;
        if (kind === 0) break;
        word = Math.imul(word ^ pair, 0x01000193);
        kinds |= kind;
      }
      let byte = at < length ? (bytes[at] as number) : LINE_FEED;
      kind = CLASS[byte] as number;
      if (kind !== 0) {
        word = Math.imul(word ^ byte, 0x01000193);
        kinds |= kind;
        at += 1;
        byte = at < length ? (bytes[at] as number) : LINE_FEED;
      }
      // Selected by arithmetic: a branch here is as good as random, and would cost more than all the rest.
      const isNumber = -((kinds >> 1) & 1);
      if (kinds !== DIGIT || at - wordStart !== 3) word = (word & ~isNumber) | (SOME_NUMBER & isNumber);
      if (kinds === LETTER && before === DASH && at - wordStart >= GENERATED) word = SOME_NUMBER;
      before = byte;
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
