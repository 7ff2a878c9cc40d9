import type { Stopped } from '../lines/stopped.ts';
import type { TextFile } from '../lines/text-file.ts';
import type { Ends } from './ends.ts';

/** A line that fits. */
export interface Hit {
  /** From 1. */
  readonly line: number;
  /** Of the line's first byte in the file's text. */
  readonly offset: number;
  /** How the line begins, where it cannot be fetched later. */
  readonly head?: string;
}

/** What searching one file gave. */
export interface FileHits extends Ends {
  readonly text: TextFile;
  readonly count: number;
  /** The last ones of the file, in its order. */
  readonly hits: readonly Hit[];
  readonly bytes: number;
  readonly stopped?: Stopped;
  /** Lines that were too long to be held against the pattern whole. */
  readonly longLines?: number;
}

/** Lines that are kept for pages, over all files of a search; more are counted only. */
const KEPT_IN_ALL = 200_000;
const KEPT_AT_LEAST = 500;
const KEPT_AT_MOST = 20_000;

/** How many lines of each file are kept when so many are searched. */
export function keptPerFile(files: number): number {
  return Math.min(KEPT_AT_MOST, Math.max(KEPT_AT_LEAST, Math.floor(KEPT_IN_ALL / Math.max(1, files))));
}

/** Collects the hits of one file: counts all, keeps the last. Numbers side by side, for there may be millions. */
export class HitList {
  readonly #most: number;
  #lines: number[] = [];
  #offsets: number[] = [];
  #heads: (string | undefined)[] = [];
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(line: number, offset: number, head?: string): void {
    this.#count += 1;
    this.#lines.push(line);
    this.#offsets.push(offset);
    this.#heads.push(head);
    if (this.#lines.length >= 2 * this.#most) this.#forget();
  }

  get count(): number {
    return this.#count;
  }

  get hits(): readonly Hit[] {
    this.#forget();
    return this.#lines.map((line, i) => {
      const head = this.#heads[i];
      return { line, offset: this.#offsets[i] as number, ...(head === undefined ? {} : { head }) };
    });
  }

  #forget(): void {
    this.#lines = this.#lines.slice(-this.#most);
    this.#offsets = this.#offsets.slice(-this.#most);
    this.#heads = this.#heads.slice(-this.#most);
  }
}
