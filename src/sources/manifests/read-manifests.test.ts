import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../core/usage-error.ts';
import { readManifests } from './read-manifests.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-'));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const stdin = (text: string) => ({ stdin: async () => new TextEncoder().encode(text) });

const DEPLOYMENT = `# a comment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  template:
    spec:
      imagePullSecrets: [{name: regcred}]
      initContainers:
        - name: init
          image: registry.acme.example/shop/init:1
      containers:
        - name: api
          image: "registry.acme.example/shop/api:1.5.0"
          imagePullPolicy: Always
      volumes:
        - name: model
          image: {reference: registry.acme.example/shop/model:2}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default}
imagePullSecrets: [{name: other}]
`;

describe('manifests', () => {
  it('gives every image with its line', async () => {
    const { uses, serviceAccounts } = await readManifests(['-'], stdin(DEPLOYMENT));
    expect(uses.map(({ image, line, container }) => [image, line, container])).toEqual([
      ['registry.acme.example/shop/init:1', 13, 'container init'],
      ['registry.acme.example/shop/api:1.5.0', 16, 'container api'],
      ['registry.acme.example/shop/model:2', 20, 'volume model'],
    ]);
    expect(uses[1]).toMatchObject({ owner: 'Deployment shop/api', pullSecrets: ['regcred'], pullPolicy: 'Always' });
    expect(serviceAccounts).toEqual([{ namespace: 'default', name: 'default', pullSecrets: ['other'] }]);
  });

  it.each([
    ['a pod', { kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'a:1' }] } }],
    [
      'a CronJob',
      {
        kind: 'CronJob',
        metadata: { name: 'p' },
        spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'c', image: 'a:1' }] } } } } },
      },
    ],
    [
      'a list',
      {
        kind: 'List',
        items: [{ kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'a:1' }] } }],
      },
    ],
    [
      'a custom resource with a pod template',
      {
        kind: 'Rollout',
        metadata: { name: 'p' },
        spec: { template: { spec: { containers: [{ name: 'c', image: 'a:1' }] } } },
      },
    ],
  ])('finds the image in %s', async (_, object) => {
    const { uses } = await readManifests(['-'], stdin(JSON.stringify(object)));
    expect(uses.map(({ image }) => image)).toEqual(['a:1']);
  });

  it('takes bare image fields of custom resources only on request', async () => {
    const text = 'kind: Database\nmetadata: {name: d}\nspec:\n  image: registry.acme.example/db:1\n';
    expect((await readManifests(['-'], stdin(text))).uses).toEqual([]);
    expect((await readManifests(['-'], { ...stdin(text), anyImage: true })).uses).toMatchObject([
      { image: 'registry.acme.example/db:1', line: 4, owner: 'Database default/d' },
    ]);
  });

  it('walks folders, and tells what it could not read without quoting it', async () => {
    mkdirSync(join(folder, 'app', '.git'), { recursive: true });
    file('app/a.yaml', DEPLOYMENT);
    file('app/.git/b.yaml', DEPLOYMENT);
    file('app/chart.yaml', 'kind: Secret\ndata: {{ .Values.canary }}\n  x: [');
    file('app/notes.txt', 'not a manifest');
    const { uses, problems } = await readManifests([join(folder, 'app')]);
    expect(uses).toHaveLength(3);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/chart\.yaml:\d+ is not valid YAML; a chart is rendered first/);
    expect(problems[0]).not.toContain('canary');
  });

  it('follows aliases within bounds', async () => {
    const text = 'x: &c [{name: c, image: "a:1"}]\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: *c\n';
    expect((await readManifests(['-'], stdin(text))).uses).toMatchObject([{ image: 'a:1' }]);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
    ];
    expect((await readManifests(['-'], stdin(bomb.join('\n')))).problems[0]).toContain('aliases');
  });

  it.each([
    ['JSON', `{"kind":"Pod","metadata":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
    ['keys on one line', `kind: Pod\nmetadata:\n  ${'a: '.repeat(5_000)}`],
    ['indentation', `kind: Pod\n${Array.from({ length: 1_500 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')}`],
  ])('tells that %s nests without end', async (_, text) => {
    expect((await readManifests(['-'], stdin(text))).problems[0]).toMatch(/ is nested too deeply$/);
  });

  it('refuses what is not there', async () => {
    await expect(readManifests([join(folder, 'none.yaml')])).rejects.toThrow(UsageError);
  });
});
