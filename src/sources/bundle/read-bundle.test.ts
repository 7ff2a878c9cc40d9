import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { packTar } from 'modern-tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../core/usage-error.ts';
import { readBundle } from './read-bundle.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundle-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, content: string | Uint8Array): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

const pod = (name: string, namespace = 'shop', resourceVersion = '1') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, resourceVersion },
  spec: { containers: [{ name: 'app', image: `registry.acme.example/app:${resourceVersion}` }] },
});
const item = ({ kind: _, apiVersion: __, ...rest }: ReturnType<typeof pod>) => rest;
const json = (value: unknown) => JSON.stringify(value);
const list = (kind: string, items: unknown[], metadata: object = {}) =>
  json({ apiVersion: 'v1', kind, metadata, items });
const ids = async (...paths: string[]) => (await readBundle(paths)).objects.map(({ id }) => id);
const bytes = (text: string) => new TextEncoder().encode(text);
const LOG = 'time="2026-03-01T10:00:00Z" level=error msg="PullImage failed"\n';

async function tar(files: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  return packTar(
    Object.entries(files).map(([name, content]) => {
      const body = typeof content === 'string' ? bytes(content) : content;
      return { header: { name, size: body.length, type: 'file' as const }, body };
    }),
  );
}

describe('files', () => {
  it.each([
    ['JSON of one object', json(pod('a'))],
    ['a List', list('List', [pod('a')])],
    ['a PodList whose items have no kind', list('PodList', [item(pod('a'))])],
    ['concatenated JSON', `${json(pod('b'))}\n${JSON.stringify(pod('a'), null, 2)}`],
    ['YAML', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: shop\n'],
    [
      'YAML documents with comments and flow style',
      '# one\n---\nkind: Pod\napiVersion: v1\nmetadata: {name: a, namespace: shop} # here\n---\n',
    ],
    [
      'a YAML List',
      'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n    namespace: shop\nkind: List\n',
    ],
    ['a watch', `${json({ type: 'ADDED', object: pod('a') })}\n${json({ type: 'ADDED', object: pod('b') })}\n`],
    ['a raw list of objects', json([pod('a')])],
  ])('reads %s', async (_, content) => {
    expect(await ids(write('x', content))).toContain('pod/shop/a');
  });

  it('reads UTF-16 as PowerShell redirects it', async () => {
    const text = list('List', [pod('a')]);
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect(await ids(write('x.json', marked))).toEqual(['pod/shop/a']);
    expect(await ids(write('x.json', Buffer.from(text, 'utf16le')))).toEqual(['pod/shop/a']);
    expect(await ids(write('x.json', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])))).toEqual([
      'pod/shop/a',
    ]);
  });

  it('reads standard input', async () => {
    const snapshot = await readBundle(['-'], { stdin: async () => bytes(LOG) });
    expect(snapshot).toMatchObject({
      source: { kind: 'bundle', names: ['standard input'] },
      logs: [{ locator: 'stdin:1' }],
    });
  });

  it('keeps the last state that a watch saw, forgets what was deleted, and keeps deleted events', async () => {
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'shop' },
      message: 'Error: ErrImagePull',
      reason: 'Failed',
    };
    const lines = [
      { type: 'ADDED', object: pod('a', 'shop', '5') },
      { type: 'ADDED', object: pod('gone', 'shop', '6') },
      { type: 'MODIFIED', object: pod('a', 'shop', '7') },
      { type: 'DELETED', object: pod('gone', 'shop', '8') },
      { type: 'DELETED', object: event },
      { type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', reason: 'Expired', message: 'too old' } },
    ];
    const snapshot = await readBundle([write('watch.jsonl', lines.map(json).join('\n'))]);
    expect(snapshot.objects.map(({ id }) => id)).toEqual(['pod/shop/a', 'event/shop/e']);
    expect(snapshot.objects[0]?.object).toMatchObject({
      spec: { containers: [{ image: 'registry.acme.example/app:7' }] },
    });
    expect(snapshot.gaps).toEqual([]);
  });

  it('merges several paths: the fuller view, then the newer state', async () => {
    const older = write('one/pods.json', list('List', [pod('a', 'shop', '9')]));
    const newer = write('two/pods.json', list('List', [pod('a', 'shop', '10')]));
    const table = write(
      'pods.txt',
      'NAME   READY   STATUS             RESTARTS   AGE\na      0/1     ImagePullBackOff   0          5s\n',
    );
    const snapshot = await readBundle([newer, table, older]);
    expect(snapshot.objects).toHaveLength(1);
    expect(snapshot.objects[0]).toMatchObject({
      view: 'full',
      locator: `${newer} items[0]`,
      object: { spec: { containers: [{ image: 'registry.acme.example/app:10' }] } },
    });
  });

  it('tells a cut-off file from a whole one', async () => {
    const whole = list('List', [pod('a')]);
    const good = write('good.json', whole);
    const snapshot = await readBundle([good, write('cut.json', whole.slice(0, -9))]);
    expect(snapshot.gaps).toEqual([{ wanted: 'the rest of cut.json', why: 'truncated', how: expect.any(String) }]);
  });
});

describe('usage errors', () => {
  it.each([
    ['no path', () => 'nowhere', /no such file/],
    ['an empty file', () => write('empty', ''), /nothing in .*empty looks like/],
    ['an empty folder', () => dirname(dirname(write('void/.git/config', 'x'))), /nothing in .*void looks like/],
    [
      'a binary file',
      () =>
        write(
          'x.bin',
          new Uint8Array(4096).map((_, i) => i % 7),
        ),
      /nothing in/,
    ],
    ['a folder of other things', () => dirname(write('other/notes.txt', 'buy milk\n')), /nothing in/],
    ['a cut-off file', () => write('cut.json', '{"apiVersion": "v1", "items": ['), /the rest of cut.json/],
  ])('%s', async (_, path, message) => {
    const name = path();
    const error = await readBundle([name.startsWith('/') ? name : join(root, name)]).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });

  it('no standard input', async () => {
    await expect(readBundle(['-'])).rejects.toThrow(UsageError);
  });

  it('is none when there is evidence and all is well', async () => {
    expect(
      (await readBundle([write('kubelet.log', 'I0301 10:00:00.000001     859 util.go:34] "All is well"\n')])).logs,
    ).toEqual([]);
    expect((await readBundle([write('pods.json', list('List', []))])).objects).toEqual([]);
  });
});

describe('folders', () => {
  it('are walked in order, without binary files, version control, or links that lead out', async () => {
    write('b/pods.json', json(pod('b')));
    write('a/pods.json', json(pod('a')));
    write('.git/pods.json', json(pod('git')));
    write('image.bin', new Uint8Array([0, 1, 2, 3]));
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeFileSync(join(outside, 'pods.json'), json(pod('outside')));
    symlinkSync(outside, join(root, 'out'));
    symlinkSync(join(outside, 'pods.json'), join(root, 'out.json'));
    symlinkSync('.', join(root, 'loop'));
    symlinkSync('a/pods.json', join(root, 'inside.json'));
    expect(await ids(root)).toEqual(['pod/shop/a', 'pod/shop/b']);
    rmSync(outside, { recursive: true });
  });

  it('show control characters of file names', async () => {
    write('pods\u001b[31m.json', json(pod('a')));
    expect((await readBundle([root])).objects[0]?.locator).toBe('pods\\x1b[31m.json');
  });

  it('do not take every text that lies around for evidence', async () => {
    write('pods.json', json(pod('a')));
    write('README.md', 'This folder holds an image of the cluster.\n');
    write('notes.txt', 'then it said: Failed to pull image "x": not found\n');
    expect((await readBundle([root])).texts).toEqual([
      { id: 'text/notes.txt:1', locator: 'notes.txt:1', raw: 'then it said: Failed to pull image "x": not found' },
    ]);
  });

  it('have limits on files and depth, and say so', async () => {
    for (const name of ['a', 'b', 'c']) write(`${name}.json`, json(pod(name)));
    write('1/2/3/deep.json', json(pod('deep')));
    const few = await readBundle([root], { limits: { files: 2 } });
    expect(few.objects).toHaveLength(2);
    expect(few.gaps[0]?.wanted).toMatch(/files after the first 2/);
    const shallow = await readBundle([root], { limits: { folderDepth: 2 } });
    expect(shallow.objects).toHaveLength(3);
    expect(shallow.gaps[0]).toMatchObject({ wanted: 'folder 1/2/3', why: 'truncated' });
  });

  it('stop when asked to', async () => {
    write('pods.json', json(pod('a')));
    await expect(readBundle([root], { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it('read a file that is too large from its end', async () => {
    const line = (i: number) =>
      `time="2026-03-01T10:00:${String(i).padStart(2, '0')}Z" level=error msg="PullImage ${i}"\n`;
    write('containerd.log', Array.from({ length: 60 }, (_, i) => line(i)).join(''));
    const { logs, gaps } = await readBundle([root], { limits: { fileBytes: 300 } });
    expect(logs.at(-1)?.raw).toContain('PullImage 59');
    expect(gaps).toContainEqual({ wanted: 'the beginning of containerd.log', why: 'truncated' });
  });
});

describe('layouts', () => {
  it('kubectl cluster-info dump: folders, empty lists and container logs', async () => {
    write('shop/pods.json', list('PodList', [item(pod('a'))]));
    write('shop/services.json', list('ServiceList', []));
    write('nodes.json', list('NodeList', [{ metadata: { name: 'node-a' } }]));
    write(
      'shop/a/logs.txt',
      '==== START logs for container app of pod shop/a ====\nserving images on :8080\n==== END logs for container app of pod shop/a ====\n',
    );
    const { coverage, texts, objects } = await readBundle([root]);
    expect(objects.map(({ id }) => id)).toEqual(['node/node-a', 'pod/shop/a']);
    expect(coverage).toEqual([
      { kind: 'Node', because: 'file/nodes.json' },
      { kind: 'Pod', namespace: 'shop', because: 'file/shop/pods.json' },
      { kind: 'Service', namespace: 'shop', because: 'file/shop/services.json' },
    ]);
    expect(texts).toEqual([]);
  });

  it('kubectl cluster-info dump: one stream', async () => {
    const dump = [
      JSON.stringify({ apiVersion: 'v1', kind: 'NodeList', metadata: {}, items: [] }, null, 4),
      JSON.stringify({ apiVersion: 'v1', kind: 'PodList', metadata: {}, items: [item(pod('a'))] }, null, 4),
      '==== START logs for container app of pod shop/a ====\n{"apiVersion": "v1"}\nName:  x\nNamespace: y\nKAPUTT pulling\n==== END logs for container app of pod shop/a ====',
      JSON.stringify({ apiVersion: 'v1', kind: 'PodList', metadata: {}, items: [item(pod('b', 'pay'))] }, null, 4),
    ].join('\n');
    const { objects, coverage, texts } = await readBundle([write('dump.txt', dump)]);
    expect(objects.map(({ id }) => id)).toEqual(['pod/shop/a', 'pod/pay/b']);
    expect(coverage.map(({ kind, namespace }) => [kind, namespace])).toEqual([
      ['Node', undefined],
      ['Pod', 'shop'],
      ['Pod', 'pay'],
    ]);
    expect(texts).toEqual([]);
  });

  it('must-gather: lists cover their namespace, and withheld secrets stay unknown', async () => {
    const base = 'must-gather.local.1/registry-acme-example-sha256/namespaces/shop/core';
    write(
      `${base}/pods.yaml`,
      'apiVersion: v1\nitems:\n- metadata:\n    name: a\n    namespace: shop\nkind: PodList\n',
    );
    write(`${base}/events.yaml`, 'apiVersion: v1\nitems: []\nkind: EventList\n');
    write(
      `${base}/secrets/regcred.yaml`,
      'apiVersion: v1\nkind: Secret\nmetadata:\n  name: regcred\n  namespace: shop\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: ""\n',
    );
    write(
      'must-gather.local.1/registry-acme-example-sha256/cluster-scoped-resources/core/nodes/node-a.yaml',
      'apiVersion: v1\nkind: Node\nmetadata:\n  name: node-a\n',
    );
    const { objects, coverage } = await readBundle([root]);
    expect(objects.map(({ id, view }) => [id, view])).toEqual([
      ['node/node-a', 'full'],
      ['pod/shop/a', 'full'],
      ['secret/shop/regcred', 'metadata'],
    ]);
    expect(coverage.map(({ kind, namespace }) => [kind, namespace])).toEqual([
      ['Event', 'shop'],
      ['Pod', 'shop'],
    ]);
  });

  it('support bundle: lists by namespace, and what was forbidden as gaps', async () => {
    write('sb/cluster-resources/pods/shop.json', list('PodList', [pod('a')]));
    write('sb/cluster-resources/events/shop.json', list('EventList', []));
    write(
      'sb/cluster-resources/secrets-errors.json',
      json(['secrets is forbidden: User "sb" cannot list resource "secrets"']),
    );
    const { coverage, gaps } = await readBundle([root]);
    expect(coverage.map(({ kind, namespace }) => [kind, namespace])).toEqual([
      ['Event', 'shop'],
      ['Pod', 'shop'],
    ]);
    expect(gaps).toEqual([{ wanted: 'secrets', why: 'forbidden' }]);
  });

  it('nodes are told by file name, folder, or journal', async () => {
    write('kubelet.node-b.log', LOG);
    write('nodes/node-c/containerd.log', LOG.replace('10:00:00', '10:00:01'));
    write('var/log/messages', `Mar  1 10:00:02 node-d containerd[1]: ${LOG}`);
    write('node.json', json({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-d.acme.example' } }));
    const { logs } = await readBundle([root], { now: '2026-03-02T00:00:00Z' });
    expect(logs.map(({ node, log }) => [node, log])).toEqual([
      ['node-b', 'kubelet'],
      ['node-c', 'containerd'],
      ['node-d.acme.example', 'containerd'],
    ]);
  });
});

describe('coverage', () => {
  const kinds = ['Pod', 'Event', 'ServiceAccount', 'Secret'];
  const dump = (wanted: string[], namespace = 'shop') =>
    list(
      'List',
      wanted.map((kind) => ({ ...pod(kind.toLowerCase(), namespace), kind, spec: {} })),
    );
  const covered = async (text: string) =>
    (await readBundle([write('x.json', text)])).coverage.map(({ kind, namespace }) => `${kind} ${namespace}`);

  it('a dump of four kinds or more covers each kind that it includes, in its namespace', async () => {
    expect(await covered(dump(kinds))).toEqual(kinds.map((kind) => `${kind} shop`));
  });

  it('a dump without Secrets says nothing about Secrets', async () => {
    expect(await covered(dump(['Pod', 'Event', 'ServiceAccount', 'ConfigMap']))).not.toContain('Secret shop');
  });

  it('a mixed list of fewer kinds may be an answer to names, and covers nothing', async () => {
    expect(await covered(dump(kinds.slice(1)))).toEqual([]);
    expect(await covered(dump(['Secret', 'Secret']))).toEqual([]);
  });

  it.each([
    [[item(pod('a'))], {}, ['Pod shop']],
    [[item(pod('a')), item(pod('b', 'pay'))], {}, ['Pod undefined']],
    [[item(pod('a'))], { continue: 'more' }, []],
    [[], {}, []],
  ])('a typed list covers what it can only have come from: %j %j', async (items, metadata, expected) => {
    expect(await covered(list('PodList', items, metadata))).toEqual(expected);
  });
});

describe('archives', () => {
  const content = { 'dump/shop/pods.json': list('PodList', [item(pod('a'))]), 'dump/kubelet.node-b.log': LOG };

  it('tar, tar.gz, zip and zip of a tar.gz tell the same', async () => {
    const plain = await tar(content);
    const packed = gzipSync(plain);
    const zip = zipSync(Object.fromEntries(Object.entries(content).map(([name, text]) => [name, bytes(text)])));
    const all = await Promise.all([
      readBundle([write('x.tar', plain)]),
      readBundle([write('x.tgz', packed)]),
      readBundle([write('renamed.dat', packed)]),
      readBundle([write('x.zip', zip)]),
      readBundle([write('y.zip', zipSync({ 'inner.tar.gz': new Uint8Array(packed) }))]),
    ]);
    for (const { objects, logs } of all) {
      expect(objects.map(({ id }) => id)).toEqual(['pod/shop/a']);
      expect(logs).toMatchObject([{ node: 'node-b' }]);
    }
    expect(all[1]?.objects[0]?.locator).toBe('dump/shop/pods.json items[0]');
    expect(all[4]?.objects[0]?.locator).toContain('dump/shop/pods.json');
  });

  it('a compressed log', async () => {
    const { logs } = await readBundle([write('kubelet.node-b.log.gz', gzipSync(LOG))]);
    expect(logs).toMatchObject([{ node: 'node-b', log: 'kubelet', locator: 'kubelet.node-b.log:1' }]);
  });

  it('paths that climb are only names', async () => {
    const { objects } = await readBundle([
      write(
        'x.tar',
        await tar({ '../../../../tmp/climbed.json': json(pod('a')), '/etc/absolute.json': json(pod('b')) }),
      ),
    ]);
    expect(objects.map(({ locator }) => locator)).toEqual(['../../../../tmp/climbed.json', 'etc/absolute.json']);
  });

  it('a gzip bomb ends early, and is told', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    const error = await readBundle([write('bomb.gz', bomb)]).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain('unpacks to far more than its size');
  });

  it('of a long log in a gzip the end is read, and that is told', async () => {
    const packed = gzipSync(`${'x'.repeat(99)}\n`.repeat(100) + LOG);
    const snapshot = await readBundle([write('kubelet.node-b.log.gz', packed)], { limits: { fileBytes: 5_000 } });
    expect(snapshot.logs).toHaveLength(1);
    expect(snapshot.gaps).toMatchObject([{ wanted: 'the beginning of kubelet.node-b.log', why: 'truncated' }]);
  });

  it('a zip bomb ends early, and what was before it counts', async () => {
    const zip = zipSync({ 'a.json': bytes(json(pod('a'))), bomb: new Uint8Array(8 * 1024 * 1024) });
    const snapshot = await readBundle([write('bomb.zip', zip)], { limits: { fileBytes: 1024 * 1024 } });
    expect(snapshot.objects).toHaveLength(1);
    expect(snapshot.gaps[0]).toMatchObject({ wanted: 'the rest of bomb.zip', why: 'truncated' });
  });

  it.each([
    ['tar', async (files: Record<string, string>) => tar(files)],
    [
      'zip',
      async (files: Record<string, string>) =>
        zipSync(Object.fromEntries(Object.entries(files).map(([n, t]) => [n, bytes(t)]))),
    ],
  ])('a %s of very many files ends early', async (kind, pack) => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`${String(i).padStart(3, '0')}.json`, json(pod(`p${i}`))]),
    );
    const snapshot = await readBundle([write(`x.${kind}`, await pack(files))], { limits: { files: 50 } });
    expect(snapshot.objects).toHaveLength(50);
    expect(snapshot.gaps[0]?.how).toMatch(/more files/);
  });

  it('all archives together have one budget', async () => {
    const text = json(pod('a')).padEnd(5000);
    const one = write('one.tar', await tar({ 'a.json': text }));
    const two = write('two.tar', await tar({ 'b.json': text }));
    const snapshot = await readBundle([one, two], { limits: { totalBytes: 8000 } });
    expect(snapshot.gaps).toMatchObject([{ wanted: 'the rest of two.tar', why: 'truncated' }]);
  });

  it('archives in archives end at their depth', async () => {
    let inner: Uint8Array = bytes(json(pod('deep')));
    for (let i = 0; i < 8; i += 1) inner = await tar({ 'next.tar': inner, [`${i}.json`]: json(pod(`p${i}`)) });
    const snapshot = await readBundle([write('x.tar', inner)]);
    expect(snapshot.objects.map(({ id }) => id)).not.toContain('pod/shop/deep');
    expect(snapshot.gaps).toMatchObject([{ why: 'truncated', how: expect.stringContaining('too deep') }]);
  });

  it.each([0.5, 0.9, 0.99])('an archive cut at %d keeps what came before', async (share) => {
    const noise = Array.from({ length: 4000 }, (_, i) => Math.sin(i).toString(36)).join('');
    const packed = gzipSync(await tar({ '1.json': json(pod('a')), '2.txt': noise, '3.json': json(pod('b')) }));
    const snapshot = await readBundle([write('x.tgz', packed.subarray(0, packed.length * share))]);
    expect(snapshot.objects.map(({ id }) => id)).toContain('pod/shop/a');
    expect(snapshot.gaps).toMatchObject([{ why: 'truncated' }]);
  });
});
