import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest } from '../../core/nearest.ts';
import { safePath } from './safe-path.ts';

/** A file or folder that can be brought in. */
export interface BundleEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Of a file. */
  readonly bytes?: number;
  readonly modifiedAt: string;
}

/** Where a name leads, or why it leads nowhere. */
export type BundlePlace = { readonly path: string } | { readonly problem: string; readonly near: readonly string[] };

const MAX_LISTED = 200;
const MAX_LOOKED_AT = 5_000;

/** A folder into which people put what log collectors made. Its names come from strangers: they lead nowhere else. */
export class BundleFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Files and folders in it that can be found by their names, newest first; no links, nothing hidden. */
  async list(): Promise<readonly BundleEntry[]> {
    const names = (await readdir(this.#folder)).filter((name) => !name.startsWith('.') && isFoundAs(name));
    const entries: BundleEntry[] = [];
    for (const name of names.slice(0, MAX_LOOKED_AT)) {
      const entry = await this.#entry(name);
      if (entry !== undefined) entries.push(entry);
    }
    return entries.sort((a, b) => (a.modifiedAt < b.modifiedAt ? 1 : -1)).slice(0, MAX_LISTED);
  }

  /** The place of a name, or of a path below the folder. A link anywhere on the way is refused. */
  async find(name: string): Promise<BundlePlace> {
    const safe = safePath(name);
    if ('refused' in safe) return { problem: safe.refused, near: await this.#near(name) };
    const root = await realpath(this.#folder).catch(() => undefined);
    if (root === undefined) return { problem: 'the folder of bundles is no longer there', near: [] };
    const path = join(root, ...safe.path.split('/'));
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) return { problem: 'there is no such file or folder', near: await this.#near(name) };
    if (real !== path) return { problem: 'it is a link, or lies behind one', near: [] };
    return { path };
  }

  async #entry(name: string): Promise<BundleEntry | undefined> {
    const info = await lstat(join(this.#folder, name)).catch(() => undefined);
    if (info === undefined) return undefined;
    const modifiedAt = info.mtime.toISOString();
    if (info.isDirectory()) return { name, kind: 'folder', modifiedAt };
    return info.isFile() ? { name, kind: 'file', bytes: info.size, modifiedAt } : undefined;
  }

  async #near(name: string): Promise<readonly string[]> {
    const names = (await this.list().catch(() => [])).map((entry) => entry.name);
    const alike = nearest(name, names);
    return alike.length > 0 ? alike : names.slice(0, 10);
  }
}

/** A name that would be written otherwise inside of a collection leads nowhere. */
function isFoundAs(name: string): boolean {
  const safe = safePath(name);
  return 'path' in safe && safe.path === name;
}
