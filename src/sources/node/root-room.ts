import { statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** Places of a node that file systems of their own are often mounted at. */
const PLACES = [
  '/',
  '/var',
  '/var/lib',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/docker',
  '/var/lib/kubelet',
  '/var/log',
  '/tmp',
];

/** The table of `df -P` or `df -Pi` for the usual places of a file system that is mounted at `root`. */
export async function roomBelow(root: string, what: 'bytes' | 'inodes'): Promise<string> {
  const lines: string[] = [];
  let last = '';
  for (const place of PLACES) {
    const room = await statfs(join(root, place)).catch(() => undefined);
    if (room === undefined) continue;
    const { bsize, blocks, bfree, bavail, files, ffree } = room;
    const kib = (count: number) => Math.round((count * bsize) / 1024);
    const [total, used, free] =
      what === 'bytes' ? [kib(blocks), kib(blocks - bfree), kib(bavail)] : [files, files - ffree, ffree];
    const share = used + free === 0 ? '-' : `${Math.ceil((used / (used + free)) * 100)}%`;
    const numbers = `${total} ${used} ${free} ${share}`;
    // A folder of the file system above it says the same again.
    if (numbers !== last) lines.push(`- ${numbers} ${place}`);
    last = numbers;
  }
  const head =
    what === 'bytes'
      ? 'Filesystem 1024-blocks Used Available Capacity Mounted on'
      : 'Filesystem Inodes IUsed IFree IUse% Mounted on';
  return `${[head, ...lines].join('\n')}\n`;
}
