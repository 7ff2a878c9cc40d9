import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Gap } from '../../core/fact.ts';
import { UsageError } from '../../core/usage-error.ts';
import { errorCode } from '../error-code.ts';
import type { Limits } from './limits.ts';
import { type FoundPath, walkFolder } from './walk.ts';

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

/** A file too long to be read before it is known what it is. */
export interface LargeFile extends Pick<FoundFile, 'path' | 'named'> {
  /** On this machine. */
  readonly full: string;
}

export type Found = FoundFile | LargeFile | { readonly gap: Gap };

/** Files above this are looked into first. */
const LARGE = 32 * 1024 * 1024;

/** A file as bytes, or the place of one that is large. */
export async function foundFile(full: string, path: string, named: boolean, limits: Limits): Promise<Found> {
  const { size } = await stat(full);
  if (size > LARGE) return { path, named, full };
  return { path, named, ...(await readEnd(full, limits.fileBytes)) };
}

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

async function readNamed(path: string, limits: Limits): Promise<Found> {
  try {
    return await foundFile(path, basename(path), true, limits);
  } catch (error) {
    throw new UsageError(`--from ${path}: ${reasonOf(error)}; check its permissions`);
  }
}

async function* walk(root: string, limits: Limits, signal?: AbortSignal): AsyncGenerator<Found> {
  for await (const found of walkFolder(root, limits, signal)) {
    yield 'gap' in found ? found : await readFound(found, limits);
  }
}

async function readFound({ path, full }: FoundPath, limits: Limits): Promise<Found> {
  try {
    return await foundFile(full, path, false, limits);
  } catch (error) {
    return { gap: { wanted: `file ${path}`, why: isDenied(error) ? 'forbidden' : 'unreadable' } };
  }
}

/** The whole file, or its last `limit` bytes: of a log that is too long the newest part matters. */
export async function readEnd(path: string, limit: number): Promise<{ bytes: Uint8Array; cut: boolean }> {
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

export function isDenied(error: unknown): boolean {
  return errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM';
}

/** Why a path cannot be read, for people. */
export function reasonOf(error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return `cannot be read (${errorCode(error) ?? 'unknown reason'})`;
  }
}
