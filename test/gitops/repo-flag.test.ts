import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.ts';
import { startReplayServer } from '../../src/testing/replay-server.ts';
import type { RawObject } from '../../src/testing/store.ts';
import { pullwhy } from '../run-cli.ts';
import { applied, deployment } from '../support/checkout.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';
const OTHER = 'registry.acme.example/shop/api:1.4.9';
const FILES = { 'apps/api.yaml': deployment(IMAGE) };

let root = '';
let evidence: readonly string[] = [];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pullwhy-repo-flag-'));
  mkdirSync(join(root, 'checkout/apps'), { recursive: true });
  writeFileSync(join(root, 'checkout/apps/api.yaml'), FILES['apps/api.yaml']);
  const controlledBy = (kind: string, name: string) => [
    { apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true },
  ];
  const pod = (name: string, image: string, state: object, owner?: readonly object[]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop-prod', ...(owner === undefined ? {} : { ownerReferences: owner }) },
    spec: { containers: [{ name: 'app', image }] },
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'app', image, imageID: '', ready: false, restartCount: 0, state, lastState: {} }],
    },
  });
  const waiting = { reason: 'ErrImagePull', message: `failed to resolve image: ${IMAGE}: not found` };
  const items = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', namespace: 'shop-prod', uid: 'uid-api' },
      spec: {},
      status: {},
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: 'api-1',
        namespace: 'shop-prod',
        uid: 'uid-api-1',
        ownerReferences: controlledBy('Deployment', 'api'),
      },
      spec: {},
      status: {},
    },
    pod('api-1-x', IMAGE, { waiting }, controlledBy('ReplicaSet', 'api-1')),
    pod('other', OTHER, { running: { startedAt: '2026-03-01T10:00:00Z' } }),
  ];
  writeFileSync(join(root, 'objects.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  evidence = ['--from', join(root, 'objects.json')];
});
afterAll(() => rmSync(root, { recursive: true }));

/** Every file with its text, mode and time of change. */
function contentsOf(folder: string): readonly unknown[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path, 'utf8'), statSync(path).mtimeMs];
    });
}

describe('--repo', () => {
  it('puts a patch into the report that git applies to the checkout', async () => {
    const { stdout, code } = await pullwhy([...evidence, '--repo', join(root, 'checkout'), '-o', 'json']);
    expect(code).toBe(1);
    const remedies = (JSON.parse(stdout) as Report).incidents[0]?.remedies ?? [];
    const patched = remedies.find(({ patch }) => patch !== undefined);
    expect(patched?.file).toEqual({ path: 'apps/api.yaml', line: 11, column: 18 });
    expect(applied(FILES, patched?.patch ?? '')['apps/api.yaml']).toContain(`image: ${OTHER} # bumped by hand`);
  });

  it.each(['text', 'markdown', 'html'])('shows file, line and patch as %s', async (format) => {
    const { stdout } = await pullwhy([...evidence, '--repo', join(root, 'checkout'), '-o', format]);
    expect(stdout).toContain('apps/api.yaml:11');
    expect(stdout).toMatch(/\+ {10}image: registry\.acme\.example\/shop\/api:1\.4\.9/);
    // Commands and patches are never broken: they must stay as they are.
    const prose = stdout.split('\n').filter((line) => !/^ +(?:[-+] |kubectl )/.test(line));
    if (format === 'text') expect(prose.filter((line) => line.length > 80)).toEqual([]);
  });

  it('prints patches alone, which git applies to the checkout as they come', async () => {
    const { stdout, code } = await pullwhy([...evidence, '--repo', join(root, 'checkout'), '-o', 'patch']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^# .*1\.5\.0.*: .*\(yellow\)\n--- a\/apps\/api\.yaml\n/);
    expect(applied(FILES, stdout)['apps/api.yaml']).toContain(`image: ${OTHER} # bumped by hand`);
    mkdirSync(join(root, 'empty'), { recursive: true });
    const nothing = await pullwhy([...evidence, '--repo', join(root, 'empty'), '-o', 'patch']);
    expect(nothing.stdout).toMatch(/^# no patch: .*; no place for the change was found in the checkout\n$/);
  });

  it.each([
    ['a block', 'env:\n- name: GREETING\n  value: |\n    c4n4ry words', ''],
    ['a value on lines of its own', 'env:\n- name: GREETING\n  value:\n    c4n4ry', ''],
    ['a quoted value', 'env:\n- name: GREETING\n  value: "one\n    c4n4ry"', ''],
    ['an argument above', 'args:\n- --db-password\n- c4n4ry', ''],
    ['an argument below', '', 'args:\n- --db-password\n- c4n4ry'],
    ['arguments on one line', '', 'args: ["--db-password", "c4n4ry"]'],
    ['a URL', '', 'args: ["--proxy=http://ci:c4n4ry@proxy:3128"]'],
    ['an entry with more keys', '', 'env: [{name: DB_PASSWORD, kind: x, value: c4n4ry}]'],
  ])('shows nothing of %s around the image', async (_, above, below) => {
    const indented = (text: string) => text.replace(/^(?=.)/gm, ' '.repeat(10)).replace(/(?<=.)$/, '\n');
    const line = /^ {10}image: .*\n/m;
    const text = deployment(IMAGE).replace(line, (image) => `${indented(above)}${image}${indented(below)}`);
    const checkout = mkdtempSync(join(root, 'canary-'));
    writeFileSync(join(checkout, 'api.yaml'), text);
    for (const format of ['patch', 'json']) {
      const { stdout, stderr } = await pullwhy([...evidence, '--repo', checkout, '-o', format]);
      expect(stdout).toContain(format === 'patch' ? '1.5.0' : '"path": "api.yaml"');
      expect(stdout + stderr).not.toContain('c4n4ry');
    }
  });

  it('changes nothing in the checkout, and reads it where it may not be written', async () => {
    const checkout = join(root, 'checkout');
    const before = contentsOf(checkout);
    chmodSync(join(checkout, 'apps/api.yaml'), 0o444);
    chmodSync(join(checkout, 'apps'), 0o555);
    try {
      const { stdout } = await pullwhy([...evidence, '--repo', checkout, '-o', 'json']);
      expect(stdout).toContain('+++ b/apps/api.yaml');
      expect(contentsOf(checkout)).toEqual(before);
    } finally {
      chmodSync(join(checkout, 'apps'), 0o755);
    }
  });

  it('finds the same for a live cluster', async () => {
    const items = (JSON.parse(readFileSync(join(root, 'objects.json'), 'utf8')) as { items: RawObject[] }).items;
    const server = await startReplayServer({ objects: items, now: '2026-03-01T12:00:00Z' });
    try {
      const kubeconfig = join(root, 'kubeconfig');
      writeFileSync(kubeconfig, server.kubeconfig('shop-prod'));
      const checkout = join(root, 'checkout');
      const args = ['--kubeconfig', kubeconfig, '-n', 'shop-prod', '--no-registry', '--repo', checkout];
      const { stdout, code } = await pullwhy([...args, '-o', 'patch']);
      expect(code).toBe(1);
      expect(applied(FILES, stdout)['apps/api.yaml']).toContain(`image: ${OTHER} # bumped by hand`);
    } finally {
      await server.close();
    }
  });

  it('says in text how the patch is applied', async () => {
    const { stdout } = await pullwhy([...evidence, '--repo', join(root, 'checkout')]);
    expect(stdout).toMatch(/^more: -o patch \| git apply/m);
    expect((await pullwhy(evidence)).stdout).not.toContain('-o patch');
  });

  it('says what is wrong with a folder that is none', async () => {
    const { stderr, code } = await pullwhy([...evidence, '--repo', join(root, 'nope')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^pullwhy: --repo .*nope: no such folder/);
  });
});
