import type { Gap } from '../../core/fact.ts';
import type { CollectionInfo } from '../../core/node/status.ts';
import { printable } from '../../core/printable.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { CollectionStore } from '../../sources/node/collection-store.ts';
import { importPath } from '../../sources/node/import-path.ts';
import type { UnpackOptions } from '../../sources/node/unpack/unpack.ts';

/**
 * Brings a bundle that lies on this machine into the store: an archive, a folder or a log file; the same one only once.
 * Throws `UsageError` when no file is in it, and keeps nothing of it.
 */
export async function importBundle(
  path: string,
  store: CollectionStore,
  options: UnpackOptions = {},
): Promise<CollectionInfo> {
  const info = await store.info(await importPath(path, store, options));
  if (info.files > 0) return printable(info);
  await store.remove({ ids: [info.id] });
  throw new UsageError(`${path}: ${nothingKept(info.gaps)}`);
}

/** Nothing was there, or nothing of it could be read. */
function nothingKept(gaps: readonly Gap[]): string {
  const [first] = gaps;
  if (first === undefined)
    return 'no file is in it; give a folder of logs, a log file or the archive of a log collector';
  const more = gaps.length === 1 ? '' : ` (and ${gaps.length - 1} more)`;
  return `nothing of it could be read: ${first.wanted}: ${first.how ?? first.why}${more}`;
}
