import type { Leaf } from '../core/pull-error.ts';
import type { Seen } from './seen.ts';

const DISK_FAULTS: ReadonlySet<string> = new Set(['no-space', 'quota', 'inodes', 'read-only', 'io']);

/** A full or read-only disk that stops a sandbox stops pulls as well; a network plugin's own files are its own affair. */
export function isNodeFault(leaf: Leaf, { sandbox, elsewhere }: Seen): boolean {
  return sandbox === true && elsewhere === undefined && leaf.kind === 'storage' && DISK_FAULTS.has(leaf.problem);
}
