import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { NodeFile } from '../../core/node/bundle.ts';
import type { NeedState, NodeValidation } from '../../core/node/validation.ts';
import { memoryBundle, memoryFile } from '../../nodelogs/memory-bundle.fixture.ts';
import { nodeValidate } from './validate.ts';

const NOW = '2026-11-21T00:00:00Z';
const KUBELET = 'E1120 22:12:51.979756     859 remote_image.go:250] "PullImage failed"\n';
const CONTAINERD = 'time="2026-11-20T22:12:50.38Z" level=info msg="PullImage"\n';
const JOURNAL = 'Nov 20 22:12:51 node-a sshd[1]: x\nNov 20 22:12:52 node-a kubelet[859]: y\n';
const ALL = {
  'kubelet/kubelet.log': KUBELET,
  'containerd/containerd-log.txt': CONTAINERD,
  'containerd/containerd-config.txt': 'version = 3\n',
  'etc/containerd/certs.d/r.acme.example/hosts.toml': 'server = "https://r.acme.example"\n',
  'kubelet/kubelet_service.txt': '[Service]\n',
  'storage/mounts.txt': 'x\n',
  'storage/inodes.txt': 'x\n',
  'networking/resolv.conf': 'nameserver 10.0.0.2\n',
  'system/proxy.txt': 'HTTPS_PROXY=\n',
  'system/clock.txt': 'System clock synchronized: no\nSystem time     : 412.5 seconds fast of NTP time\n',
  'system/services.txt': 'containerd.service loaded active running\n',
};

function validate(
  files: Readonly<Record<string, string>>,
  more: Parameters<typeof memoryBundle>[1] = {},
): Promise<NodeValidation> {
  return nodeValidate(memoryBundle(files, more), { now: NOW });
}

function need(answer: NodeValidation, name: string, node?: string): NeedState | undefined {
  return answer.byNode
    .find((each) => node === undefined || each.node === node)
    ?.needs.find((each) => each.need === name);
}

describe('what diagnoses need', () => {
  it('is all here', async () => {
    const answer = await validate(ALL);
    expect(answer.sufficient).toBe('enough');
    expect(answer.byNode[0]?.needs.map(({ state }) => state)).toEqual(Array(11).fill('present'));
    expect(answer.coverage).toMatchObject({ filesTotal: 11, filesRead: 11, unread: [] });
  });

  it.each(Object.keys(ALL))('is not all here without %s, and what that costs is said', async (path) => {
    const { [path as keyof typeof ALL]: _, ...rest } = ALL;
    const answer = await validate(rest);
    const missing = answer.byNode[0]?.needs.filter(({ state }) => state === 'missing') ?? [];
    expect(answer.sufficient).toBe('partly');
    expect(missing).toHaveLength(1);
    expect(missing[0]).toMatchObject({ why: 'not-collected', how: expect.any(String), costs: expect.any(String) });
  });

  it('is not enough when neither kubelet nor runtime is heard', async () => {
    expect((await validate({ 'storage/mounts.txt': 'x' })).sufficient).toBe('not-enough');
    expect((await validate({ 'kubelet/kubelet.log': '' })).sufficient).toBe('not-enough');
    expect((await validate({})).sufficient).toBe('not-enough');
  });

  it('takes a journal for the logs whose lines are in it, and for no other', async () => {
    const answer = await validate({ 'var_log/messages': JOURNAL });
    expect(need(answer, 'kubelet-log')).toMatchObject({ state: 'present', files: ['var_log/messages'] });
    expect(need(answer, 'runtime-log')).toMatchObject({ state: 'missing' });
  });

  it('gives the reason of the collector, never "not there" for what was forbidden', async () => {
    const answer = await validate(
      { 'kubelet/kubelet.log': KUBELET },
      { gaps: [{ wanted: 'log of containerd of node node-a', why: 'forbidden', how: 'grant get on nodes/proxy' }] },
    );
    expect(need(answer, 'runtime-log')).toMatchObject({
      state: 'missing',
      why: 'forbidden',
      how: 'grant get on nodes/proxy',
    });
    expect(answer.gaps).toHaveLength(1);
  });

  it('says what a collector leaves out by itself', async () => {
    const answer = await validate({ 'kubelet/kubelet.log': KUBELET }, { origin: 'eks-log-collector' });
    expect(need(answer, 'runtime-log')?.note).toContain('only while containerd runs');
    expect(need(await validate({}), 'runtime-log')).not.toHaveProperty('note');
  });

  it('is told for each node by itself', async () => {
    const files: NodeFile[] = [
      { ...memoryFile('a/kubelet.log', KUBELET), node: 'node-a' },
      { ...memoryFile('b/containerd.log', CONTAINERD), node: 'node-b' },
    ];
    const answer = await nodeValidate(memoryBundle({}, { files, nodes: ['node-a', 'node-b'] }), { now: NOW });
    expect(need(answer, 'kubelet-log', 'node-a')?.state).toBe('present');
    expect(need(answer, 'kubelet-log', 'node-b')?.state).toBe('missing');
  });
});

describe('files that are not whole', () => {
  it('are listed with what is wrong', async () => {
    const files: NodeFile[] = [
      memoryFile('storage/mounts.txt', ''),
      { ...memoryFile('kubelet/kubelet.log', KUBELET), cut: 'the archive ends in the middle' },
      memoryFile('core', '\u0000\u0001\u0002\u0003'.repeat(100)),
      {
        ...memoryFile('var_log/messages-1.gz', 'x'),
        compressed: true,
        // biome-ignore lint/correctness/useYield: it fails before it gives anything
        async *read() {
          throw new Error('unexpected end of file');
        },
      },
    ];
    const answer = await nodeValidate(memoryBundle({}, { files }), { now: NOW });
    expect(answer.damaged).toEqual([
      { path: 'storage/mounts.txt', why: 'empty' },
      { path: 'kubelet/kubelet.log', why: 'cut', note: 'the archive ends in the middle' },
      { path: 'core', why: 'binary' },
      { path: 'var_log/messages-1.gz', why: 'damaged', note: 'unexpected end of file' },
    ]);
    expect(need(answer, 'disk')?.state).toBe('empty');
    expect(need(answer, 'kubelet-log')?.state).toBe('partial');
    expect(answer.coverage.unread.map(({ why }) => why)).toEqual(['cut', 'binary', 'damaged']);
  });

  it('are found out by reading compressed ones to their end', async () => {
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const { plainFile } = await import('../../sources/node/plain-files.ts');
    const folder = mkdtempSync(join(tmpdir(), 'validate-'));
    const packed = gzipSync(JOURNAL.repeat(2_000).replaceAll('x', () => String(Math.imul(folder.length, 7))));
    writeFileSync(join(folder, 'messages-1.gz'), packed.subarray(0, packed.length - 20));
    const file = await plainFile(join(folder, 'messages-1.gz'), 'messages-1.gz');
    const files = 'gap' in file ? [] : [file];
    const answer = await nodeValidate(memoryBundle({}, { files }), { now: NOW });
    expect(answer.damaged).toMatchObject([{ path: 'messages-1.gz', why: 'damaged' }]);
    rmSync(folder, { recursive: true });
  });
});

describe('age and clock', () => {
  it('go by the newest line, whose year is that of the collection', async () => {
    const answer = await validate(
      {
        'kubelet/kubelet.log': `${KUBELET}${KUBELET.replace('22:12', '23:59')}\tgoes on\n`,
        'containerd.log': CONTAINERD,
      },
      { collectedAt: '2026-11-21T00:00:00Z' },
    );
    expect(answer.age).toMatchObject({
      newestLine: { at: '2026-11-20T23:59:51.979Z', path: 'kubelet/kubelet.log' },
      ageSeconds: 8,
    });
    expect(answer.clock).not.toHaveProperty('aheadOfCollectorSeconds');
    expect(answer.clock.note).toContain('nothing here tells whether the clock');
  });

  it('are told from the time service of the node', async () => {
    expect((await validate(ALL)).clock).toMatchObject({ synchronized: false, offsetSeconds: 412.5 });
  });

  it('show a node that is ahead of its collector', async () => {
    const answer = await validate({ 'containerd.log': CONTAINERD }, { collectedAt: '2026-11-20T21:12:50Z' });
    expect(answer.clock.aheadOfCollectorSeconds).toBe(3_600);
  });

  it('are unknown without any time', async () => {
    const answer = await validate({ 'kubelet/kubelet.log': 'no time\n' });
    expect(answer.age).toEqual({ now: NOW });
  });
});

it('keeps secrets and terminal controls out of the answer', async () => {
  const answer = await validate(
    { 'kubelet/\u001b[31mx.log': KUBELET },
    { gaps: [{ wanted: 'https://user:canary@r.acme.example', why: 'refused' }] },
  );
  expect(JSON.stringify(answer)).not.toMatch(/canary|\\u001b/);
});
