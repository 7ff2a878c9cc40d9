import type { ByteRange, NodeBundle, NodeFile } from '../core/node/bundle.ts';
import { fileKindOf } from '../core/node/file-kind.ts';

/** A bundle whose files are given as texts by path, for tests. */
export function memoryBundle(files: Readonly<Record<string, string>>, more: Partial<NodeBundle> = {}): NodeBundle {
  const notes = new Map<string, string>();
  return {
    id: 'test',
    nodes: ['node-a'],
    origin: 'test',
    files: Object.entries(files).map(([path, text]) => memoryFile(path, text)),
    gaps: [],
    notes: {
      get: async (name) => notes.get(name),
      put: async (name, text) => {
        notes.set(name, text);
      },
    },
    ...more,
  };
}

/** A file in memory, read in small chunks so that lines cross them. */
export function memoryFile(path: string, text: string, chunk = 64): NodeFile {
  const bytes = Buffer.from(text);
  return {
    path,
    kind: fileKindOf(path),
    size: bytes.length,
    compressed: false,
    async *read({ start = 0, end = bytes.length }: ByteRange = {}) {
      const stop = Math.min(end, bytes.length);
      for (let at = start; at < stop; at += chunk) yield bytes.subarray(at, Math.min(at + chunk, stop));
    },
  };
}
