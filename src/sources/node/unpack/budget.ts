import { statfs } from 'node:fs/promises';
import type { UnpackLimits } from './limits.ts';

/** Nothing more is unpacked of the whole archive. The message is one clause. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
}

/** Looks at the disk each time that as much was written. */
const LOOK_EVERY = 32 * 1024 * 1024;

/** An archive has headers and padding around its files, more than the files themselves when these are small. */
const AROUND_FILES = 4;

/** What may still be unpacked of one archive; archives inside it share it. */
export class UnpackBudget {
  readonly #limits: UnpackLimits;
  readonly #folder: string;
  #files = 0;
  #unpacked = 0;
  #packed = 0;
  #looked = 0;
  #streamed = 0;

  constructor(limits: UnpackLimits, folder: string) {
    this.#limits = limits;
    this.#folder = folder;
  }

  get depth(): number {
    return this.#limits.depth;
  }

  get fileBytes(): number {
    return this.#limits.fileBytes;
  }

  get unpacked(): number {
    return this.#unpacked;
  }

  /** Counts the bytes of the archive itself as they are read. */
  async *packed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.readPacked(chunk.length);
      yield chunk;
    }
  }

  readPacked(count: number): void {
    this.#packed += count;
  }

  /** Counts what comes out of a packed archive, also what is passed over: a few bytes may stand for terabytes of it. */
  async *streamed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#streamed += chunk.length;
      const { ratio, freeBytes, totalBytes } = this.#limits;
      const most = AROUND_FILES * Math.min(totalBytes, Math.max(freeBytes, this.#packed * ratio));
      if (this.#streamed > most) throw new LimitError(`it unpacks to more than ${AROUND_FILES * ratio} times its size`);
      yield chunk;
    }
  }

  takeFile(): void {
    this.#files += 1;
    if (this.#files > this.#limits.files)
      throw new LimitError(`it holds more than ${this.#limits.files} files; the rest was left`);
  }

  async take(count: number): Promise<void> {
    this.#unpacked += count;
    const { totalBytes, ratio, freeBytes } = this.#limits;
    if (this.#unpacked > totalBytes) throw new LimitError(`it unpacks to more than ${totalBytes} bytes`);
    if (this.#unpacked > Math.max(freeBytes, this.#packed * ratio))
      throw new LimitError(`it unpacks to more than ${ratio} times its size`);
    if (this.#unpacked - this.#looked > LOOK_EVERY) await this.#look();
  }

  async #look(): Promise<void> {
    this.#looked = this.#unpacked;
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < this.#limits.reserve) throw new LimitError('the disk of this machine is nearly full');
  }
}
