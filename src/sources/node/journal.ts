import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gap } from '../../core/fact.ts';
import { errorCode } from '../error-code.ts';
import { JOURNAL_LINE, type JournalLine, type StoredFile } from './collection-record.ts';
import { PRIVATE_FILE } from './durable.ts';
import { safePath } from './safe-path.ts';

const JOURNAL_FILE = 'journal.jsonl';

/** What a collection holds, as far as its journal was written. */
export interface JournalContent {
  readonly files: readonly StoredFile[];
  readonly gaps: readonly Gap[];
  /** Bytes up to the end of the last whole line. */
  readonly end: number;
}

/**
 * The list of a collection's files: a line is added when a file is whole on disk, so a killed process loses no finished
 * one. A last line that was cut off is ignored. A later line for a path takes the place of the earlier.
 */
export async function readJournal(folder: string): Promise<JournalContent> {
  const bytes = await readFile(join(folder, JOURNAL_FILE)).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const end = bytes.lastIndexOf(0x0a) + 1;
  const files = new Map<string, StoredFile>();
  const gaps = new Map<string, Gap>();
  for (const line of bytes.subarray(0, end).toString('utf8').split('\n')) {
    const entry = parseLine(line);
    if (entry === undefined) continue;
    if ('file' in entry) files.set(entry.file.path, entry.file);
    else gaps.set(JSON.stringify(entry.gap), entry.gap);
  }
  return { files: [...files.values()], gaps: [...gaps.values()], end };
}

function parseLine(line: string): JournalLine | undefined {
  if (line === '') return undefined;
  try {
    const entry = JOURNAL_LINE.parse(JSON.parse(line));
    // A folder that somebody else handed over may call itself a collection.
    return 'file' in entry && !('path' in safePath(entry.file.path)) ? undefined : entry;
  } catch {
    return undefined;
  }
}

/** Adds lines to a journal; each is on disk when `add` returns. */
export class Journal {
  readonly #handle: FileHandle;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Goes on after the last whole line. */
  static async open(folder: string): Promise<Journal> {
    const { end } = await readJournal(folder);
    const handle = await open(join(folder, JOURNAL_FILE), 'a', PRIVATE_FILE);
    await handle.truncate(end);
    return new Journal(handle);
  }

  /** Lines of callers at the same time come one after the other, never mixed. */
  add(line: JournalLine, sync = true): Promise<void> {
    const done = this.#queue.then(async () => {
      await this.#handle.appendFile(`${JSON.stringify(line)}\n`);
      if (sync) await this.#handle.datasync();
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async clear(): Promise<void> {
    await this.#queue;
    await this.#handle.truncate(0);
    await this.#handle.datasync();
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#handle.datasync();
    await this.#handle.close();
  }
}
