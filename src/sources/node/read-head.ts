import { open } from 'node:fs/promises';
import type { NodeFile } from '../../core/node/bundle.ts';

/** The first bytes of a file, unpacked, as text; what can be read of a damaged one. */
export async function headText(file: NodeFile, bytes = 64 * 1024): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of file.read({ end: bytes })) chunks.push(chunk);
  } catch {
    // What came before the damage is enough here; whoever reads the whole file tells.
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The first bytes of a path, as they are. */
export async function readHead(path: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const head = Buffer.alloc(bytes);
    const { bytesRead } = await handle.read(head, 0, bytes, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
