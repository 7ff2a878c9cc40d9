import { stat } from 'node:fs/promises';
import type { Gap } from '../../core/fact.ts';
import type { NodeFile } from '../../core/node/bundle.ts';
import { fileKindOf, isLogKind } from '../../core/node/file-kind.ts';
import { neutralize } from '../../core/redact.ts';
import { LIMITS } from '../bundle/limits.ts';
import { type FoundPath, walkFolder } from '../bundle/walk.ts';
import { kindByContent } from './content-kind.ts';
import { diskFile } from './disk-file.ts';
import { readHead } from './read-head.ts';
import { PROGRAMS } from './unpack/decompress.ts';
import { HEAD_BYTES, holdsTar, MAGIC_BYTES, packingOf, unpackHead } from './unpack/format.ts';
import { withheldReason } from './withheld.ts';

/** Evidence that is read where it lies, and the archives among it. */
export interface PlainFiles {
  readonly files: readonly NodeFile[];
  readonly gaps: readonly Gap[];
  readonly archives: readonly FoundPath[];
}

/** Everything below a folder; archives in it are listed, not opened. */
export async function plainFiles(folder: string, signal?: AbortSignal): Promise<PlainFiles> {
  const files: NodeFile[] = [];
  const gaps: Gap[] = [];
  const archives: FoundPath[] = [];
  for await (const found of walkFolder(folder, LIMITS, signal)) {
    if ('gap' in found) gaps.push(found.gap);
    else if (isArchiveName(found.path)) archives.push(found);
    else {
      const file = await plainFile(found.full, found.path);
      if ('gap' in file) gaps.push(file.gap);
      else files.push(file);
    }
  }
  return { files, gaps, archives };
}

function isArchiveName(path: string): boolean {
  return /\.(?:tar|tar\.\w{1,4}|t[gxb]z2?|tzst|zip)$/i.test(path);
}

/** One file, read where it lies. */
export async function plainFile(full: string, path: string): Promise<NodeFile | { readonly gap: Gap }> {
  const shown = neutralize(path);
  try {
    const { size, mtime } = await stat(full);
    // A place that tells what a log is needs no look inside.
    const head = await readHead(full, isLogKind(fileKindOf(path)) ? MAGIC_BYTES : HEAD_BYTES);
    const packing = packingOf(head);
    if (packing !== undefined && packing in PROGRAMS)
      return {
        gap: { wanted: `file ${shown}`, why: 'unreadable', how: `it is packed with ${packing}: unpack it first` },
      };
    const compressed = packing === 'gzip';
    const text = Buffer.from(compressed ? unpackHead(head) : head).toString('utf8');
    const withheld = withheldReason(text);
    if (withheld !== undefined)
      return { gap: { wanted: `file ${shown}`, why: 'refused', how: `${withheld}: not read` } };
    return diskFile({
      path: shown,
      diskPath: full,
      kind: kindByContent(path, text),
      size,
      compressed,
      modifiedAt: mtime.toISOString(),
    });
  } catch {
    return { gap: { wanted: `file ${shown}`, why: 'unreadable', how: 'check its permissions' } };
  }
}

/** By content; formats that only another program can unpack are believed by their names. */
export async function isArchive(path: string): Promise<boolean> {
  const head = await readHead(path, HEAD_BYTES);
  const packing = packingOf(head);
  if (packing === 'gzip') return holdsTar(head);
  if (packing !== undefined && packing in PROGRAMS) return isArchiveName(path);
  return packing !== undefined;
}
