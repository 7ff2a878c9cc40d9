import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { secretFromBundle } from './secret-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-secret-'));
const evidence = join(folder, 'objects.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = (namespace: string, name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace, name },
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': Buffer.from('{"auths":{}}').toString('base64') },
});
const items = [secret('shop', 'regcred'), secret('stock', 'regcred'), secret('stock', 'mirror')];
writeFileSync(evidence, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

describe('secretFromBundle', () => {
  it.each([
    ['shop', 'regcred', 'shop'],
    ['stock', 'regcred', 'stock'],
    [undefined, 'mirror', 'stock'],
  ])('finds %s/%s', async (namespace, name, where) => {
    const found = await secretFromBundle(namespace, name, [evidence]);
    expect(found.secret.metadata).toMatchObject({ namespace: where, name });
  });

  it.each([
    [undefined, 'regcred', 'which Secret regcred? EVIDENCE has shop/regcred, stock/regcred: name it so'],
    ['shop', 'mirror', 'no Secret shop/mirror in EVIDENCE, which has stock/mirror: name it so, or collect it'],
    ['shop', 'regcrde', 'no Secret shop/regcrde in EVIDENCE (did you mean regcred?): collect it'],
    [undefined, 'miror', 'no Secret miror in EVIDENCE (did you mean mirror?): collect it'],
    ['web', 'other', 'no Secret web/other in EVIDENCE: collect it with  kubectl get secret other -n web -o yaml'],
  ])('tells of %s/%s what there is', async (namespace, name, message) => {
    await expect(secretFromBundle(namespace, name, [evidence])).rejects.toThrow(message.replace('EVIDENCE', evidence));
  });
});
