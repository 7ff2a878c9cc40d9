import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Gap } from '../../core/fact.ts';
import type { NodeFile } from '../../core/node/bundle.ts';
import { fileKindOf, type NodeFileKind } from '../../core/node/file-kind.ts';
import type { CollectionProgress } from '../../core/node/status.ts';
import { excerpt, neutralize } from '../../core/redact.ts';
import { storedFile } from './collection-bundle.ts';
import { type CollectionRecord, type StoredFile, writeRecord } from './collection-record.ts';
import { ensureFolder, PRIVATE_FILE, replaceFile, syncFolder } from './durable.ts';
import { Journal, readJournal } from './journal.ts';
import { releaseLock } from './lock.ts';
import { safePath } from './safe-path.ts';
import { TakenNames } from './taken-names.ts';

/** What a collector knows of a file beside its content. */
export interface FileMeta {
  readonly kind?: NodeFileKind;
  readonly node?: string;
  /** RFC 3339. */
  readonly modifiedAt?: string;
  /** The content is gzip and stays so. */
  readonly compressed?: boolean;
  /** Why it is not whole, in one clause. */
  readonly cut?: string;
  /** Never takes the place of an earlier file of this name. */
  readonly beside?: boolean;
}

/** What became of a file that was added; `broken` is the error that its content ended with. */
export type Added =
  | { readonly file: StoredFile; readonly broken?: unknown }
  | { readonly refused: string; readonly broken?: unknown };

/** What is learned of a collection while it runs. */
export type Learned = Partial<Pick<CollectionRecord, 'origin' | 'collectedAt'>> & {
  readonly nodes?: readonly string[];
  readonly instances?: readonly string[];
};

export interface WriterOptions {
  /** False: leave it to the system when bytes reach the disk; for what can be had again at any time. */
  readonly syncEach?: boolean;
}

const PROGRESS_EVERY_MS = 500;

/** Writes one collection. Every file is whole and listed, or not there: killing the process loses no finished file. */
export class CollectionWriter {
  readonly id: string;
  /** Where it lies, for looks at the disk. */
  readonly folder: string;
  readonly #journal: Journal;
  readonly #sync: boolean;
  readonly #files: Map<string, StoredFile>;
  readonly #gaps: Gap[];
  #taken = new TakenNames();
  #record: CollectionRecord;
  #progressAt = 0;

  private constructor(
    folder: string,
    record: CollectionRecord,
    journal: Journal,
    before: readonly StoredFile[],
    gaps: readonly Gap[],
    options: WriterOptions,
  ) {
    this.id = record.id;
    this.folder = folder;
    this.#record = record;
    this.#journal = journal;
    this.#sync = options.syncEach !== false;
    this.#files = new Map(before.map((file) => [file.path, file]));
    this.#gaps = [...gaps];
    for (const { path } of before) this.#taken.take(path);
  }

  /** Of a folder whose lock is held. What an earlier run finished stays. */
  static async open(folder: string, record: CollectionRecord, options: WriterOptions = {}): Promise<CollectionWriter> {
    const { files, gaps } = await readJournal(folder);
    await rm(join(folder, 'incoming'), { recursive: true, force: true });
    await ensureFolder(join(folder, 'files'));
    await ensureFolder(join(folder, 'incoming'));
    const running: CollectionRecord = {
      ...record,
      state: 'running',
      finishedAt: undefined,
      problem: undefined,
      totals: undefined,
    };
    await writeRecord(folder, running);
    return new CollectionWriter(folder, running, await Journal.open(folder), files, gaps, options);
  }

  /** Whether this file is there already, from this run or an interrupted one. */
  has(path: string): boolean {
    const safe = safePath(path);
    return 'path' in safe && this.#files.has(this.#taken.given(safe.path) ?? safe.path);
  }

  /** A file of this collection, to be read. */
  stored(path: string): NodeFile | undefined {
    const file = this.#files.get(path);
    return file === undefined ? undefined : storedFile(join(this.folder, 'files', file.path), file);
  }

  /** Bytes that are needed on the disk for a while and are no part of the collection; the caller removes them. */
  async keepAside(content: AsyncIterable<Uint8Array>): Promise<string> {
    const path = join(this.folder, 'incoming', randomBytes(8).toString('hex'));
    const { broken } = await this.#write(path, chunksOf(content), undefined);
    if (broken !== undefined) throw broken;
    return path;
  }

  files(): readonly StoredFile[] {
    return [...this.#files.values()];
  }

  gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /**
   * Stores a file; one of the same path is replaced. When the content ends with an error, what came before is kept
   * and the file says so; when nothing came before, there is no file. Throws only when this machine cannot write,
   * or when `signal` ended it.
   */
  async addFile(
    path: string,
    content: AsyncIterable<Uint8Array> | Uint8Array | string,
    meta: FileMeta = {},
    signal?: AbortSignal,
  ): Promise<Added> {
    const safe = safePath(path);
    if ('refused' in safe) {
      await this.addGap({ wanted: `file ${excerpt(path, 200)}`, why: 'refused', how: safe.refused });
      return safe;
    }
    const name = meta.beside === true ? this.#taken.another(safe.path) : this.#taken.take(safe.path);
    const incoming = join(this.folder, 'incoming', randomBytes(8).toString('hex'));
    try {
      const { size, broken } = await this.#write(incoming, chunksOf(content), signal);
      if (broken !== undefined && size === 0) return { refused: excerpt(messageOf(broken)), broken };
      const cut = broken === undefined ? meta.cut : messageOf(broken);
      const target = join(this.folder, 'files', name);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(incoming, target);
      if (this.#sync) await syncFolder(dirname(target));
      const file: StoredFile = {
        path: name,
        kind: meta.kind ?? fileKindOf(name),
        size,
        compressed: meta.compressed === true,
        ...(meta.node === undefined ? {} : { node: meta.node }),
        ...(meta.modifiedAt === undefined ? {} : { modifiedAt: meta.modifiedAt }),
        ...(cut === undefined ? {} : { cut: excerpt(cut) }),
      };
      await this.#journal.add({ file }, this.#sync);
      this.#files.set(name, file);
      return { file, ...(broken === undefined ? {} : { broken }) };
    } finally {
      await rm(incoming, { force: true });
    }
  }

  async #write(
    path: string,
    chunks: AsyncIterator<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<{ size: number; broken?: unknown }> {
    const handle = await open(path, 'wx', PRIVATE_FILE);
    let size = 0;
    let broken: unknown;
    try {
      for (;;) {
        signal?.throwIfAborted();
        const next = await chunks.next().catch((error: unknown) => {
          signal?.throwIfAborted();
          broken = error ?? new Error('it ended without a reason');
          return { done: true as const, value: undefined };
        });
        if (next.done === true) break;
        await handle.writeFile(next.value);
        size += next.value.length;
      }
      if (this.#sync) await handle.datasync();
    } finally {
      await handle.close();
      await chunks.return?.();
    }
    return { size, ...(broken === undefined ? {} : { broken }) };
  }

  /** Notes what was wanted and is not here. */
  async addGap(gap: Gap): Promise<void> {
    const clean: Gap = {
      wanted: excerpt(gap.wanted),
      why: gap.why,
      ...(gap.how === undefined ? {} : { how: neutralize(gap.how) }),
    };
    if (this.#gaps.some((other) => other.wanted === clean.wanted && other.why === clean.why)) return;
    this.#gaps.push(clean);
    await this.#journal.add({ gap: clean }, this.#sync);
  }

  /** Tells those who poll what is being done; written twice a second at most. */
  async progress(progress: CollectionProgress): Promise<void> {
    const now = Date.now();
    if (now - this.#progressAt < PROGRESS_EVERY_MS) return;
    this.#progressAt = now;
    await replaceFile(join(this.folder, 'progress.json'), JSON.stringify(progress));
  }

  /** Adds what became known of where the evidence is from. */
  async learn(learned: Learned): Promise<void> {
    const { nodes = [], instances = [], ...rest } = learned;
    this.#record = {
      ...this.#record,
      ...rest,
      nodes: [...new Set([...this.#record.nodes, ...nodes])],
      instances: [...new Set([...this.#record.instances, ...instances])],
    };
    await writeRecord(this.folder, this.#record);
  }

  /** Forgets what an earlier run left behind, for what cannot be gone on with in the middle. */
  async startOver(): Promise<void> {
    await this.#journal.clear();
    await rm(join(this.folder, 'files'), { recursive: true, force: true });
    await ensureFolder(join(this.folder, 'files'));
    this.#files.clear();
    this.#gaps.length = 0;
    this.#taken = new TakenNames();
  }

  /** Names the nodes of files whose layout tells them, once all paths are known. */
  async nameNodes(nodeOf: (path: string) => string | undefined): Promise<void> {
    for (const file of this.#files.values()) {
      const node = nodeOf(file.path);
      if (file.node !== undefined || node === undefined) continue;
      this.#files.set(file.path, { ...file, node });
      await this.#journal.add({ file: { ...file, node } }, false);
    }
  }

  /** Takes a folder that holds every file off their paths. Not safe to be killed in: for what can be had again. */
  async dropTop(top: string): Promise<void> {
    const aside = join(this.folder, 'incoming', randomBytes(8).toString('hex'));
    const files = join(this.folder, 'files');
    await rename(files, aside);
    await rename(join(aside, top), files);
    await rm(aside, { recursive: true, force: true });
    const moved = this.files().map((file) => ({ ...file, path: file.path.slice(top.length + 1) }));
    await this.#journal.clear();
    this.#files.clear();
    this.#taken = new TakenNames();
    for (const file of moved) {
      this.#files.set(this.#taken.take(file.path), file);
      await this.#journal.add({ file }, false);
    }
    for (const gap of this.#gaps) await this.#journal.add({ gap }, false);
  }

  /** The last word: nothing may be added after it. */
  async finish(state: 'complete' | 'partial' | 'failed' | 'cancelled', problem?: string): Promise<void> {
    try {
      await this.#journal.close();
      await rm(join(this.folder, 'incoming'), { recursive: true, force: true });
      await rm(join(this.folder, 'progress.json'), { force: true });
      await writeRecord(this.folder, {
        ...this.#record,
        state,
        finishedAt: new Date().toISOString(),
        totals: {
          files: this.#files.size,
          bytes: this.files().reduce((sum, { size }) => sum + size, 0),
          gaps: this.#gaps,
        },
        ...(problem === undefined ? {} : { problem: excerpt(problem) }),
      });
    } finally {
      await releaseLock(this.folder);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function* chunksOf(content: AsyncIterable<Uint8Array> | Uint8Array | string): AsyncGenerator<Uint8Array> {
  if (typeof content === 'string') yield Buffer.from(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content;
}
