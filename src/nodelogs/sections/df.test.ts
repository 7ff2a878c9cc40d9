import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { readDf } from './df.ts';

function rows(text: string, otherwise: 'bytes' | 'inodes' = 'bytes') {
  return readDf({ path: 'storage/mounts.txt', text, cut: false }, otherwise).map(
    ({ what, source, total, available, usedPercent, mount }) => [what, source, total, available, usedPercent, mount],
  );
}

const GIB = 1024 ** 3;

describe('df', () => {
  it.each([
    [
      'coreutils -h',
      'Filesystem      Size  Used Avail Use% Mounted on\n/dev/nvme0n1p1   20G   19G  1.0G  95% /\n',
      ['bytes', '/dev/nvme0n1p1', 20 * GIB, GIB, 95, '/'],
    ],
    [
      'POSIX, in blocks of 1024',
      'Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/sda1 2048 1024 1024      50% /var/lib/containerd\n',
      ['bytes', '/dev/sda1', 2048 * 1024, 1024 * 1024, 50, '/var/lib/containerd'],
    ],
    [
      'busybox',
      'Filesystem           1K-blocks      Used Available Use% Mounted on\noverlay 100 60 40 60% /\n',
      ['bytes', 'overlay', 100 * 1024, 40 * 1024, 60, '/'],
    ],
    [
      'with types',
      'Filesystem Type 1K-blocks Used Available Use% Mounted on\n/dev/sda1 xfs 100 60 40 60% /data\n',
      ['bytes', '/dev/sda1', 100 * 1024, 40 * 1024, 60, '/data'],
    ],
    [
      'a name that wraps',
      'Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/mapper/a-very-long-volume-name\n 100 60 40 60% /\n',
      ['bytes', '/dev/mapper/a-very-long-volume-name', 100 * 1024, 40 * 1024, 60, '/'],
    ],
    [
      'inodes',
      'Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 1000 900 100 90% /\n',
      ['inodes', '/dev/sda1', 1000, 100, 90, '/'],
    ],
    [
      'a mount point with blanks',
      'Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/sdb1 100 60 40 60% /mnt/my data\n',
      ['bytes', '/dev/sdb1', 100 * 1024, 40 * 1024, 60, '/mnt/my data'],
    ],
    [
      'inodes that are not fixed',
      'Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sdc 0 0 0 - /btrfs\n',
      ['inodes', '/dev/sdc', 0, 0, undefined, '/btrfs'],
    ],
  ])('%s', (_, text, row) => {
    expect(rows(text)).toEqual([row]);
  });

  it('takes the file for what a table without header counts', () => {
    expect(rows('/dev/sda1 1000 1000 0 100% /\n', 'inodes')).toEqual([['inodes', '/dev/sda1', 1000, 0, 100, '/']]);
  });

  it('reads the output of mount before it as no table', () => {
    expect(rows('/dev/sda1 on / type xfs (rw)\n')).toEqual([]);
  });

  it('never throws and never takes long', () => {
    fc.assert(fc.property(fc.string({ maxLength: 5000 }), (text) => Array.isArray(rows(text))));
    expect(rows(`${'9 '.repeat(200_000)}% /\n`.repeat(5))).toEqual([]);
  });
});
