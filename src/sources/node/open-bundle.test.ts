import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeBundle } from '../../core/node/bundle.ts';
import { UsageError } from '../../core/usage-error.ts';
import { readBundle } from '../bundle/read-bundle.ts';
import { CollectionStore } from './collection-store.ts';
import { importPath } from './import-path.ts';
import { mergeBundles, openBundle, openBundles, openCollected } from './open-bundle.ts';
import { tarOf } from './unpack/tar.fixture.ts';

const KUBELET = 'E1120 22:12:51.979756     859 remote_image.go:250] "PullImage failed" image="r.acme.example/a:1"\n';
const NAME = 'eks_i-0123456789abcdef0_2026-11-20_2131-UTC_0.7.9.tar.gz';
const EKS = { 'kubelet/kubelet.log': KUBELET, 'storage/mounts.txt': '/dev/x 1 1 0 100% /\n', 'system/region.txt': 'x' };

let folder: string;
let store: CollectionStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-'));
  store = new CollectionStore(join(folder, 'store'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

function tarball(files: Readonly<Record<string, string>>): Buffer {
  return gzipSync(tarOf(Object.entries(files).map(([name, content]) => ({ name: `./${name}`, content }))));
}

const open = (path: string): Promise<NodeBundle> => openBundle(join(folder, path), { store });
const pathsOf = ({ files }: NodeBundle): string[] => files.map(({ path }) => path).toSorted();

describe('a folder', () => {
  it('is read where it lies', async () => {
    write({ 'x/kubelet/kubelet.log': KUBELET, 'x/a.txt': KUBELET, 'x/var_log/messages-1.gz': gzipSync('x\n') });
    const bundle = await open('x');
    expect(bundle.files).toMatchObject([
      { path: 'a.txt', kind: 'kubelet', compressed: false, diskPath: join(folder, 'x/a.txt') },
      { path: 'kubelet/kubelet.log', kind: 'kubelet' },
      { path: 'var_log/messages-1.gz', kind: 'system', compressed: true },
    ]);
    expect(await store.list()).toEqual([]);
  });

  it('has an id by which it is opened again, with its notes', async () => {
    write({ 'x/kubelet.log': KUBELET });
    const { id, notes } = await open('x');
    await notes.put('finding-ids', 'F-001');
    const again = await openCollected(id, { store });
    expect(again.id).toBe(id);
    expect(await again.notes.get('finding-ids')).toBe('F-001');
  });

  it('is read also where nothing can be kept', async () => {
    write({ 'x/kubelet.log': KUBELET, file: 'x' });
    const bundle = await openBundle(join(folder, 'x'), { store: new CollectionStore(join(folder, 'file')) });
    await bundle.notes.put('finding-ids', 'F-001');
    expect(await bundle.notes.get('finding-ids')).toBe('F-001');
  });

  it('with archives of several nodes holds them all', async () => {
    const other = 'eks_i-0fedcba9876543210_2026-11-20_2131-UTC_0.7.9.tar.gz';
    write({ [`x/${NAME}`]: tarball(EKS), [`x/${other}`]: tarball(EKS), 'x/notes.md': 'x' });
    const bundle = await open('x');
    expect(bundle.nodes).toEqual(['i-0123456789abcdef0', 'i-0fedcba9876543210']);
    expect(bundle.files.find(({ path }) => path === `${other}/kubelet/kubelet.log`)?.node).toBe('i-0fedcba9876543210');
    expect(pathsOf(bundle)).toHaveLength(7);
  });

  it('does not show credentials, nor what links lead to outside', async () => {
    write({
      'x/kubelet.log': KUBELET,
      'x/kubeconfig.yaml': 'kind: Config\nusers:\n- user:\n    token: canary\n',
      outside: 'x',
    });
    symlinkSync(join(folder, 'outside'), join(folder, 'x/link.log'));
    const bundle = await open('x');
    expect(pathsOf(bundle)).toEqual(['kubelet.log']);
    expect(bundle.gaps).toEqual([
      { wanted: 'file kubeconfig.yaml', why: 'refused', how: 'it is a kubeconfig with credentials: not read' },
    ]);
  });
});

describe('an archive', () => {
  it('is unpacked once, and again when it changed', async () => {
    write({ [NAME]: tarball(EKS) });
    const first = await open(NAME);
    expect(first).toMatchObject({
      origin: 'eks-log-collector',
      nodes: ['i-0123456789abcdef0'],
      collectedAt: '2026-11-20T21:31:00.000Z',
    });
    expect((await open(NAME)).id).toBe(first.id);
    write({ [NAME]: tarball({ ...EKS, 'kubelet/kubelet.log': `${KUBELET}${KUBELET}` }) });
    utimesSync(join(folder, NAME), new Date('2026-01-01'), new Date('2026-01-01'));
    expect((await open(NAME)).id).not.toBe(first.id);
    expect(await store.list()).toHaveLength(2);
  });

  it('is known by its node afterwards', async () => {
    write({ [NAME]: tarball(EKS) });
    const { id } = await open(NAME);
    expect((await openCollected('i-0123456789abcdef0', { store })).id).toBe(id);
    expect((await openBundle(id, { store })).id).toBe(id);
    await expect(openCollected('i-0123456789abcdef1', { store })).rejects.toThrow(
      /^nothing was collected of node i-0123456789abcdef1 \(did you mean i-0123456789abcdef0\?\): pullwhy node collect/,
    );
    await expect(openCollected(id.slice(0, -1), { store })).rejects.toThrow(`(did you mean ${id}?)`);
  });

  it.each([
    ['whatever it is called', 'evidence.tgz'],
    ['named as its collector does', NAME],
  ])('loses the folder that holds everything, not what that tells: %s', async (_, name) => {
    const top = NAME.replace('.tar.gz', '');
    write({ [name]: tarball(Object.fromEntries(Object.entries(EKS).map(([path, text]) => [`${top}/${path}`, text]))) });
    const bundle = await open(name);
    expect(bundle).toMatchObject({ origin: 'eks-log-collector', nodes: ['i-0123456789abcdef0'] });
    expect(pathsOf(bundle)).toEqual(Object.keys(EKS).toSorted());
    const [log] = bundle.files.filter(({ kind }) => kind === 'kubelet');
    const chunks = [];
    for await (const chunk of log?.read() ?? []) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString()).toBe(KUBELET);
    const { logs } = await readBundle([bundle.id], { store: async () => store });
    expect(logs).toMatchObject([{ locator: 'kubelet/kubelet.log:1' }]);
    expect((await open(name)).id).toBe(bundle.id);
  });

  it('with one folder for each of several nodes keeps them apart', async () => {
    write({ 'nodes.tgz': tarball({ 'out/a/kubelet.log': KUBELET, 'out/b/kubelet.log': KUBELET }) });
    const bundle = await open('nodes.tgz');
    expect(bundle.files.map(({ path, node }) => [path, node]).toSorted()).toEqual([
      ['a/kubelet.log', 'a'],
      ['b/kubelet.log', 'b'],
    ]);
  });

  it('that another attempt left half done is unpacked anew', async () => {
    write({ [NAME]: tarball(EKS) });
    const aborted = AbortSignal.abort(new Error('stopped'));
    await expect(importPath(join(folder, NAME), store, { signal: aborted })).rejects.toThrow('stopped');
    expect(await store.list()).toMatchObject([{ state: 'cancelled' }]);
    const bundle = await open(NAME);
    expect(pathsOf(bundle)).toEqual(Object.keys(EKS).toSorted());
    expect(await store.list()).toMatchObject([{ state: 'complete' }]);
  });

  it('that is cut is partial', async () => {
    const whole = tarOf([
      { name: 'kubelet.log', content: KUBELET },
      { name: 'b', content: 'x'.repeat(2_000) },
    ]);
    write({ 'cut.tar': whole.subarray(0, 2_000) });
    expect((await open('cut.tar')).files[0]).toMatchObject({ path: 'kubelet.log' });
    expect(await store.list()).toMatchObject([{ state: 'partial' }]);
  });
});

describe('an import', () => {
  it('of a folder copies what is in it, archives unpacked, once', async () => {
    write({
      'x/a.txt': KUBELET,
      'x/var_log/messages-1.gz': gzipSync('x\n'),
      'x/.docker/config.json': '{"auths":{"r.acme.example":{"auth":"canary"}}}',
      [`x/${NAME}`]: tarball(EKS),
    });
    const id = await importPath(join(folder, 'x'), store);
    const bundle = await store.open(id);
    expect(pathsOf(bundle)).toEqual(
      [
        'a.txt',
        ...Object.keys(EKS)
          .map((path) => `${NAME}/${path}`)
          .toSorted(),
        'var_log/messages-1.gz',
      ].toSorted(),
    );
    expect(bundle.files.find(({ path }) => path === 'a.txt')?.kind).toBe('kubelet');
    expect(bundle.gaps).toMatchObject([{ why: 'refused', how: expect.stringContaining('registry logins') }]);
    expect(await importPath(join(folder, 'x'), store)).toBe(id);
    write({ 'x/b.txt': KUBELET });
    expect(await importPath(join(folder, 'x'), store)).not.toBe(id);
  });

  it('of a log packed as only another program does names that program', async () => {
    write({ 'x/kubelet.log': KUBELET, 'x/messages-1.xz': Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2]) });
    const { files, gaps } = await open('x');
    expect(files).toHaveLength(1);
    expect(gaps).toEqual([
      { wanted: 'file messages-1.xz', why: 'unreadable', how: 'it is packed with xz: unpack it first' },
    ]);
  });
});

describe('other evidence', () => {
  it('may be one log file, also compressed', async () => {
    write({ 'kubelet.log': KUBELET, 'kubelet.log.1.gz': gzipSync(KUBELET) });
    expect((await open('kubelet.log')).files).toMatchObject([{ path: 'kubelet.log', kind: 'kubelet' }]);
    expect((await open('kubelet.log.1.gz')).files).toMatchObject([{ kind: 'kubelet', compressed: true }]);
  });

  it('may be several files, as one bundle that keeps their names', async () => {
    write({ 'a/kubelet.log': KUBELET, 'a/containerd.log': 'x', 'b/kubelet.log': KUBELET });
    const places = ['a/kubelet.log', 'a/containerd.log'].map((path) => join(folder, path));
    const merged = mergeBundles(await openBundles(places, { store }), store);
    expect(pathsOf(merged)).toEqual(['containerd.log', 'kubelet.log']);
    const same = await openBundles([join(folder, 'a/kubelet.log'), join(folder, 'b/kubelet.log')], { store });
    expect(new Set(pathsOf(mergeBundles(same, store))).size).toBe(2);
    expect(mergeBundles(same, store).id).toBe(mergeBundles(same, store).id);
  });

  it('may be the folder of a collection', async () => {
    const { id, writer } = await store.begin({ origin: 'kubelet API', nodes: ['node-a'] });
    await writer?.addFile('kubelet/kubelet.log', KUBELET);
    await writer?.finish('complete');
    expect(await openBundle(store.pathOf(id), { store })).toMatchObject({ id, origin: 'kubelet API' });
  });

  it('may be a folder that a stranger calls a collection: our notes on it are never in it', async () => {
    const { id, writer } = await store.begin({ origin: 'kubelet API', nodes: ['node-a'] });
    await writer?.addFile('kubelet/kubelet.log', KUBELET);
    await writer?.finish('complete');
    const copy = join(folder, 'handed-over');
    cpSync(store.pathOf(id), copy, { recursive: true });
    write({ 'outside/index.json': 'theirs' });
    rmSync(join(copy, 'notes'), { recursive: true, force: true });
    symlinkSync(join(folder, 'outside'), join(copy, 'notes'));
    const bundle = await openBundle(copy, { store });
    expect(bundle.id).toMatch(/^p-/);
    expect(pathsOf(bundle)).toEqual(['kubelet/kubelet.log']);
    expect(await bundle.notes.get('index.json')).toBeUndefined();
    await bundle.notes.put('mine', 'x');
    expect(readdirSync(join(folder, 'outside'))).toEqual(['index.json']);
    expect((await openBundle(bundle.id, { store })).id).toBe(bundle.id);
  });

  it.each([
    ['no-such-node', 'pullwhy node collect no-such-node'],
    ['./no/such/path', 'no such file or folder'],
    ['c-20260101-000000-abcdef', 'no collection c-20260101-000000-abcdef'],
    ['p-0123456789ab', 'give its path'],
    ['/dev/null', 'neither a file nor a folder'],
    ['-', 'standard input is not taken here'],
  ])('that is not there (%s) is told with what to do', async (where, hint) => {
    await expect(openBundle(where, { store })).rejects.toThrow(UsageError);
    await expect(openBundle(where, { store })).rejects.toThrow(hint);
  });

  it('is never a path when a node is named', async () => {
    await expect(openCollected(folder, { store })).rejects.toThrow('nothing was collected of node');
  });
});

describe('a collection, diagnosed', () => {
  it('tells by id and by folder what its files tell', async () => {
    write({ [NAME]: tarball(EKS) });
    const id = await importPath(join(folder, NAME), store);
    for (const where of [id, store.pathOf(id)]) {
      const { logs } = await readBundle([where], { store: async () => store });
      expect(logs).toMatchObject([{ log: 'kubelet', locator: 'kubelet/kubelet.log:1' }]);
    }
  });

  it('says which node its logs are of', async () => {
    const { id, writer } = await store.begin({ origin: 'kubelet API', nodes: ['node-a'] });
    await writer?.addFile('kubelet/kubelet.log', KUBELET);
    await writer?.addGap({ wanted: 'log of containerd of node node-a', why: 'forbidden' });
    await writer?.finish('partial');
    const { logs, gaps } = await readBundle([id], { store: async () => store });
    expect(logs).toMatchObject([{ node: 'node-a' }]);
    expect(gaps).toMatchObject([{ wanted: 'log of containerd of node node-a', why: 'forbidden' }]);
  });

  it('is read from a packing that only the store can unpack', async () => {
    const packed = spawnSync('xz', ['-c'], {
      input: tarOf([{ name: 'sosreport-a/var/log/kubelet.log', content: KUBELET }]),
    });
    write({ 'sosreport-a.tar.xz': packed.stdout ?? Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) });
    const read = readBundle([join(folder, 'sosreport-a.tar.xz')], { store: async () => store });
    if (packed.error === undefined) expect((await read).logs).toMatchObject([{ log: 'kubelet' }]);
    else await expect(read).rejects.toThrow('xz, which is not installed');
  });

  it('is brought into the store when its archive is too large for memory, and gives the same', async () => {
    write({ [NAME]: tarball(EKS) });
    const path = join(folder, NAME);
    const small = await readBundle([path], { store: async () => store });
    expect(await store.list()).toEqual([]);
    const large = await readBundle([path], { store: async () => store, limits: { archiveInMemory: 100 } });
    expect(await store.list()).toMatchObject([{ origin: 'eks-log-collector', state: 'complete' }]);
    expect(large.logs.map(({ log, raw, at }) => ({ log, raw, at }))).toEqual(
      small.logs.map(({ log, raw, at }) => ({ log, raw, at })),
    );
    expect(large.logs).toHaveLength(1);
    await readBundle([path], { store: async () => store, limits: { archiveInMemory: 100 } });
    expect(await store.list()).toHaveLength(1);
  });

  it('of a log too long to be held is read to its end', async () => {
    const noise = 'I1120 22:12:51.000001     859 kubelet.go:1] "SyncLoop"\n';
    const end = KUBELET.replace('a:1', 'last:1');
    write({ 'kubelet.log': `${KUBELET}${noise.repeat(Math.ceil((33 * 1024 * 1024) / noise.length))}${end}` });
    const { logs, gaps } = await readBundle([join(folder, 'kubelet.log')], { store: async () => store });
    expect(logs.map(({ raw }) => raw)).toEqual([KUBELET.trimEnd(), end.trimEnd()]);
    expect(gaps).toEqual([]);
  }, 60_000);

  it('that is not there is told', async () => {
    await expect(readBundle(['c-20260101-000000-abcdef'], { store: async () => store })).rejects.toThrow(
      'pullwhy node history',
    );
  });
});
