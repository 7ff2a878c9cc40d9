import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../core/usage-error.ts';
import { readCredentialFile } from './credential-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-'));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const YAML = `apiVersion: v1
kind: Secret
metadata: {name: regcred, namespace: shop}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: e30=}
---
kind: Secret
metadata: {name: other}
stringData: {.dockerconfigjson: '{}'}
`;

describe('a file of credentials', () => {
  it('reads a docker config', async () => {
    const path = file('config.json', '{"auths":{"registry.acme.example":{"auth":"dTpw"}}}');
    expect(await readCredentialFile(path)).toMatchObject([
      { name: path, secret: { type: 'kubernetes.io/dockerconfigjson' } },
    ]);
  });

  it('reads Secrets of YAML and of a JSON list', async () => {
    expect((await readCredentialFile(file('s.yaml', YAML))).map(({ name }) => name)).toEqual([
      'Secret shop/regcred',
      'Secret other',
    ]);
    const list = { kind: 'List', items: [{ kind: 'Secret', metadata: { name: 'a' }, data: { x: 1 } }] };
    expect(await readCredentialFile(file('l.json', JSON.stringify(list)))).toEqual([
      { name: 'Secret a', secret: { data: { x: null } } },
    ]);
  });

  it.each([
    ['broken JSON', '{"auths": canary'],
    ['broken YAML', 'a: [canary'],
    ['something else', 'kind: Pod\nmetadata: {name: x}'],
    ['nothing', ''],
    ['nested without end', `canary: ${'- '.repeat(5_000)}`],
    ['brackets without end', `canary: ${'['.repeat(50_000)}`],
    ['aliases of aliases', `a: &a [canary]\nb: &b [${'*a,'.repeat(20)}]\nc: [${'*b,'.repeat(20)}]`],
  ])('%s: one line without the content', async (name, text) => {
    const read = readCredentialFile(file(name.replace(' ', '-'), text));
    await expect(read).rejects.toThrow(UsageError);
    await expect(read).rejects.not.toThrow(/canary/);
  });

  it('a file that is not there', async () => {
    await expect(readCredentialFile(join(folder, 'none'))).rejects.toThrow(/cannot be read/);
  });
});
