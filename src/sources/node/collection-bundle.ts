import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Gap } from '../../core/fact.ts';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import { excerpt } from '../../core/redact.ts';
import type { CollectionRecord, StoredFile } from './collection-record.ts';
import { diskFile } from './disk-file.ts';
import { fileNotes } from './file-notes.ts';
import { readJournal } from './journal.ts';

/** A collection as evidence; of one that is not finished, what is there so far. */
export async function collectionBundle(folder: string, record: CollectionRecord): Promise<NodeBundle> {
  const { files, gaps } = await readJournal(folder);
  const only = record.nodes.length === 1 ? record.nodes[0] : undefined;
  const root = join(folder, 'files');
  const inside = await keptInside(root, files);
  return {
    id: record.id,
    nodes: record.nodes,
    origin: record.origin,
    ...(record.collectedAt === undefined ? {} : { collectedAt: record.collectedAt }),
    files: await Promise.all(inside.files.map((file) => checkedFile(join(root, file.path), file, only))),
    gaps: [...gaps, ...inside.gaps],
    notes: fileNotes(join(folder, 'notes')),
  };
}

/** Nothing here is ever a link: one that leads out was put there by somebody who wants another file read. */
async function keptInside(root: string, files: readonly StoredFile[]): Promise<{ files: StoredFile[]; gaps: Gap[] }> {
  const top = join(await realpath(dirname(root)).catch(() => dirname(root)), basename(root));
  const places = await Promise.all(files.map(({ path }) => realpath(join(root, path)).catch(() => undefined)));
  const isInside = (_: unknown, at: number) => places[at]?.startsWith(top + sep) !== false;
  const gaps = files
    .filter((file, at) => !isInside(file, at))
    .map(
      ({ path }): Gap => ({
        wanted: `file ${excerpt(path, 200)}`,
        why: 'refused',
        how: 'a link out of the collection',
      }),
    );
  return { files: files.filter(isInside), gaps };
}

/** A file of the store as evidence. */
export function storedFile(diskPath: string, file: StoredFile): NodeFile {
  const { path, kind, size, compressed, node, modifiedAt, cut } = file;
  return diskFile({
    diskPath,
    path,
    kind,
    size,
    compressed,
    ...(node === undefined ? {} : { node }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(cut === undefined ? {} : { cut }),
  });
}

async function checkedFile(diskPath: string, file: StoredFile, onlyNode: string | undefined): Promise<NodeFile> {
  const cut = file.cut ?? (await lossOf(diskPath, file.size));
  return storedFile(diskPath, { ...file, node: file.node ?? onlyNode, cut });
}

/** After a power cut, or a hand in the store, a file may not be what was recorded. */
async function lossOf(path: string, size: number): Promise<string | undefined> {
  try {
    const actual = (await stat(path)).size;
    return actual === size ? undefined : `${actual} of ${size} bytes are left on disk`;
  } catch {
    return 'it is gone from the disk';
  }
}
