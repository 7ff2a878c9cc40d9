import type { NodeCoverage, Unread } from '../../core/node/answer.ts';
import type { NodeFile } from '../../core/node/bundle.ts';
import type { LogLine } from '../../core/node/finding.ts';
import { shortLine } from '../../core/node/short-line.ts';
import { excerpt } from '../../core/redact.ts';
import { blocksOf } from '../lines/blocks.ts';
import { millisOf, readLogTime, rfc3339 } from '../lines/log-time.ts';
import { openText } from '../lines/text-file.ts';

/** A line of a log in which a word was found. */
export interface FoundLine {
  readonly file: NodeFile;
  /** From 1. */
  readonly line: number;
  /** Milliseconds since 1970; undefined when the line tells no time. */
  readonly ms: number | undefined;
  /** As it stands, at most `MAX_LINE` characters; never goes to output without `asLogLine`. */
  readonly raw: string;
}

const MAX_LINE = 8 * 1024;
const SHOWN = 400;

export interface ScanOptions {
  /** Global and without groups that backtrack; asked on whole blocks. */
  readonly words: RegExp;
  /** The year of times without one is reckoned from here, milliseconds. */
  readonly reference: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Tells what was read of the logs that a scan was given. */
export class ScanCoverage {
  readonly #unread: Unread[] = [];
  #files = 0;
  #read = 0;
  #bytes = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  begin(): void {
    this.#files += 1;
  }

  finish(file: NodeFile): void {
    this.#read += 1;
    if (file.cut !== undefined) this.#unread.push({ path: file.path, why: 'cut', note: file.cut });
  }

  leave(unread: Unread): void {
    this.#unread.push(unread);
  }

  count(bytes: number): void {
    this.#bytes += bytes;
  }

  sawTime(ms: number | undefined): void {
    if (ms === undefined) return;
    this.#from = Math.min(this.#from, ms);
    this.#to = Math.max(this.#to, ms);
  }

  get value(): NodeCoverage {
    return {
      filesTotal: this.#files,
      filesRead: this.#read,
      bytesRead: this.#bytes,
      unread: this.#unread,
      ...(this.#from <= this.#to ? { from: rfc3339(this.#from), to: rfc3339(this.#to) } : {}),
    };
  }
}

/** The lines of a log that hold one of the words, in the order of the file; one block is in memory at a time. */
export async function* matchingLines(
  file: NodeFile,
  { words, reference, signal }: ScanOptions,
  coverage: ScanCoverage,
): AsyncGenerator<FoundLine> {
  coverage.begin();
  try {
    const text = await openText(file, signal);
    if (text.encoding === 'binary') {
      coverage.leave({ path: file.path, why: 'binary' });
      return;
    }
    let line = 1;
    for await (const { bytes } of blocksOf(text, { signal })) {
      coverage.count(bytes.length);
      const block = bytes.toString('utf8');
      coverage.sawTime(timeOf(block, reference));
      coverage.sawTime(timeOf(lastLine(block), reference));
      const counter = new LineNumbers(block, line);
      words.lastIndex = 0;
      for (let found = words.exec(block); found !== null; found = words.exec(block)) {
        const start = found.index === 0 ? 0 : block.lastIndexOf('\n', found.index - 1) + 1;
        const end = endOfLine(block, found.index);
        const raw = detached(block.slice(start, Math.min(end, start + MAX_LINE)));
        const ms = timeOf(raw, reference);
        coverage.sawTime(ms);
        yield { file, line: counter.at(start), ms, raw };
        words.lastIndex = end + 1;
        if (end >= block.length) break;
      }
      line = counter.at(block.length);
    }
    coverage.finish(file);
  } catch (error) {
    signal?.throwIfAborted();
    const note = error instanceof Error ? error.message.slice(0, 200) : 'unknown problem';
    coverage.leave({ path: file.path, why: 'unreadable', note });
  }
}

/** A copy: a part of a block would keep the whole block in memory for as long as the line is kept. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

function timeOf(line: string, reference: number | undefined): number | undefined {
  return millisOf(readLogTime(line), reference);
}

function lastLine(block: string): string {
  return block.slice(block.lastIndexOf('\n', block.length - 2) + 1);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Line numbers of rising positions, counted once over a block. */
class LineNumbers {
  readonly #text: string;
  #line: number;
  #at = 0;

  constructor(text: string, first: number) {
    this.#text = text;
    this.#line = first;
  }

  at(position: number): number {
    for (let next = this.#text.indexOf('\n', this.#at); next >= 0 && next < position; ) {
      this.#line += 1;
      this.#at = next + 1;
      next = this.#text.indexOf('\n', this.#at);
    }
    return this.#line;
  }
}

/** A line as it may be shown. */
export function asLogLine({ file, line, ms, raw }: FoundLine): LogLine {
  return {
    path: file.path,
    line,
    text: shortLine(excerpt(raw), SHOWN),
    ...(ms === undefined ? {} : { at: rfc3339(ms) }),
  };
}
