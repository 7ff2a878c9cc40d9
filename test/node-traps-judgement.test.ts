import { describe, expect, it } from 'vitest';
import { memoryBundle } from '../src/nodelogs/memory-bundle.fixture.ts';
import { nodeStorage } from '../src/tasks/node/storage.ts';

const NOW = '2026-11-21T03:00:00Z';

describe('storage', () => {
  it('reads df: a full disk and used-up inodes are told (T06)', async () => {
    const bundle = memoryBundle({
      'storage/mounts.txt': '/dev/nvme0n1p1 20G 20G 0 100% /\n',
      'storage/inodes.txt': '/dev/nvme0n1p1 1000 1000 0 100% /\n',
      'kubelet/kubelet.log':
        'E1120 21:32:59.000000     859 kuberuntime.go:1] "failed" err="write /var/lib/containerd/tmpmounts: no space left on device"\n',
    });
    const { perNode } = await nodeStorage(bundle, { now: NOW });
    expect(perNode[0]?.state).toBe('full');
    expect(perNode[0]?.problems.map(({ code }) => code)).toEqual(['DISK_FULL', 'INODES_EXHAUSTED', 'SPACE_ERRORS']);
    expect(perNode[0]?.problems[0]?.title).toContain('/ is full');
  });

  it('tells a want of room with free bytes as inodes or quota', async () => {
    const bundle = memoryBundle({
      'storage/mounts.txt':
        'Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/sda1 100000000 40000000 60000000 40% /\n',
      'containerd/containerd-log.txt':
        'time="2026-11-20T21:00:00Z" level=error msg="PullImage failed" error="write /var/lib/containerd/a: no space left on device"\n',
    });
    const { perNode } = await nodeStorage(bundle, { now: NOW });
    expect(perNode[0]?.state).toBe('failing');
    expect(perNode[0]?.problems[0]).toMatchObject({
      code: 'SPACE_ERRORS',
      note: expect.stringContaining('inodes or a quota'),
    });
  });

  it('says that nothing was collected, not that all is well', async () => {
    const { perNode } = await nodeStorage(memoryBundle({ 'kubelet/kubelet.log': 'nothing\n' }), { now: NOW });
    expect(perNode[0]?.state).toBe('unknown');
    expect(perNode[0]?.gaps.map(({ why }) => why)).toContain('not-collected');
  });
});
