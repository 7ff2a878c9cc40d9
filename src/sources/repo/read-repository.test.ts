import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRepository } from './read-repository.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pullwhy-checkout-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: string | Uint8Array = 'kind: Pod\n'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

async function paths(limits = {}) {
  return (await readRepository(root, limits)).files.map(({ path }) => path);
}

describe('a checkout', () => {
  it('gives its manifests, charts and kustomizations in order', async () => {
    for (const path of ['b/x.yml', 'a/x.yaml', 'c/Chart.yaml', 'c/templates/_h.tpl', 'd/Kustomization', 'e.json'])
      write(path);
    write('README.md');
    write('main.go');
    expect(await paths()).toEqual([
      'a/x.yaml',
      'b/x.yml',
      'c/Chart.yaml',
      'c/templates/_h.tpl',
      'd/Kustomization',
      'e.json',
    ]);
  });

  it('is read without what tools keep in it', async () => {
    for (const folder of ['.git', 'node_modules/a', '.terraform']) write(`${folder}/x.yaml`);
    write('.github/workflows/x.yaml');
    expect(await paths()).toEqual(['.github/workflows/x.yaml']);
  });

  it('is read without following links', async () => {
    write('real/x.yaml');
    symlinkSync(join(root, 'real'), join(root, 'folder-link'));
    symlinkSync('/etc/hostname', join(root, 'out.yaml'));
    symlinkSync(root, join(root, 'real', 'circle'));
    expect(await paths()).toEqual(['real/x.yaml']);
  });

  it('is read without binary and overlong files', async () => {
    write('binary.yaml', new Uint8Array([0xff, 0xfe, 0x00, 0x01]));
    write('long.yaml', 'x'.repeat(100));
    write('short.yaml', 'x');
    const { files, gaps } = await readRepository(root, { fileBytes: 50 });
    expect(files.map(({ path }) => path)).toEqual(['short.yaml']);
    expect(gaps.map(({ wanted }) => wanted)).toEqual([
      'file binary.yaml of the checkout (no UTF-8 text)',
      'file long.yaml of the checkout (too large for a manifest)',
    ]);
  });

  it('says where it stopped', async () => {
    for (let i = 0; i < 5; i += 1) write(`${i}.yaml`);
    write('deep/er/x.yaml');
    const few = await readRepository(root, { files: 2 });
    expect(few.files).toHaveLength(2);
    expect(few.gaps[0]).toMatchObject({ wanted: '4 files of the checkout, from 2.yaml on by name', why: 'truncated' });
    const flat = await readRepository(root, { depth: 1 });
    expect(flat.gaps[0]?.wanted).toBe('folder deep/er of the checkout');
  });

  it('knows where it was made from, and no login', async () => {
    write('.git/config', '[remote "origin"]\n\turl = https://ci:CANARY@git.acme.example/shop/deploy.git\n');
    expect((await readRepository(root)).remotes).toEqual(['https://git.acme.example/shop/deploy.git']);
  });

  it('must be a folder', async () => {
    write('x.yaml');
    await expect(readRepository(join(root, 'nope'))).rejects.toThrow(/no such folder/);
    await expect(readRepository(join(root, 'x.yaml'))).rejects.toThrow(/--repo/);
  });
});
