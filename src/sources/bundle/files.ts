import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { Gap } from '../../core/fact.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { Limits } from './limits.ts';

/** A file as bytes, before anything is known of it. */
export interface FoundFile {
  /** Path inside what the user named, with `/`. */
  readonly path: string;
  /** Named by the user, not found by walking. */
  readonly named: boolean;
  readonly bytes: Uint8Array;
  /** Only the end was read: the beginning would not fit. */
  readonly cut: boolean;
}

export type Found = FoundFile | { readonly gap: Gap };

/** Folders of tools that hold no evidence. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** The files below a path in sorted order; a file is its own only one. Symbolic links out of the folder are not followed. */
export async function* findFiles(path: string, limits: Limits, signal?: AbortSignal): AsyncGenerator<Found> {
  const info = await stat(path).catch((error: unknown) => {
    throw new UsageError(
      `--from ${path}: ${reasonOf(error)}; give a file, a folder, an archive, or - for standard input`,
    );
  });
  if (info.isFile()) yield await readNamed(path, limits);
  else if (info.isDirectory()) yield* walk(path, limits, signal);
  else throw new UsageError(`--from ${path}: neither a file nor a folder; pipe its content to --from -`);
}

async function readNamed(path: string, limits: Limits): Promise<FoundFile> {
  try {
    return { path: basename(path), named: true, ...(await readBytes(path, limits.fileBytes)) };
  } catch (error) {
    throw new UsageError(`--from ${path}: ${reasonOf(error)}; check its permissions`);
  }
}

interface Folder {
  readonly path: string;
  readonly depth: number;
}

async function* walk(root: string, limits: Limits, signal?: AbortSignal): AsyncGenerator<Found> {
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
        yield await readFound(root, full, limits);
      }
    }
    open.push(...folders.reverse());
  }
}

async function readFound(root: string, full: string, limits: Limits): Promise<Found> {
  const path = nameIn(root, full);
  try {
    return { path, named: false, ...(await readBytes(full, limits.fileBytes)) };
  } catch (error) {
    return { gap: { wanted: `file ${path}`, why: isDenied(error) ? 'forbidden' : 'unreadable' } };
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

/** The whole file, or its last `limit` bytes: of a log that is too long the newest part matters. */
async function readBytes(path: string, limit: number): Promise<{ bytes: Uint8Array; cut: boolean }> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size <= limit) return { bytes: await handle.readFile(), cut: false };
    const bytes = new Uint8Array(limit);
    const { bytesRead } = await handle.read(bytes, 0, limit, size - limit);
    return { bytes: bytes.subarray(0, bytesRead), cut: true };
  } finally {
    await handle.close();
  }
}

function isDenied(error: unknown): boolean {
  return codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return `cannot be read (${String(codeOf(error) ?? 'unknown reason')})`;
  }
}
