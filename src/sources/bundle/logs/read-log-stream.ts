import { countLines } from '../count-lines.ts';
import type { FileContext, Reading, ReadLog } from '../reading.ts';
import { EMPTY_READING } from '../reading.ts';
import { withPlainLineEnds } from '../text-encoding.ts';
import { startsEntry } from './entry.ts';
import { readLog } from './read-log.ts';

/** Characters that are looked at together. */
const STRETCH = 8 * 1024 * 1024;
/** Lines back from the end of a stretch that may belong to its last entry. */
const MAX_ENTRY_LINES = 200;

/** Reads a log of any length as `readLog` does, in stretches; of its entries the newest are kept. */
export async function readLogStream(
  chunks: AsyncIterable<Uint8Array>,
  file: FileContext,
  stretch = STRETCH,
): Promise<Reading> {
  const decoder = new TextDecoder();
  const kept = new Newest(file.limits.logEntries);
  let text = '';
  let line = 1;
  const take = (end: number): void => {
    const part = withPlainLineEnds(text.slice(0, end));
    kept.add(readLog(part, line, file));
    line += countLines(part);
    text = text.slice(end);
  };
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= stretch) take(lastEntry(text));
  }
  text += decoder.decode();
  take(text.length);
  return kept.reading(file.name);
}

/** Entries so far, with the oldest dropped now and then. */
class Newest {
  readonly #limit: number;
  #logs: ReadLog[] = [];
  #dropped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add({ logs, gaps }: Reading): void {
    this.#dropped ||= gaps.length > 0;
    for (const log of logs) this.#logs.push({ ...log, raw: detached(log.raw) });
    if (this.#logs.length > 2 * this.#limit) this.#trim();
  }

  reading(name: string): Reading {
    this.#trim();
    const gap = { wanted: `older entries of ${name}`, why: 'truncated' as const };
    return { ...EMPTY_READING, known: true, logs: this.#logs, gaps: this.#dropped ? [gap] : [] };
  }

  #trim(): void {
    if (this.#logs.length <= this.#limit) return;
    this.#logs = this.#logs.slice(-this.#limit);
    this.#dropped = true;
  }
}

/** A copy: a part of a string keeps the whole of it in memory. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

/** Where the last entry begins, so that it is not parted from its further lines; else where the last line does. */
function lastEntry(text: string): number {
  const lastLine = text.lastIndexOf('\n') + 1;
  if (lastLine === 0) return text.length;
  let start = lastLine;
  for (let lines = 0; lines < MAX_ENTRY_LINES && start > 1; lines += 1) {
    const before = text.lastIndexOf('\n', start - 2) + 1;
    if (startsEntry(text.slice(before, Math.min(start, before + 4_096)))) return before === 0 ? lastLine : before;
    start = before;
  }
  return lastLine;
}
