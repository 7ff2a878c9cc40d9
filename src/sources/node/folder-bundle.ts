import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Gap } from '../../core/fact.ts';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import { fileKindOf, isLogKind } from '../../core/node/file-kind.ts';
import { neutralize } from '../../core/redact.ts';
import { LIMITS } from '../bundle/limits.ts';
import { type FoundPath, walkFolder } from '../bundle/walk.ts';
import type { CollectionStore } from './collection-store.ts';
import { kindByContent } from './content-kind.ts';
import { diskFile } from './disk-file.ts';
import { fileNotes } from './file-notes.ts';
import { identify } from './identity.ts';
import { readHead } from './read-head.ts';
import { HEAD_BYTES, packingOf, unpackHead } from './unpack/format.ts';
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

export function isArchiveName(path: string): boolean {
  return /\.(?:tar|tar\.\w{1,4}|t[gxb]z2?|tzst|zip)$/i.test(path);
}

/** One file, read where it lies. */
export async function plainFile(full: string, path: string): Promise<NodeFile | { readonly gap: Gap }> {
  const shown = neutralize(path);
  try {
    const { size, mtime } = await stat(full);
    // A place that tells what a log is needs no look inside.
    const head = await readHead(full, isLogKind(fileKindOf(path)) ? 2 : HEAD_BYTES);
    const compressed = packingOf(head) === 'gzip';
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

/** Files that lie together, as a bundle; `where` gives it its id, so that notes on it are found again. */
export async function placeBundle(
  where: string,
  { files, gaps }: Pick<PlainFiles, 'files' | 'gaps'>,
  store: CollectionStore,
): Promise<NodeBundle> {
  const place = await realpath(where);
  const identity = await identify(basename(place), files);
  const only = identity.nodes.length === 1 ? identity.nodes[0] : undefined;
  const id = placeId(place);
  const notes = fileNotes(store.notesFolder(id));
  await notes.put('place', place);
  return {
    id,
    nodes: identity.nodes,
    origin: identity.origin,
    ...(identity.collectedAt === undefined ? {} : { collectedAt: identity.collectedAt }),
    files: files.map((file) => withNode(file, identity.nodeOf(file.path) ?? only)),
    gaps,
    notes,
  };
}

export function withNode(file: NodeFile, node: string | undefined): NodeFile {
  return node === undefined || file.node !== undefined ? file : { ...file, node };
}

function placeId(place: string): string {
  return `p-${createHash('sha256').update(place).digest('hex').slice(0, 12)}`;
}

export function isPlaceId(text: string): boolean {
  return /^p-[0-9a-f]{12}$/.test(text);
}
