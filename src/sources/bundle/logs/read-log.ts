import { EMPTY_READING, type FileContext, type Reading, type ReadLog } from '../reading.ts';
import { headOf, startsEntry } from './entry.ts';
import { relevantPlaces } from './relevant.ts';

/** Lines that one entry may have; a Go panic in between must not swallow the rest. */
const MAX_ENTRY_LINES = 200;

/** Keeps the entries of a log that may matter for pulls. Looks for words first, and only then at lines. */
export function readLog(text: string, firstLine: number, file: FileContext): Reading {
  const logs: ReadLog[] = [];
  const relevant = relevantPlaces();
  const lines = new LineCounter(text, firstLine);
  let floor = 0;
  for (let found = relevant.exec(text); found !== null; found = relevant.exec(text)) {
    const { start, end } = entryAround(text, found.index, floor);
    const raw = text.slice(start, Math.min(end, start + file.limits.logEntryChars));
    logs.push(logOf(raw, lines.numberAt(start), file));
    relevant.lastIndex = end + 1;
    floor = end + 1;
  }
  const dropped = logs.length - file.limits.logEntries;
  if (dropped <= 0) return { ...EMPTY_READING, known: true, logs };
  const gap = { wanted: `older entries of ${file.name}`, why: 'truncated' as const };
  return { ...EMPTY_READING, known: true, logs: logs.slice(dropped), gaps: [gap] };
}

function logOf(entry: string, line: number, { name, place }: FileContext): ReadLog {
  const head = headOf(entry);
  const node = place.node ?? head.host;
  return {
    log: head.log ?? place.log ?? 'other',
    locator: `${name}:${line}`,
    raw: head.raw,
    ...(node === undefined ? {} : { node }),
    ...(head.time === undefined ? {} : { time: head.time }),
  };
}

/** The entry that holds the position: back to a line that begins one, but not before `floor`; on to the line before the next. */
function entryAround(text: string, position: number, floor: number): { start: number; end: number } {
  const ownLine = position === 0 ? 0 : text.lastIndexOf('\n', position - 1) + 1;
  let start = ownLine;
  for (let steps = 0; start > floor && steps < MAX_ENTRY_LINES && !startsEntry(lineAt(text, start)); steps += 1) {
    start = start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
  }
  if (start < floor || !startsEntry(lineAt(text, start))) start = ownLine;
  let end = endOfLine(text, position);
  for (let steps = 0; end < text.length && steps < MAX_ENTRY_LINES; steps += 1) {
    const next = lineAt(text, end + 1);
    if (next === '' || startsEntry(next)) break;
    end = endOfLine(text, end + 1);
  }
  return { start, end };
}

/** Enough of a line to tell whether an entry begins there. */
const LINE_HEAD = 4096;

function lineAt(text: string, start: number): string {
  return text.slice(start, Math.min(endOfLine(text, start), start + LINE_HEAD));
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Line numbers of rising positions, counted once over the text. */
class LineCounter {
  readonly #text: string;
  #line: number;
  #at = 0;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#line = firstLine;
  }

  numberAt(position: number): number {
    for (
      let next = this.#text.indexOf('\n', this.#at);
      next >= 0 && next < position;
      next = this.#text.indexOf('\n', this.#at)
    ) {
      this.#line += 1;
      this.#at = next + 1;
    }
    return this.#line;
  }
}
