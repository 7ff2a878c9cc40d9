import type { NodeBundle } from '../../core/node/bundle.ts';
import type { StorageAnswer } from '../../core/node/storage-answer.ts';
import { printable } from '../../core/printable.ts';
import { judgeStorage, type StorageOptions } from '../../nodelogs/storage/storage.ts';

/** `pullwhy node storage`, and the tool `storage_diagnostics`. */
export async function nodeStorage(bundle: NodeBundle, options: StorageOptions): Promise<StorageAnswer> {
  return printable(await judgeStorage(bundle, options));
}
