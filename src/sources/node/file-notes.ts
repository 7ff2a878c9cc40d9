import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleNotes } from '../../core/node/bundle.ts';
import { errorCode } from '../error-code.ts';
import { ensureFolder, replaceFile } from './durable.ts';

const UNWRITABLE: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'ENOTDIR',
  'EEXIST',
  'ENOENT',
]);

/** Notes as files of a folder; kept in memory where nothing can be written. */
export function fileNotes(folder: string): BundleNotes {
  const unwritten = new Map<string, string>();
  return {
    get: async (name) => unwritten.get(name) ?? (await readNote(join(folder, fileName(name)))),
    put: async (name, text) => {
      try {
        await ensureFolder(folder);
        await replaceFile(join(folder, fileName(name)), text);
        unwritten.delete(name);
      } catch (error) {
        if (!UNWRITABLE.has(errorCode(error) ?? '')) throw error;
        unwritten.set(name, text);
      }
    },
  };
}

async function readNote(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Names are our own; this keeps a slip from leaving the folder. */
function fileName(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2E');
}
