import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeHistory } from '../src/core/node/history.ts';
import type { CollectionInfo } from '../src/core/node/status.ts';
import type { NodeValidation } from '../src/core/node/validation.ts';
import { pullwhy } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-store-cli-'));
const store = join(folder, 'store');
const tarball = join(folder, 'eks_i-0123456789abcdef0_2026-11-20_2131-UTC_0.7.9.tar.gz');
const secret = 'canary-5b1d';

const PULL =
  'Nov 20 21:30:51 ip-10-0-1-2 kubelet[859]: E1120 21:30:51.979756     859 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"failed to pull and unpack image \\\\\\"registry.acme.example/shop/api:9\\\\\\": failed to resolve reference \\\\\\"registry.acme.example/shop/api:9\\\\\\": registry.acme.example/shop/api:9: not found\\"" pod="shop/api-1"\n';

const FILES: Readonly<Record<string, string>> = {
  'kubelet/kubelet.log': PULL,
  'kubelet/kubeconfig.yaml': `apiVersion: v1\nkind: Config\nusers:\n- user:\n    token: ${secret}\n`,
  'storage/mounts.txt': 'Filesystem      Size  Used Avail Use% Mounted on\n/dev/nvme0n1p1   80G   20G   60G  25% /\n',
};

beforeAll(async () => {
  mkdirSync(join(folder, 'hollow'));
  const entries = Object.entries(FILES).map(([name, body]) => ({
    header: { name, size: Buffer.byteLength(body) },
    body,
  }));
  writeFileSync(tarball, gzipSync(await packTar(entries)));
  for (const [name, body] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, 'unpacked', name)), { recursive: true });
    writeFileSync(join(folder, 'unpacked', name), body);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function answer<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await pullwhy(['node', ...args, '--store', store, '-o', 'json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toContain(secret);
  return JSON.parse(stdout) as T;
}

describe('what another tool collected', () => {
  it('is brought in once, listed, validated, diagnosed and removed', async () => {
    const info = await answer<CollectionInfo>('import', tarball);
    expect(info).toMatchObject({
      state: 'complete',
      origin: 'eks-log-collector',
      nodes: ['ip-10-0-1-2'],
      instances: ['i-0123456789abcdef0'],
      files: 2,
      gaps: [{ why: 'refused', wanted: expect.stringContaining('kubeconfig.yaml') }],
    });
    expect((await answer<CollectionInfo>('import', tarball)).id).toBe(info.id);
    for (const name of ['i-0123456789abcdef0', 'ip-10-0-1-2', info.id])
      expect((await answer<CollectionInfo>('status', name)).id).toBe(info.id);
    const validation = await answer<NodeValidation>('validate', 'i-0123456789abcdef0');
    // The only node that was collected need not be named.
    expect((await answer<NodeValidation>('validate')).collection).toBe(info.id);
    expect(validation).toMatchObject({ collection: info.id, state: 'complete', sufficient: 'partly' });
    expect(validation.age.newestLine?.at).toBe('2026-11-20T21:30:51.000Z');
    const { stdout } = await pullwhy(['diagnose', '--from', join(store, 'collections', info.id), '-o', 'json']);
    expect(stdout).toContain('registry.acme.example/shop/api:9');
    const history = await answer<NodeHistory>('history', '--keep-below', '0');
    expect(history).toMatchObject({ collections: [], removed: [{ id: info.id }] });
  });

  it('is read where it lies, without being kept', async () => {
    const validation = await answer<NodeValidation>('validate', '--from', join(folder, 'unpacked'));
    expect(validation).toMatchObject({ nodes: ['ip-10-0-1-2'], origin: 'eks-log-collector' });
    expect(validation).not.toHaveProperty('state');
    expect((await answer<NodeHistory>('history')).collections).toEqual([]);
  });

  it('reads well', async () => {
    const validated = await pullwhy(['node', 'validate', '--from', tarball, '--store', store]);
    expect(validated.stdout).toContain('✓ kubelet log: kubelet/kubelet.log');
    expect(validated.stdout).toContain('untold: which name server the runtime asks');
    const listed = await pullwhy(['node', 'history', '--store', store]);
    expect(listed.stdout).toMatch(/^1 collection, .*\n✓ c-/);
    for (const { stdout } of [validated, listed])
      for (const line of stdout.split('\n')) expect(line.includes(folder) || line.length <= 80).toBe(true);
  });

  it.each([
    [['validate'], 'which node?'],
    [['validate', 'node-a', '--from', 'x'], 'not both'],
    [['validate', 'node-z'], 'nothing was collected of node node-z: pullwhy node collect node-z'],
    [['validate', '--from', './no-such-path'], 'no such file or folder'],
    [['status', 'c-20260101-000000-abcdef'], 'no collection c-20260101-000000-abcdef'],
    [['history', '--remove', 'c-20260101-000000-abcdef'], 'no collection'],
    [['history', '--remove-older-than', 'soon'], 'is no age'],
    [['history', '--keep-below', 'much'], 'is no size'],
    [['history', '--state', 'odd'], 'no state odd'],
    [['import', '/no/such/bundle.tar.gz'], 'no such file or folder'],
    [['status', '-o', 'html'], 'no output format html'],
    [['status', 'c-nope'], 'no collection c-nope: pullwhy node history lists them'],
    [['validate', 'c-nope'], 'no collection c-nope: pullwhy node history lists them'],
    [['search', '--from', 'logs', 'refused'], '--from takes every word behind it: write refused before --from'],
    [['import', join(folder, 'hollow')], 'hollow: no file is in it; give a folder of logs'],
    [['import'], 'see pullwhy node import --help'],
  ])('refuses %j in one line', async (args, hint) => {
    const { code, stdout, stderr } = await pullwhy(['node', ...args, '--store', join(folder, 'empty')]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(hint);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
