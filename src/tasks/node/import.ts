import type { CollectionInfo } from '../../core/node/status.ts';
import { printable } from '../../core/printable.ts';
import type { CollectionStore } from '../../sources/node/collection-store.ts';
import { importPath } from '../../sources/node/import-path.ts';
import type { UnpackOptions } from '../../sources/node/unpack/unpack.ts';

/** Brings a bundle that lies on this machine into the store: an archive, a folder or a log file; the same one only once. */
export async function importBundle(
  path: string,
  store: CollectionStore,
  options: UnpackOptions = {},
): Promise<CollectionInfo> {
  return printable(await store.info(await importPath(path, store, options)));
}
