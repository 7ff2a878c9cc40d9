/** Takes a stream apart by counts of bytes; never holds more than what was asked for and one chunk. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes taken so far. */
  get at(): number {
    return this.#at;
  }

  /** As many bytes, or what is left. */
  async read(count: number): Promise<Uint8Array> {
    if (this.#rest.length >= count) return this.#cut(count);
    const parts: Uint8Array[] = [];
    let missing = count;
    for await (const part of this.stream(count)) {
      parts.push(part);
      missing -= part.length;
    }
    return missing === count ? new Uint8Array() : Buffer.concat(parts);
  }

  /** As many bytes in chunks; fewer where the stream ends. */
  async *stream(count: number): AsyncGenerator<Uint8Array> {
    for (let missing = count; missing > 0; ) {
      if (this.#rest.length === 0 && !(await this.#fill())) return;
      const part = this.#cut(Math.min(missing, this.#rest.length));
      missing -= part.length;
      yield part;
    }
  }

  /** The number of bytes that there were to skip. */
  async skip(count: number): Promise<number> {
    let skipped = 0;
    for await (const part of this.stream(count)) skipped += part.length;
    return skipped;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #cut(count: number): Uint8Array {
    const part = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    this.#at += part.length;
    return part;
  }

  async #fill(): Promise<boolean> {
    for (;;) {
      const next = await this.#source.next();
      if (next.done === true) return false;
      if (next.value.length === 0) continue;
      this.#rest = next.value;
      return true;
    }
  }
}
