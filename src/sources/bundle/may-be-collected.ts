import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Limits } from './limits.ts';

/** Archives that only another program can unpack: sosreports are `.tar.xz`. */
const FOREIGN_ARCHIVE = /\.(?:xz|txz|bz2|tbz2?|zst|tzst)$/i;

/**
 * Whether a path or id of `--from` may mean a collection of node evidence, or an archive that is brought in as one.
 * Told by what it costs nothing to see: most evidence is neither, and the code for them is not loaded then.
 */
export async function mayBeCollected(path: string, limits: Limits): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return path.startsWith('c-');
  if (info.isDirectory()) return (await stat(join(path, 'record.json')).catch(() => undefined)) !== undefined;
  return info.size > limits.archiveInMemory || FOREIGN_ARCHIVE.test(path);
}
