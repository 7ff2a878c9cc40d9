import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import type { CollectionRecord, StoredFile } from './collection-record.ts';
import { diskFile } from './disk-file.ts';
import { fileNotes } from './file-notes.ts';
import { readJournal } from './journal.ts';

/** A collection as evidence; of one that is not finished, what is there so far. */
export async function collectionBundle(folder: string, record: CollectionRecord): Promise<NodeBundle> {
  const { files, gaps } = await readJournal(folder);
  const only = record.nodes.length === 1 ? record.nodes[0] : undefined;
  return {
    id: record.id,
    nodes: record.nodes,
    origin: record.origin,
    ...(record.collectedAt === undefined ? {} : { collectedAt: record.collectedAt }),
    files: await Promise.all(files.map((file) => checkedFile(join(folder, 'files', file.path), file, only))),
    gaps,
    notes: fileNotes(join(folder, 'notes')),
  };
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
