import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { NodeBundle } from '../../core/node/bundle.ts';
import { type CollectionInfo, isSettled } from '../../core/node/status.ts';
import { UsageError } from '../../core/usage-error.ts';
import { errorCode } from '../error-code.ts';
import { collectionBundle } from './collection-bundle.ts';
import { namesNode, readInfo } from './collection-info.ts';
import { type CollectionRecord, readRecord, writeRecord } from './collection-record.ts';
import { CollectionWriter, type WriterOptions } from './collection-writer.ts';
import { ensureFolder } from './durable.ts';
import { acquireLock, claimLock, createWhole, handLock, releaseLock } from './lock.ts';
import { stateFolder } from './state-folder.ts';
import { unwritable } from './unwritable.ts';

/** What is to be collected, as far as it is known before. */
export interface CollectionSpec {
  /** `kubelet API`, `local`, `debug pod`, `eks-log-collector`. */
  readonly origin: string;
  readonly nodes?: readonly string[];
  readonly instances?: readonly string[];
  readonly collectedAt?: string;
  /** The path of an import. */
  readonly source?: string;
  /** The same token means the same collection: it is made once, and gone on with when it was interrupted or failed. */
  readonly token?: string;
}

/** No writer: it is finished already, or another process is at it. */
export interface Begun {
  readonly id: string;
  readonly writer?: CollectionWriter;
}

export interface RemoveRule {
  readonly ids?: readonly string[];
  readonly olderThanMs?: number;
  /** Bytes that may stay; the oldest go first. */
  readonly keepBelow?: number;
}

export interface SettledOptions {
  readonly signal?: AbortSignal;
  readonly onInfo?: (info: CollectionInfo) => void;
}

/** How often a collection of another process is looked at. */
const LOOK_EVERY_MS = 500;

/** Records read at a time: the number of open files is limited. */
const LOOKS_AT_ONCE = 32;

/** Marks the folder of a collection that is being removed. */
const REMOVED = '.removed-';

const ID = /^c-\d{8}-\d{6}-[0-9a-f]{6}$/;

export function isCollectionId(text: string): boolean {
  return ID.test(text);
}

/** Meant as an id, though it is none: it begins like one. A node of such a name is looked for first. */
export function looksLikeId(text: string): boolean {
  return text.startsWith('c-');
}

/** Everything that was collected on this machine: one folder for each collection, readable by its owner alone. */
export class CollectionStore {
  readonly folder: string;

  constructor(folder: string = stateFolder()) {
    this.folder = folder;
  }

  /** Starts a collection, or goes on with the one of the same token. */
  async begin(spec: CollectionSpec, options: WriterOptions = {}): Promise<Begun> {
    const { id, made } = await this.#enter(spec, 'running');
    const writer = made ? await this.#write(id, options) : await this.#take(id, options);
    return writer === undefined ? { id } : { id, writer };
  }

  /**
   * Makes the record of a collection that another process will begin with the same token; until that one is named,
   * this process answers for it. Not made: there was one already.
   */
  async reserve(spec: CollectionSpec & { readonly token: string }): Promise<{ id: string; made: boolean }> {
    return this.#enter(spec, 'queued');
  }

  /** Names the process that will begin a reserved collection, so that its end is noticed. */
  async assign(id: string, pid: number): Promise<void> {
    await handLock(this.pathOf(id), pid);
  }

  /** Goes on with a collection that was interrupted, failed or cancelled; undefined: there is nothing to go on with. */
  async resume(id: string, options: WriterOptions = {}): Promise<CollectionWriter | undefined> {
    await this.#record(id);
    return this.#take(id, options);
  }

  /** All collections, newest first. */
  async list(): Promise<CollectionInfo[]> {
    const ids = await this.#ids();
    const infos: CollectionInfo[] = [];
    for (let at = 0; at < ids.length; at += LOOKS_AT_ONCE) {
      const some = await Promise.all(ids.slice(at, at + LOOKS_AT_ONCE).map((id) => this.#infoIfThere(id)));
      infos.push(...some.filter((info) => info !== undefined));
    }
    return infos.sort((a, b) =>
      a.startedAt === b.startedAt ? (a.id < b.id ? 1 : -1) : a.startedAt < b.startedAt ? 1 : -1,
    );
  }

  /** Throws `UsageError` when there is no such collection. */
  async info(id: string): Promise<CollectionInfo> {
    return readInfo(this.pathOf(id), await this.#record(id));
  }

  /** Waits until nothing more comes to a collection that another process works on, and says how it ended. */
  async settled(id: string, { signal, onInfo }: SettledOptions = {}): Promise<CollectionInfo> {
    for (;;) {
      const info = await this.info(id);
      if (isSettled(info.state)) return info;
      onInfo?.(info);
      await pause(LOOK_EVERY_MS, undefined, signal === undefined ? {} : { signal });
    }
  }

  async open(id: string): Promise<NodeBundle> {
    return collectionBundle(this.pathOf(id), await this.#record(id));
  }

  /** The newest collection of a node, by its name, its short host name or its instance id, that holds any file. */
  async latestOf(node: string): Promise<CollectionInfo | undefined> {
    return (await this.list()).find((info) => info.files > 0 && namesNode(info, node));
  }

  /** The newest collection, of a node or of all; also one that holds nothing yet. */
  async newestOf(node?: string): Promise<CollectionInfo | undefined> {
    return (await this.list()).find((info) => node === undefined || namesNode(info, node));
  }

  /**
   * Removes settled collections by the rules and says which. Throws `UsageError` when one that is named is not there
   * or still under way.
   */
  async remove({ ids = [], olderThanMs, keepBelow }: RemoveRule): Promise<CollectionInfo[]> {
    const all = await this.list();
    for (const id of ids) refuseUnsettled(id, all);
    const settled = all.filter((info) => isSettled(info.state));
    const doomed = new Set(ids);
    const now = Date.now();
    let kept = 0;
    for (const { id, updatedAt, bytes } of settled) {
      if (olderThanMs !== undefined && now - Date.parse(updatedAt) > olderThanMs) doomed.add(id);
      if (doomed.has(id)) continue;
      kept += bytes;
      if (keepBelow !== undefined && kept > keepBelow) doomed.add(id);
    }
    const removed = settled.filter(({ id }) => doomed.has(id));
    for (const { id } of removed) await this.#removeOne(id);
    await this.#sweep();
    return removed;
  }

  /** Where notes on evidence are kept that is read where it lies. */
  notesFolder(name: string): string {
    return join(this.folder, 'places', name);
  }

  /** The folder of a collection. Throws `UsageError` for what cannot be an id. */
  pathOf(id: string): string {
    if (!isCollectionId(id)) throw new UsageError(unknownId(id));
    return join(this.folder, 'collections', id);
  }

  async #record(id: string): Promise<CollectionRecord> {
    const record = await readRecord(this.pathOf(id));
    if (record === undefined) throw new UsageError(unknownId(id));
    return record;
  }

  async #ids(): Promise<string[]> {
    return (await this.#names()).filter(isCollectionId);
  }

  async #names(): Promise<string[]> {
    return readdir(join(this.folder, 'collections')).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
  }

  /** The collection with this token, made if there is none; a running one is made with its lock held. */
  async #enter(spec: CollectionSpec, state: 'queued' | 'running'): Promise<{ id: string; made: boolean }> {
    try {
      return await this.#findOrCreate(spec, state);
    } catch (error) {
      throw unwritable(this.folder, error);
    }
  }

  async #findOrCreate(spec: CollectionSpec, state: 'queued' | 'running'): Promise<{ id: string; made: boolean }> {
    const token = spec.token === undefined ? undefined : await this.#tokenFile(spec.token);
    for (;;) {
      const known = token === undefined ? undefined : await this.#idOfToken(token);
      if (known !== undefined) return { id: known, made: false };
      const id = await this.#create(spec, state);
      if (token === undefined || (await createWhole(token, id))) return { id, made: true };
      await releaseLock(this.pathOf(id));
      await rm(this.pathOf(id), { recursive: true, force: true });
    }
  }

  async #create(spec: CollectionSpec, state: 'queued' | 'running'): Promise<string> {
    const { origin, nodes = [], instances = [], collectedAt, source, token } = spec;
    const startedAt = new Date().toISOString();
    const id = await this.#newId(startedAt);
    const folder = this.pathOf(id);
    if (state === 'running') await acquireLock(folder);
    else await handLock(folder, process.pid);
    await writeRecord(folder, {
      version: 1,
      id,
      state,
      origin,
      nodes,
      instances,
      startedAt,
      collectedAt,
      source,
      token,
    });
    return id;
  }

  /** An id whose folder was made for it: nobody else has it. */
  async #newId(startedAt: string): Promise<string> {
    await ensureFolder(join(this.folder, 'collections'));
    for (;;) {
      const id = newId(startedAt);
      try {
        await mkdir(this.pathOf(id), { mode: 0o700 });
        return id;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
    }
  }

  /** Undefined when it is finished, or someone else is at it. */
  async #take(id: string, options: WriterOptions): Promise<CollectionWriter | undefined> {
    const folder = this.pathOf(id);
    const { state } = await this.#record(id);
    if (state === 'complete' || state === 'partial') return undefined;
    const mine = (state === 'queued' && (await claimLock(folder))) || (await acquireLock(folder));
    return mine ? this.#write(id, options) : undefined;
  }

  async #write(id: string, options: WriterOptions): Promise<CollectionWriter> {
    return CollectionWriter.open(this.pathOf(id), await this.#record(id), options);
  }

  async #tokenFile(token: string): Promise<string> {
    await ensureFolder(join(this.folder, 'tokens'));
    return join(this.folder, 'tokens', createHash('sha256').update(token).digest('hex'));
  }

  async #idOfToken(file: string): Promise<string | undefined> {
    const id = await readFile(file, 'utf8').catch(() => undefined);
    if (id === undefined) return undefined;
    if (isCollectionId(id) && (await readRecord(this.pathOf(id))) !== undefined) return id;
    await rm(file, { force: true });
    return undefined;
  }

  /** It may be removed while the list is made. */
  async #infoIfThere(id: string): Promise<CollectionInfo | undefined> {
    const record = await readRecord(this.pathOf(id));
    return record === undefined ? undefined : readInfo(this.pathOf(id), record);
  }

  /** Moved away first: a removal that is killed leaves no half collection. */
  async #removeOne(id: string): Promise<void> {
    const gone = join(this.folder, 'collections', `${REMOVED}${id}`);
    const token = (await readRecord(this.pathOf(id)))?.token;
    await rename(this.pathOf(id), gone);
    await rm(gone, { recursive: true, force: true });
    if (token !== undefined) await rm(await this.#tokenFile(token), { force: true });
  }

  /** What a removal left behind that was killed. */
  async #sweep(): Promise<void> {
    const left = (await this.#names()).filter((name) => name.startsWith(REMOVED));
    for (const name of left) await rm(join(this.folder, 'collections', name), { recursive: true, force: true });
  }
}

function refuseUnsettled(id: string, all: readonly CollectionInfo[]): void {
  const info = all.find((each) => each.id === id);
  if (info === undefined) throw new UsageError(unknownId(id));
  if (!isSettled(info.state)) throw new UsageError(`collection ${id} is still under way: end it first, then remove it`);
}

function newId(startedAt: string): string {
  const [date = '', time = ''] = startedAt.replaceAll(/[-:]/g, '').split('T');
  return `c-${date}-${time.slice(0, 6)}-${randomBytes(3).toString('hex')}`;
}

export function unknownId(id: string, near = ''): string {
  return `no collection ${id}${near}: pullwhy node history lists them`;
}
