import { blocksOf } from '../lines/blocks.ts';
import type { Meter } from '../lines/budget.ts';
import { readLogTime } from '../lines/log-time.ts';
import { damage, type Stopped } from '../lines/stopped.ts';
import type { TextFile } from '../lines/text-file.ts';
import { WordFinder } from './find-words.ts';
import { type FileHits, HitList } from './hits.ts';
import type { SearchPlan } from './plan.ts';
import { acceptsTime, type TimeWindow } from './time-window.ts';

const LINE_FEED = 10;
/** What is kept of a line: enough for its time. */
const HEAD_BYTES = 200;
/** Longest line that a pattern is held against, and characters times instructions that one line may cost. */
export const MAX_LINE = 64 * 1024;
const MAX_STEPS = 40_000_000;
/** Lines between two looks at the clock. */
const LINES_PER_LOOK = 256;

/** Searches a file in this process: words by plain search, patterns by a linear-time engine on the lines that hold a needed word. */
export async function scanLines(
  text: TextFile,
  plan: SearchPlan,
  window: TimeWindow,
  meter: Meter,
  kept: number,
): Promise<FileHits> {
  const scan = new LineScan(plan, window, meter, kept);
  let stopped: Stopped | undefined;
  try {
    for await (const block of blocksOf(text, { signal: meter.signal })) {
      scan.block(block.bytes, block.start, block.continues);
      meter.take(block.bytes.length);
      const spent = scan.cutShort ?? meter.spent();
      if (spent === undefined) continue;
      stopped = { why: 'budget', note: spent };
      break;
    }
  } catch (error) {
    meter.signal?.throwIfAborted();
    stopped = damage(error);
  }
  return { text, ...scan.result(), ...(stopped === undefined ? {} : { stopped }) };
}

class LineScan {
  /** Why lines of the last block were left out. */
  cutShort: string | undefined;
  readonly #plan: SearchPlan;
  readonly #window: TimeWindow;
  readonly #meter: Meter;
  readonly #finder: WordFinder;
  readonly #maxLine: number;
  readonly #hits: HitList;
  #bytes = 0;
  #line = 1;
  #first = '';
  #last = '';
  #tested = 0;
  #longLines = 0;
  #lastHit = 0;

  constructor(plan: SearchPlan, window: TimeWindow, meter: Meter, kept: number) {
    this.#hits = new HitList(kept);
    this.#plan = plan;
    this.#window = window;
    this.#meter = meter;
    this.#finder = new WordFinder(plan.words, plan.ignoreCase);
    const size = plan.pattern?.compiled.programSize() ?? 1;
    this.#maxLine = Math.min(MAX_LINE, Math.floor(MAX_STEPS / size));
  }

  block(bytes: Buffer, start: number, continues: boolean): void {
    if (this.#first === '') this.#first = headAt(bytes, 0);
    this.#last = headAt(bytes, lastLine(bytes));
    const nearest = this.#finder.any ? (from: number) => from : this.#finder.in(bytes);
    let at = 0;
    let counted = 0;
    while (at < bytes.length && this.cutShort === undefined) {
      const found = nearest(at);
      if (found < 0 || found >= bytes.length) break;
      const begin = found === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, found - 1) + 1;
      const feed = bytes.indexOf(LINE_FEED, found);
      const end = feed < 0 ? bytes.length : feed;
      this.#line += feedsIn(bytes, counted, begin);
      counted = begin;
      if (this.#fits(bytes, begin, end)) this.#add(bytes, begin, start, continues && begin === 0);
      at = end + 1;
    }
    this.#line += feedsIn(bytes, counted, bytes.length);
    this.#bytes += this.cutShort === undefined ? bytes.length : Math.min(at, bytes.length - 1);
  }

  result(): Omit<FileHits, 'text' | 'stopped'> {
    const from = readLogTime(this.#first);
    const to = readLogTime(this.#last);
    return {
      count: this.#hits.count,
      hits: this.#hits.hits,
      bytes: this.#bytes,
      ...(this.#longLines === 0 ? {} : { longLines: this.#longLines }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
  }

  #add(bytes: Buffer, begin: number, start: number, rest: boolean): void {
    // Of a line longer than a block, the first piece that fits counts.
    if (this.#line === this.#lastHit) return;
    this.#lastHit = this.#line;
    const head = rest ? '' : headAt(bytes, begin);
    if (acceptsTime(this.#window, head)) this.#hits.add(this.#line, start + begin, head);
  }

  #fits(bytes: Buffer, begin: number, end: number): boolean {
    const { pattern } = this.#plan;
    if (pattern === undefined) return true;
    this.#tested += 1;
    if (this.#tested % LINES_PER_LOOK === 0 || end - begin > 4096) this.cutShort = this.#meter.spent();
    if (end - begin > this.#maxLine) this.#longLines += 1;
    const carriage = bytes[end - 1] === 13 ? 1 : 0;
    const line = bytes.toString('utf8', begin, Math.min(end - carriage, begin + this.#maxLine));
    return pattern.compiled.test(line);
  }
}

function headAt(bytes: Buffer, begin: number): string {
  const feed = bytes.indexOf(LINE_FEED, begin);
  return bytes.toString('utf8', begin, Math.min(feed < 0 ? bytes.length : feed, begin + HEAD_BYTES));
}

function lastLine(bytes: Buffer): number {
  return bytes.length < 2 ? 0 : bytes.lastIndexOf(LINE_FEED, bytes.length - 2) + 1;
}

function feedsIn(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0 && at < to; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
