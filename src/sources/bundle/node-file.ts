import { fileKindOf, isLogKind } from '../../core/node/file-kind.ts';
import type { Reading } from './reading.ts';

/** Settings and states of a node are small; what is longer is no such file. */
const MAX_CHARS = 1024 * 1024;

/** Keeps a file that shows the state of a node beside what else it gives. */
export function withNodeFile(reading: Reading, path: string, text: string, node: string | undefined): Reading {
  const kind = fileKindOf(path);
  if (kind === 'other' || isLogKind(kind) || text.length > MAX_CHARS) return reading;
  return { ...reading, nodeFiles: [{ path, kind, text, ...(node === undefined ? {} : { node }) }] };
}
