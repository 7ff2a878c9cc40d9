import { UsageError } from '../../core/usage-error.ts';
import { errorCode } from '../error-code.ts';

const UNWRITABLE: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'part of the path is a file',
  ENOENT: 'the file system takes no folder there',
};

/** What people can do something about, in one line; any other error as it is. */
export function unwritable(folder: string, error: unknown): unknown {
  const why = UNWRITABLE[errorCode(error) ?? ''];
  return why === undefined ? error : new UsageError(`nothing can be kept in ${folder}: ${why}; give --store DIR`);
}
