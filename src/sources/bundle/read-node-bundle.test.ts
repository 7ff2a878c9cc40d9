import { expect, it } from 'vitest';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import { fileKindOf } from '../../core/node/file-kind.ts';
import { readNodeBundle } from './read-node-bundle.ts';

function file(path: string, text: string, chunk = 64 * 1024): NodeFile {
  const bytes = Buffer.from(text);
  return {
    path,
    kind: fileKindOf(path),
    size: bytes.length,
    compressed: false,
    async *read() {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
    },
  };
}

function bundle(...files: readonly NodeFile[]): NodeBundle {
  const notes = { get: async () => undefined, put: async () => undefined };
  return { id: 'c-1', nodes: ['node-a'], origin: 'test', files, gaps: [], notes };
}

const NOW = '2026-11-21T00:00:00Z';
const line = (text: string) => `E1120 21:00:00.000000     859 util.go:250] "${text}"\n`;

it('keeps line numbers over blocks, and of each log the newest entries', async () => {
  const quiet = line('quiet').repeat(200_000);
  const text = `${line('pull of the first image')}${quiet}${line('pull of the last image')}`;
  const { logs, gaps } = await readNodeBundle(bundle(file('kubelet/kubelet.log', text)), { now: NOW });
  expect(logs.map(({ locator }) => locator)).toEqual(['kubelet/kubelet.log:1', 'kubelet/kubelet.log:200002']);
  expect(gaps).toEqual([]);
  const few = await readNodeBundle(bundle(file('kubelet/kubelet.log', text)), { now: NOW, limits: { logEntries: 1 } });
  expect(few.logs.map(({ locator }) => locator)).toEqual(['kubelet/kubelet.log:200002']);
  expect(few.gaps.map(({ why }) => why)).toContain('truncated');
});

it('keeps the files that show the state of the node', async () => {
  const files = [file('storage/mounts.txt', '/dev/sda1 1 1 0 100% /\n'), file('other.bin', '\0\0')];
  const { nodeFiles } = await readNodeBundle(bundle(...files), { now: NOW });
  expect(nodeFiles?.map(({ path, kind }) => [path, kind])).toEqual([['storage/mounts.txt', 'mounts']]);
});

it('tells what it cannot read', async () => {
  const broken: NodeFile = {
    ...file('kubelet/kubelet.log', 'x'),
    // biome-ignore lint/correctness/useYield: it fails before
    async *read() {
      throw new Error('damaged');
    },
  };
  const { gaps } = await readNodeBundle(bundle(broken), { now: NOW });
  expect(gaps).toMatchObject([{ wanted: 'file kubelet/kubelet.log', why: 'unreadable' }]);
});
