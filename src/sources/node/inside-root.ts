import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What stands at a path, or why that cannot be told. */
export type Looked<T> =
  | { readonly state: 'present'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'refused'; readonly message: string };

const MAX_LINKS = 40;

/** The file system of a node, which may be mounted somewhere below this one. Links lead to places inside of it. */
export class InsideRoot {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Where a path of the node is here, with links followed as the node would follow them. */
  async place(path: string): Promise<string> {
    const done: string[] = [];
    const ahead = path.split('/').filter(Boolean);
    for (let links = 0; ahead.length > 0; ) {
      const part = ahead.shift() ?? '';
      if (part === '.') continue;
      if (part === '..') {
        done.pop();
        continue;
      }
      const target = links < MAX_LINKS ? await this.#linkAt([...done, part]) : undefined;
      if (target === undefined) {
        done.push(part);
        continue;
      }
      links += 1;
      if (target.startsWith('/')) done.length = 0;
      ahead.unshift(...target.split('/').filter(Boolean));
    }
    return join(this.root, ...done);
  }

  async #linkAt(parts: readonly string[]): Promise<string | undefined> {
    try {
      return await readlink(join(this.root, ...parts));
    } catch {
      return undefined;
    }
  }

  /** At most `max` bytes: the first, or of a log the last. */
  async read(path: string, max: number, end: 'first' | 'last' = 'first'): Promise<Looked<ReadPart>> {
    return look(async () => {
      // A pipe must not make us wait for somebody who writes to it.
      const handle = await open(await this.place(path), constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const info = await handle.stat();
        if (!info.isFile()) throw Object.assign(new Error('it is no file'), { code: 'ENOENT' });
        const start = end === 'last' ? Math.max(0, info.size - max) : 0;
        const bytes = await readUpTo(handle, start, max);
        return { bytes, cut: start > 0 || info.size > start + bytes.length };
      } finally {
        await handle.close();
      }
    });
  }

  /** Files below a folder, as paths of the node; a folder that is a link is followed, those inside of it are not. */
  async filesBelow(
    folder: string,
    { depth, max }: { readonly depth: number; readonly max: number },
  ): Promise<Looked<readonly string[]>> {
    return look(async () => {
      const found: string[] = [];
      await this.#walk(folder, depth, max, found);
      return found;
    });
  }

  async #walk(folder: string, depth: number, max: number, found: string[]): Promise<void> {
    const entries = await readdir(await this.place(folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (found.length >= max) return;
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth > 1) await this.#walk(path, depth - 1, max, found).catch(() => undefined);
      else if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
    }
  }
}

export interface ReadPart {
  readonly bytes: Uint8Array;
  /** Not whole. */
  readonly cut: boolean;
}

/** Files of /proc say that they have no bytes, so reading goes on until nothing comes. */
async function readUpTo(handle: FileHandle, start: number, max: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < max) {
    const chunk = Buffer.alloc(Math.min(1 << 20, max - size));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, start + size);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    size += bytesRead;
  }
  return Buffer.concat(chunks);
}

async function look<T>(action: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { state: 'present', value: await action() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'absent' };
    return {
      state: 'refused',
      message: code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code || String(error),
    };
  }
}
