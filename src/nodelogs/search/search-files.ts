import type { Unread } from '../../core/node/answer.ts';
import type { NodeFile } from '../../core/node/bundle.ts';
import type { Meter } from '../lines/budget.ts';
import { newestFirst } from '../lines/newest-first.ts';
import { problemOf } from '../lines/stopped.ts';
import { openText, type TextFile } from '../lines/text-file.ts';
import { endsOf } from './ends.ts';
import { type FileHits, type HitList, keptPerFile } from './hits.ts';
import type { SearchPlan } from './plan.ts';
import { type PlainFile, ripgrepPath, runRipgrep } from './ripgrep.ts';
import { MAX_LINE, scanLines } from './scan-lines.ts';
import type { TimeWindow } from './time-window.ts';

/** A smaller file is searched here sooner than a program starts. */
const WORTH_A_PROGRAM = 1024 * 1024;
/** Bytes that one run of the program gets; what it was at when the time is up is lost. */
const BATCH_BYTES = 512 * 1024 * 1024;
/** Command lines have an end. */
const BATCH_FILES = 200;

export interface SearchedFiles {
  readonly found: readonly FileHits[];
  readonly unread: readonly Unread[];
}

export interface SearchContext {
  readonly plan: SearchPlan;
  readonly window: TimeWindow;
  readonly meter: Meter;
  /** Never another program, for tests and comparisons. */
  readonly builtIn?: boolean;
}

/** Searches files, newest first: large plain ones by ripgrep where there is one, all others here. */
export async function searchFiles(files: readonly NodeFile[], context: SearchContext): Promise<SearchedFiles> {
  const search = new FileSearch(context, files.length);
  const rg = context.builtIn === true ? undefined : await ripgrepPath();
  for (const file of newestFirst(files)) await search.file(file, rg);
  await search.flush(rg);
  return search.result();
}

class FileSearch {
  readonly #context: SearchContext;
  readonly #kept: number;
  readonly #found: FileHits[] = [];
  readonly #unread: Unread[] = [];
  #batch: (PlainFile & { readonly text: TextFile })[] = [];
  #batchBytes = 0;
  #refused = false;

  constructor(context: SearchContext, files: number) {
    this.#context = context;
    this.#kept = keptPerFile(files);
  }

  async file(file: NodeFile, rg: string | undefined): Promise<void> {
    const { meter } = this.#context;
    const spent = meter.spent();
    if (spent !== undefined) return this.#leaveOut(file, 'budget', `not begun: ${spent}`);
    const text = await this.#open(file);
    if (text === undefined) return;
    const { diskPath } = file;
    const byProgram = text.seekable && file.size >= WORTH_A_PROGRAM && file.size <= meter.bytesLeft;
    if (rg === undefined || this.#refused || diskPath === undefined || !byProgram) return this.#here(text);
    this.#batch.push({ diskPath, text });
    this.#batchBytes += file.size;
    meter.take(file.size);
    if (this.#batchBytes >= BATCH_BYTES || this.#batch.length >= BATCH_FILES) await this.flush(rg);
  }

  /** Runs the program over what was gathered; what it refuses is searched here. */
  async flush(rg: string | undefined): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    if (batch.length === 0 || rg === undefined) return;
    const { plan, window, meter } = this.#context;
    const { hits, end } = await runRipgrep(rg, batch, plan, window, meter, this.#kept);
    if (end !== 'refused') {
      for (const { diskPath, text } of batch) await this.#fromProgram(text, hits.get(diskPath), end === 'complete');
      return;
    }
    this.#refused = true;
    for (const { text } of batch) {
      meter.take(-text.file.size);
      await this.#here(text);
    }
  }

  result(): SearchedFiles {
    return { found: this.#found, unread: this.#unread };
  }

  async #open(file: NodeFile): Promise<TextFile | undefined> {
    const { signal } = this.#context.meter;
    try {
      const text = await openText(file, signal);
      if (text.encoding !== 'binary') return text;
      this.#leaveOut(file, 'binary');
    } catch (error) {
      signal?.throwIfAborted();
      this.#leaveOut(file, 'unreadable', problemOf(error));
    }
    return undefined;
  }

  async #here(text: TextFile): Promise<void> {
    const { plan, window, meter } = this.#context;
    this.#add(await scanLines(text, plan, window, meter, this.#kept));
  }

  async #fromProgram(text: TextFile, list: HitList | undefined, complete: boolean): Promise<void> {
    const { signal } = this.#context.meter;
    // The file may be gone by now; that its times are not known harms nothing.
    const ends = await endsOf(text, signal).catch(() => ({}));
    signal?.throwIfAborted();
    this.#add({
      text,
      count: list?.count ?? 0,
      hits: list?.hits ?? [],
      bytes: complete ? text.file.size : 0,
      ...ends,
      ...(complete ? {} : { stopped: { why: 'budget', note: 'the time was up while it was searched' } }),
    });
  }

  #add(found: FileHits): void {
    const { stopped, bytes, longLines = 0, text } = found;
    const { file } = text;
    this.#found.push(found);
    const whole = !file.compressed && bytes >= file.size && stopped?.why === 'budget';
    const reached = bytes === 0 ? '' : `searched to byte ${bytes}: `;
    if (stopped !== undefined && !whole) this.#leaveOut(file, stopped.why, `${reached}${stopped.note}`);
    else if (file.cut !== undefined) this.#leaveOut(file, 'cut', file.cut);
    if (longLines > 0)
      this.#leaveOut(
        file,
        'budget',
        `of ${longLines} lines only the first ${MAX_LINE} bytes at most were held against the pattern`,
      );
  }

  #leaveOut(file: NodeFile, why: Unread['why'], note?: string): void {
    this.#unread.push({ path: file.path, why, ...(note === undefined ? {} : { note }) });
  }
}
