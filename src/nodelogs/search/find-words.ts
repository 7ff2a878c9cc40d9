/** Looks for several texts at once in blocks of bytes; texts are compared byte by byte, ASCII letters without case if asked. */
export class WordFinder {
  readonly #words: readonly string[];
  readonly #ignoreCase: boolean;

  constructor(words: readonly string[], ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
    this.#words = words.map((word) => bytesAsText(word, ignoreCase));
  }

  /** Whether every line is to be looked at. */
  get any(): boolean {
    return this.#words.length === 0;
  }

  /** Rising offsets at which any of the texts begins; the caller says from where to go on after each. */
  in(block: Buffer): (from: number) => number {
    const text = block.toString('latin1');
    const haystack = this.#ignoreCase ? text.toLowerCase() : text;
    const next = this.#words.map((word) => haystack.indexOf(word));
    return (from) => {
      let nearest = -1;
      for (let i = 0; i < next.length; i += 1) {
        let at = next[i] as number;
        if (at >= 0 && at < from) {
          at = haystack.indexOf(this.#words[i] as string, from);
          next[i] = at;
        }
        if (at >= 0 && (nearest < 0 || at < nearest)) nearest = at;
      }
      return nearest;
    };
  }
}

/** One character for each byte of UTF-8: what a block looks like as Latin-1. */
function bytesAsText(word: string, ignoreCase: boolean): string {
  const text = Buffer.from(word, 'utf8').toString('latin1');
  return ignoreCase ? text.toLowerCase() : text;
}
