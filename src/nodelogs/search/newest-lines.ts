import type { NodeBundle } from '../../core/node/bundle.ts';
import { collect } from '../lines/collect.ts';
import { millisOf, readLogTime } from '../lines/log-time.ts';
import type { TextFile } from '../lines/text-file.ts';
import type { FileHits, Hit } from './hits.ts';
import type { BundleHits } from './search-bundle.ts';

/** A line that fits, before its text is fetched. */
export interface FoundLine {
  readonly bundle: NodeBundle;
  readonly text: TextFile;
  readonly line: number;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly at: number | undefined;
  readonly reference: number | undefined;
}

/**
 * The lines from `from` to `to` of all, newest first. Logs are written in the order of time, so that each file is
 * taken from its end, and times are read only of the lines that come to their turn. Files without times come last.
 */
export async function newestLines(
  results: readonly BundleHits[],
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<readonly FoundLine[]> {
  const cursors = results.flatMap(({ bundle, reference, found }) =>
    found.filter(({ hits }) => hits.length > 0).map((hits) => new Cursor(bundle, hits, reference, signal)),
  );
  for (const cursor of cursors) await cursor.look();
  const lines: FoundLine[] = [];
  while (lines.length < to) {
    const newest = cursors.reduce<Cursor | undefined>(
      (best, cursor) => (cursor.ended || (best !== undefined && best.turn >= cursor.turn) ? best : cursor),
      undefined,
    );
    if (newest === undefined) break;
    lines.push(newest.take());
    await newest.look();
  }
  return lines.slice(from);
}

/** Goes through the hits of one file, from the last to the first. */
class Cursor {
  readonly #bundle: NodeBundle;
  readonly #heads: Heads;
  readonly #hits: readonly Hit[];
  readonly #text: TextFile;
  readonly #reference: number | undefined;
  #left: number;
  #at: number | undefined;
  /** When the next line has its turn; a line without time has it with the one before. */
  turn: number;

  constructor(
    bundle: NodeBundle,
    { text, hits, to }: FileHits,
    reference: number | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#bundle = bundle;
    this.#text = text;
    this.#heads = new Heads(text, hits, signal);
    this.#hits = hits;
    this.#reference = reference;
    this.#left = hits.length;
    this.turn = millisOf(to, reference) ?? Number.NEGATIVE_INFINITY;
  }

  get ended(): boolean {
    return this.#left === 0;
  }

  /** Reads the time of the next line. */
  async look(): Promise<void> {
    if (this.ended) return;
    this.#at = millisOf(readLogTime(await this.#heads.of(this.#left - 1)), this.#reference);
    if (this.#at !== undefined) this.turn = this.#at;
  }

  take(): FoundLine {
    const { line, offset } = this.#hits[this.#left - 1] as Hit;
    this.#left -= 1;
    return { bundle: this.#bundle, text: this.#text, line, offset, at: this.#at, reference: this.#reference };
  }
}

/** Enough of a line for its time. */
const HEAD_BYTES = 200;
/** Heads that are fetched together, if they lie within so many bytes. */
const TOGETHER = 32;
const WITHIN_BYTES = 256 * 1024;

/** How lines begin: as it was kept, else fetched from the file, neighbours together. */
class Heads {
  readonly #text: TextFile;
  readonly #hits: readonly Hit[];
  readonly #signal: AbortSignal | undefined;
  #from = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(text: TextFile, hits: readonly Hit[], signal: AbortSignal | undefined) {
    this.#text = text;
    this.#hits = hits;
    this.#signal = signal;
  }

  async of(index: number): Promise<string> {
    const { offset, head } = this.#hits[index] as Hit;
    if (head !== undefined) return head;
    if (offset < this.#from || offset + HEAD_BYTES > this.#from + this.#bytes.length) await this.#fetch(index);
    const at = offset - this.#from;
    const feed = this.#bytes.indexOf(10, at);
    return this.#bytes.toString('utf8', at, Math.min(feed < 0 ? this.#bytes.length : feed, at + HEAD_BYTES));
  }

  async #fetch(index: number): Promise<void> {
    const last = this.#hits[index] as Hit;
    const first = this.#hits
      .slice(Math.max(0, index - TOGETHER), index + 1)
      .find(({ offset }) => last.offset - offset < WITHIN_BYTES);
    this.#from = (first ?? last).offset;
    this.#bytes = await collect(this.#text, this.#from, last.offset + HEAD_BYTES, this.#signal);
  }
}
