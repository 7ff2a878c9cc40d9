import { collect } from '../lines/collect.ts';
import type { TextFile } from '../lines/text-file.ts';
import { LOOK_BACK_BYTES, safeLines } from '../read/safe-lines.ts';

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
  // A line in the middle of a private key, or a value below its name, is known by what comes before it.
  const ahead = Math.max(reach, LOOK_BACK_BYTES);
  const found = new Map<number, LineAround>();
  const windows = [...new Set(offsets)]
    .sort((a, b) => a - b)
    .map((offset) => ({ offset, start: Math.max(0, offset - ahead), end: offset + LINE_BYTES + reach }));
  const pieces = text.seekable ? await piecesOf(text, windows, signal) : await passOver(text, windows, signal);
  windows.forEach((window, i) => {
    found.set(window.offset, around(pieces[i] ?? Buffer.alloc(0), window.offset - window.start, window.start, context));
  });
  return found;
}

interface Window {
  readonly offset: number;
  readonly start: number;
  readonly end: number;
}

/** Windows that lie close together are fetched together, up to so many bytes; so many fetches at a time. */
const TOGETHER_BYTES = 512 * 1024;
const FETCHES = 8;

async function piecesOf(
  text: TextFile,
  windows: readonly Window[],
  signal: AbortSignal | undefined,
): Promise<readonly Buffer[]> {
  const groups: Window[][] = [];
  for (const window of windows) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group !== undefined && first !== undefined && window.end - first.start <= TOGETHER_BYTES) group.push(window);
    else groups.push([window]);
  }
  const pieces: Buffer[] = [];
  for (let at = 0; at < groups.length; at += FETCHES) {
    const fetched = await Promise.all(groups.slice(at, at + FETCHES).map((group) => fetchGroup(text, group, signal)));
    pieces.push(...fetched.flat());
  }
  return pieces;
}

async function fetchGroup(
  text: TextFile,
  group: readonly Window[],
  signal: AbortSignal | undefined,
): Promise<readonly Buffer[]> {
  const from = group[0]?.start ?? 0;
  const bytes = await collect(text, from, group.at(-1)?.end ?? from, signal);
  return group.map(({ start, end }) => bytes.subarray(start - from, end - from));
}

/** What cannot be reached directly is passed over once. */
async function passOver(
  text: TextFile,
  windows: readonly Window[],
  signal: AbortSignal | undefined,
): Promise<readonly Buffer[]> {
  const parts = windows.map((): Buffer[] => []);
  const last = windows.at(-1)?.end ?? 0;
  let at = 0;
  for await (const chunk of text.chunks(undefined, signal)) {
    windows.forEach(({ start, end }, i) => {
      if (start < at + chunk.length && end > at)
        parts[i]?.push(Buffer.from(chunk.subarray(Math.max(0, start - at), Math.min(chunk.length, end - at))));
    });
    at += chunk.length;
    if (at >= last) break;
  }
  return parts.map((each) => Buffer.concat(each));
}

function around(bytes: Buffer, at: number, start: number, context: number): LineAround {
  const feed = bytes.indexOf(LINE_FEED, at);
  const end = feed < 0 ? bytes.length : feed;
  const line = bytes.toString('utf8', at, Math.min(end, at + LINE_BYTES));
  const from = startOfLines(bytes, at, context, start === 0);
  const before = from === at ? [] : bytes.toString('utf8', from, at - 1).split('\n');
  const rest = context === 0 || end + 1 >= bytes.length ? '' : bytes.toString('utf8', end + 1).replace(/\n$/, '');
  const after = rest === '' ? [] : rest.split('\n').slice(0, context);
  const safe = safeLines([...before, line, ...after], bytes.toString('utf8', 0, from), LINE_CHARS);
  return {
    line: safe[before.length] ?? '',
    before: safe.slice(0, before.length),
    after: safe.slice(before.length + 1),
  };
}

/** Where the line begins that is `count` lines before the one at `at`, or the first that is there whole. */
function startOfLines(bytes: Buffer, at: number, count: number, fromTop: boolean): number {
  let start = at;
  for (let left = count; left > 0 && start > 0; left -= 1) {
    const feed = start < 2 ? -1 : bytes.lastIndexOf(LINE_FEED, start - 2);
    if (feed < 0) return fromTop ? 0 : start;
    start = feed + 1;
  }
  return start;
}
