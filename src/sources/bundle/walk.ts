import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { Gap } from '../../core/fact.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { Limits } from './limits.ts';

/** A file below a folder. */
export interface FoundPath {
  /** Inside the folder, with `/`. */
  readonly path: string;
  /** On this machine. */
  readonly full: string;
}

/** Folders of tools that hold no evidence. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);

interface Folder {
  readonly path: string;
  readonly depth: number;
}

/** The files below a folder in sorted order. Symbolic links out of it are not followed. */
export async function* walkFolder(
  root: string,
  limits: Pick<Limits, 'files' | 'folderDepth'>,
  signal?: AbortSignal,
): AsyncGenerator<FoundPath | { readonly gap: Gap }> {
  const inside = await realpath(root);
  const open: Folder[] = [{ path: root, depth: 0 }];
  let files = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    signal?.throwIfAborted();
    const { path, depth } = folder;
    const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) {
      if (depth === 0) throw new UsageError(`--from ${root}: the folder cannot be read; check its permissions`);
      yield { gap: { wanted: `folder ${nameIn(root, path)}`, why: 'unreadable' } };
      continue;
    }
    const folders: Folder[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(path, entry.name);
      const kind = entry.isSymbolicLink() ? await linkKind(full, inside) : kindOf(entry);
      if (kind === 'folder' && !SKIPPED_FOLDERS.has(entry.name)) {
        if (depth < limits.folderDepth) folders.push({ path: full, depth: depth + 1 });
        else
          yield {
            gap: { wanted: `folder ${nameIn(root, full)}`, why: 'truncated', how: 'too deep: give it by itself' },
          };
      } else if (kind === 'file') {
        files += 1;
        if (files > limits.files) {
          yield { gap: { wanted: `files after the first ${limits.files} in ${basename(root)}`, why: 'truncated' } };
          return;
        }
        yield { path: nameIn(root, full), full };
      }
    }
    for (const folder of folders.reverse()) open.push(folder);
  }
}

function nameIn(root: string, full: string): string {
  return relative(root, full).split(sep).join('/');
}

type EntryKind = 'file' | 'folder' | 'other';

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): EntryKind {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : 'other';
}

/** A link to a file inside the folder is that file (sosreports have them); links to folders could go in circles. */
async function linkKind(path: string, inside: string): Promise<EntryKind> {
  try {
    const target = await realpath(path);
    if (!target.startsWith(inside + sep)) return 'other';
    return (await lstat(target)).isFile() ? 'file' : 'other';
  } catch {
    return 'other';
  }
}
