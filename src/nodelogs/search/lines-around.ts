import { collect } from '../lines/collect.ts';
import type { TextFile } from '../lines/text-file.ts';
import { KEY_BYTES, safeLines } from '../read/safe-lines.ts';

const LINE_FEED = 10;

/** A line with its neighbours, without secrets. */
export interface LineAround {
  readonly line: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Bytes of a line that are fetched, characters that are told of it, and bytes of all its neighbours on one side. */
const LINE_BYTES = 16 * 1024;
const LINE_CHARS = 4_000;
const NEIGHBOUR_BYTES = 64 * 1024;

/** Fetches lines by the offsets of their first bytes; what cannot be reached directly is passed over once. */
export async function linesAround(
  text: TextFile,
  offsets: readonly number[],
  context: number,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, LineAround>> {
  const reach = context === 0 ? 0 : NEIGHBOUR_BYTES;
  // A line in the middle of a private key is known by what comes before it.
  const ahead = Math.max(reach, KEY_BYTES);
  const found = new Map<number, LineAround>();
  const windows = [...new Set(offsets)]
    .sort((a, b) => a - b)
    .map((offset) => ({ offset, start: Math.max(0, offset - ahead), end: offset + LINE_BYTES + reach }));
  for await (const { window, bytes } of piecesOf(text, windows, signal)) {
    found.set(window.offset, around(bytes, window.offset - window.start, window.start, context));
  }
  return found;
}

interface Window {
  readonly offset: number;
  readonly start: number;
  readonly end: number;
}

async function* piecesOf(
  text: TextFile,
  windows: readonly Window[],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ window: Window; bytes: Buffer }> {
  if (text.seekable) {
    for (const window of windows) yield { window, bytes: await collect(text, window.start, window.end, signal) };
    return;
  }
  const parts = windows.map((): Buffer[] => []);
  let at = 0;
  const last = windows.at(-1)?.end ?? 0;
  for await (const chunk of text.chunks(undefined, signal)) {
    windows.forEach(({ start, end }, i) => {
      if (start < at + chunk.length && end > at)
        parts[i]?.push(Buffer.from(chunk.subarray(Math.max(0, start - at), Math.min(chunk.length, end - at))));
    });
    at += chunk.length;
    if (at >= last) break;
  }
  for (const [i, window] of windows.entries()) yield { window, bytes: Buffer.concat(parts[i] ?? []) };
}

function around(bytes: Buffer, at: number, start: number, context: number): LineAround {
  const feed = bytes.indexOf(LINE_FEED, at);
  const end = feed < 0 ? bytes.length : feed;
  const ahead = at === 0 ? [] : bytes.toString('utf8', 0, at - 1).split('\n');
  const after =
    feed < 0
      ? []
      : bytes
          .toString('utf8', end + 1)
          .replace(/\n$/, '')
          .split('\n');
  const line = bytes.toString('utf8', at, Math.min(end, at + LINE_BYTES));
  const safe = safeLines([...ahead, line, ...after.slice(0, context)], false, LINE_CHARS);
  // The first of those before may have been cut in its middle.
  const before = safe.slice(start === 0 ? 0 : 1, Math.max(start === 0 ? 0 : 1, ahead.length));
  return {
    line: safe[ahead.length] ?? '',
    before: context === 0 ? [] : before.slice(-context),
    after: context === 0 || end + 1 >= bytes.length ? [] : safe.slice(ahead.length + 1),
  };
}
