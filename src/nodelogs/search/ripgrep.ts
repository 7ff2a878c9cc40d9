import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Meter } from '../lines/budget.ts';
import { HitList } from './hits.ts';
import type { SearchPlan } from './plan.ts';
import { acceptsTime, isBounded, type TimeWindow } from './time-window.ts';

/** What is told of a line: enough for its time. */
const HEAD_BYTES = 64;

/** The program, from the optional package or the search path; looked for once. */
let program: Promise<string | undefined> | undefined;

export function ripgrepPath(): Promise<string | undefined> {
  program ??= findProgram();
  return program;
}

async function findProgram(): Promise<string | undefined> {
  const packaged = await import('@vscode/ripgrep').then(
    ({ rgPath }) => rgPath,
    () => undefined,
  );
  const places = [packaged, ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'rg'))];
  for (const place of places) {
    if (place?.startsWith('/') && (await mayRun(place))) return place;
  }
  return undefined;
}

function mayRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** A file that ripgrep may read as it is. */
export interface PlainFile {
  readonly diskPath: string;
}

/** What ripgrep gave of several files. */
export interface RipgrepResult {
  /** By path on disk. */
  readonly hits: ReadonlyMap<string, HitList>;
  /** `refused`: it does not take the pattern, or a file; what it gave does not count. `stopped`: the time is up, what is missing is not known. */
  readonly end: 'complete' | 'refused' | 'stopped';
}

/** Runs ripgrep over files, in no shell, with the query as an argument of its own. */
export async function runRipgrep(
  rg: string,
  files: readonly PlainFile[],
  plan: SearchPlan,
  window: TimeWindow,
  meter: Meter,
  kept: number,
): Promise<RipgrepResult> {
  const child = spawn(rg, [...argumentsOf(plan, window), '--', ...files.map(({ diskPath }) => diskPath)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: Math.max(1, Math.ceil(meter.millisecondsLeft)),
    killSignal: 'SIGKILL',
    env: {},
  });
  const abort = (): void => void child.kill('SIGKILL');
  meter.signal?.addEventListener('abort', abort, { once: true });
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  // Its failure is seen where it is awaited.
  ended.catch(() => undefined);
  const reader = new OutputReader(window, kept);
  try {
    for await (const chunk of child.stdout) reader.take(chunk as Buffer);
    const [code, signal] = await ended;
    meter.signal?.throwIfAborted();
    if (signal !== null) return { hits: reader.hits, end: 'stopped' };
    return { hits: reader.hits, end: code === 0 || code === 1 ? 'complete' : 'refused' };
  } catch {
    meter.signal?.throwIfAborted();
    // The program cannot be started, or its pipe broke: the files are searched without it.
    return { hits: reader.hits, end: 'refused' };
  } finally {
    meter.signal?.removeEventListener('abort', abort);
    abort();
  }
}

/**
 * Lines are told by number and offset, under the path of their file, and by their beginning only if their time
 * matters: printing is what takes the program's time. ASCII classes, as RE2 has them.
 */
function argumentsOf({ words, pattern, ignoreCase }: SearchPlan, window: TimeWindow): string[] {
  return [
    '--no-config',
    '--no-messages',
    '--text',
    '--no-unicode',
    '--with-filename',
    '--heading',
    '--null',
    '--line-number',
    '--byte-offset',
    '--color=never',
    '--crlf',
    `--max-columns=${HEAD_BYTES}`,
    ...(isBounded(window) ? ['--max-columns-preview'] : []),
    '--regex-size-limit=20M',
    '--dfa-size-limit=20M',
    ...(ignoreCase ? ['--ignore-case'] : ['--case-sensitive']),
    ...(pattern === undefined
      ? ['--fixed-strings', ...words.map((word) => `--regexp=${word}`)]
      : [`--regexp=${pattern.source}`]),
  ];
}

const LINE_FEED = 10;
const COLON = 58;
const ZERO = 48;
const NINE = 57;

/** Reads `PATH NUL` and then rows `LINE:OFFSET:TEXT`, files parted by an empty row, from pieces that may end anywhere. */
class OutputReader {
  readonly hits = new Map<string, HitList>();
  readonly #window: TimeWindow;
  #rest: Buffer = Buffer.alloc(0);
  readonly #bounded: boolean;
  readonly #kept: number;
  #list: HitList;

  constructor(window: TimeWindow, kept: number) {
    this.#window = window;
    this.#bounded = isBounded(window);
    this.#kept = kept;
    this.#list = new HitList(kept);
  }

  take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, at)) {
      this.#row(bytes, at, feed);
      at = feed + 1;
    }
    this.#rest = bytes.subarray(at);
  }

  #row(bytes: Buffer, begin: number, end: number): void {
    const start = this.#path(bytes, begin, end);
    let at = start;
    let line = 0;
    for (; isDigit(bytes[at]); at += 1) line = line * 10 + (bytes[at] as number) - ZERO;
    if (at === start || bytes[at] !== COLON) return;
    let offset = 0;
    for (at += 1; isDigit(bytes[at]); at += 1) offset = offset * 10 + (bytes[at] as number) - ZERO;
    if (bytes[at] !== COLON) return;
    const fits =
      !this.#bounded || acceptsTime(this.#window, bytes.toString('latin1', at + 1, Math.min(end, at + 1 + HEAD_BYTES)));
    if (fits) this.#list.add(line, offset);
  }

  /** Where the row's number begins: behind the path, if this is the first row of a file. Paths begin with no digit. */
  #path(bytes: Buffer, begin: number, end: number): number {
    if (isDigit(bytes[begin]) || begin === end) return begin;
    const nul = bytes.indexOf(0, begin);
    if (nul < 0 || nul > end) return begin;
    this.#file(bytes.toString('utf8', begin, nul));
    return nul + 1;
  }

  #file(path: string): void {
    this.#list = this.hits.get(path) ?? new HitList(this.#kept);
    this.hits.set(path, this.#list);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
