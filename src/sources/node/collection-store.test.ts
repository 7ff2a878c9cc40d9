import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeFile } from '../../core/node/bundle.ts';
import { UsageError } from '../../core/usage-error.ts';
import { CollectionStore } from './collection-store.ts';
import type { CollectionWriter } from './collection-writer.ts';

let folder: string;
let store: CollectionStore;
let open: CollectionWriter[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  store = new CollectionStore(folder);
});
afterEach(async () => {
  for (const writer of open) await writer.finish('cancelled').catch(() => undefined);
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

async function begin(spec: Parameters<CollectionStore['begin']>[0]): Promise<CollectionWriter> {
  const { writer } = await store.begin(spec);
  if (writer === undefined) throw new Error('no writer');
  open.push(writer);
  return writer;
}

async function collected(node: string, text = 'line\n'): Promise<string> {
  const writer = await begin({ origin: 'test', nodes: [node] });
  await writer.addFile('kubelet/kubelet.log', text);
  await writer.finish('complete');
  return writer.id;
}

async function textOf(file: NodeFile | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file?.read() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a collection', () => {
  it('gives back what was written, with kind, node and gaps', async () => {
    const writer = await begin({ origin: 'kubelet API', nodes: ['node-a'] });
    await writer.addFile('kubelet/kubelet.log', 'I0101 first\n');
    await writer.addFile('storage/mounts.txt', 'df', { cut: 'the rest was too long' });
    await writer.addGap({ wanted: 'log of containerd', why: 'forbidden' });
    await writer.finish('partial');
    const bundle = await store.open(writer.id);
    expect(bundle).toMatchObject({ id: writer.id, nodes: ['node-a'], origin: 'kubelet API' });
    expect(bundle.gaps).toEqual([{ wanted: 'log of containerd', why: 'forbidden' }]);
    expect(bundle.files).toMatchObject([
      { path: 'kubelet/kubelet.log', kind: 'kubelet', node: 'node-a', size: 12 },
      { path: 'storage/mounts.txt', kind: 'mounts', cut: 'the rest was too long' },
    ]);
    expect(await textOf(bundle.files[0])).toBe('I0101 first\n');
  });

  it('can be read while it runs, and says so', async () => {
    const writer = await begin({ origin: 'test', nodes: ['node-a'] });
    await writer.progress({ doing: 'reading logs', done: 1, total: 4 });
    await writer.addFile('kubelet/kubelet.log', 'x');
    expect(await store.info(writer.id)).toMatchObject({
      state: 'running',
      files: 1,
      progress: { doing: 'reading logs', done: 1, total: 4 },
    });
    expect((await store.open(writer.id)).files).toHaveLength(1);
  });

  it('is for its owner alone', async () => {
    const id = await collected('node-a');
    const place = join(folder, 'collections', id);
    const modes = ['', 'files', 'files/kubelet', 'record.json', 'journal.jsonl', 'files/kubelet/kubelet.log'].map(
      (path) => statSync(join(place, path)).mode & 0o077,
    );
    expect(modes).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('keeps what came before its content broke', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('connection reset');
    }
    const writer = await begin({ origin: 'test' });
    await writer.addFile('a.log', broken());
    await writer.finish('partial');
    const [file] = (await store.open(writer.id)).files;
    expect(file).toMatchObject({ path: 'a.log', size: 4, cut: 'connection reset' });
  });

  it.each([['../../outside'], ['/etc/passwd'], ['C:\\x'], ['a\u0000b'], ['a/../../b'], ['..\\..\\x'], ['a\nb'], ['']])(
    'refuses the name %j',
    async (name) => {
      const writer = await begin({ origin: 'test' });
      expect(await writer.addFile(name, 'x')).toHaveProperty('refused');
      await writer.finish('complete');
      expect(await store.open(writer.id)).toMatchObject({ files: [], gaps: [{ why: 'refused' }] });
      expect(readdirSync(folder)).toEqual(['collections']);
    },
  );

  it('keeps names apart that differ in case only, and files from folders', async () => {
    const writer = await begin({ origin: 'test' });
    for (const name of ['a.log', 'A.log', 'a.log/b', 'x/y', 'x']) await writer.addFile(name, name);
    const { files } = await store.open(writer.id);
    const texts = await Promise.all(files.map(textOf));
    expect(texts).toEqual(['a.log', 'A.log', 'a.log/b', 'x/y', 'x']);
    expect(new Set(files.map(({ path }) => path.toLowerCase())).size).toBe(5);
  });

  it('shortens names that no file system takes', async () => {
    const writer = await begin({ origin: 'test' });
    await writer.addFile(`${'ä'.repeat(300)}.log`, 'x');
    await writer.addFile(`${'ä'.repeat(301)}.log`, 'y');
    const { files } = await store.open(writer.id);
    expect(await Promise.all(files.map(textOf))).toEqual(['x', 'y']);
  });

  it('has notes that outlive it being opened', async () => {
    const id = await collected('node-a');
    await (await store.open(id)).notes.put('finding-ids', 'F-001');
    expect(await (await store.open(id)).notes.get('finding-ids')).toBe('F-001');
    expect(await (await store.open(id)).notes.get('../record')).toBeUndefined();
  });

  it('reads ranges, also of what is kept compressed', async () => {
    const { gzipSync } = await import('node:zlib');
    const writer = await begin({ origin: 'test' });
    await writer.addFile('messages.gz', gzipSync('0123456789'), { compressed: true });
    await writer.addFile('messages', '0123456789');
    for (const file of (await store.open(writer.id)).files) {
      const parts: string[] = [];
      for await (const chunk of file.read({ start: 3, end: 6 })) parts.push(Buffer.from(chunk).toString());
      expect(parts.join('')).toBe('345');
    }
  });
});

describe('the store', () => {
  it('makes one collection for one token', async () => {
    const first = await store.begin({ origin: 'test', token: 'once' });
    const again = await store.begin({ origin: 'test', token: 'once' });
    expect(again).toEqual({ id: first.id });
    await first.writer?.finish('complete');
    expect(await store.begin({ origin: 'test', token: 'once' })).toEqual({ id: first.id });
    expect((await begin({ origin: 'test', token: 'other' })).id).not.toBe(first.id);
  });

  it('gives one writer to many who ask at once', async () => {
    const begun = await Promise.all(Array.from({ length: 8 }, () => store.begin({ origin: 'test', token: 'once' })));
    expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
    open.push(...begun.flatMap(({ writer }) => writer ?? []));
    expect(open).toHaveLength(1);
    expect(await store.list()).toHaveLength(1);
  });

  it('goes on with one that failed, and not with one that is complete', async () => {
    const writer = await begin({ origin: 'test', token: 't' });
    await writer.addFile('a', '1');
    await writer.finish('failed', 'forbidden');
    expect(await store.info(writer.id)).toMatchObject({ state: 'failed', problem: 'forbidden' });
    const resumed = await store.resume(writer.id);
    expect(resumed?.has('a')).toBe(true);
    await resumed?.addFile('b', '2');
    await resumed?.finish('complete');
    expect(await store.info(writer.id)).toMatchObject({ state: 'complete', files: 2 });
    expect(await store.resume(writer.id)).toBeUndefined();
  });

  it('finds the newest of a node by name, short host name and instance id', async () => {
    await collected('ip-10-0-0-1.acme.example');
    const writer = await begin({
      origin: 'test',
      nodes: ['ip-10-0-0-1.acme.example'],
      instances: ['i-0123456789abcdef0'],
    });
    await writer.addFile('a', 'x');
    await writer.finish('complete');
    for (const name of ['ip-10-0-0-1.acme.example', 'ip-10-0-0-1', 'i-0123456789abcdef0'])
      expect((await store.latestOf(name))?.id).toBeDefined();
    expect((await store.latestOf('i-0123456789abcdef0'))?.id).toBe(writer.id);
    expect(await store.latestOf('ip-10-0-0')).toBeUndefined();
  });

  it('removes by id, age and size, the oldest first, and never one that runs', async () => {
    const ids = [await collected('a', 'x'.repeat(100)), await collected('b', 'x'.repeat(100))];
    const running = await begin({ origin: 'test', nodes: ['c'] });
    await expect(store.remove({ ids: [running.id] })).rejects.toThrow('still under way');
    await expect(store.remove({ ids: ['c-20260101-000000-abcdef'] })).rejects.toThrow('no collection');
    expect(await store.remove({ olderThanMs: 3_600_000 })).toEqual([]);
    const listed = (await store.list()).filter(({ state }) => state === 'complete').map(({ id }) => id);
    expect(listed.toSorted()).toEqual(ids.toSorted());
    expect((await store.remove({ keepBelow: 150 })).map(({ id }) => id)).toEqual([listed[1]]);
    expect((await store.remove({ olderThanMs: -1 })).map(({ id }) => id)).toEqual([listed[0]]);
    expect((await store.list()).map(({ id }) => id)).toEqual([running.id]);
  });

  it('starts anew with the token of a removed collection', async () => {
    const writer = await begin({ origin: 'test', token: 't' });
    await writer.finish('complete');
    await store.remove({ ids: [writer.id] });
    const again = await begin({ origin: 'test', token: 't' });
    expect(again.id).not.toBe(writer.id);
  });

  it('says what to do where there is no such collection', async () => {
    await expect(store.open('c-20260101-000000-abcdef')).rejects.toThrow(UsageError);
    await expect(store.info('../../etc')).rejects.toThrow('pullwhy node history');
    expect(await store.list()).toEqual([]);
  });

  it('clears what a killed removal left behind', async () => {
    const id = await collected('node-a');
    renameSync(join(folder, 'collections', id), join(folder, 'collections', `.removed-${id}`));
    expect(await store.list()).toEqual([]);
    await store.remove({});
    expect(readdirSync(join(folder, 'collections'))).toEqual([]);
  });

  it.each([
    ['a file', () => join(folder, 'file')],
    ['below a file', () => join(folder, 'file', 'store')],
    ['where the file system takes no folder', () => '/proc/pullwhy'],
  ])('that cannot be written says so in one line: %s', async (_, place) => {
    writeFileSync(join(folder, 'file'), 'x');
    await expect(new CollectionStore(place()).begin({ origin: 'test' })).rejects.toThrow('give --store DIR');
  });

  it('survives strange things in its folder', async () => {
    const id = await collected('node-a');
    const place = join(folder, 'collections');
    writeFileSync(join(place, 'stray'), 'x');
    const record = readFileSync(join(place, id, 'record.json'), 'utf8');
    writeFileSync(join(place, id, 'record.json'), JSON.stringify({ ...JSON.parse(record), totals: undefined }));
    writeFileSync(join(place, id, 'journal.jsonl'), '{"file":{"path":"a"}}\nnull\n[]\n{"gap":5}\n{"file":{"pa');
    expect(await store.list()).toMatchObject([{ id, files: 0 }]);
    writeFileSync(join(place, id, 'record.json'), JSON.stringify({ ...JSON.parse(record), state: 'running' }));
    for (const garbage of ['null', '[]', '{"doing":{}}']) {
      writeFileSync(join(place, id, 'progress.json'), garbage);
      expect(Object.keys((await store.info(id)) ?? {})).not.toContain('progress');
    }
    writeFileSync(join(place, id, 'record.json'), '{"version":1,');
    expect(await store.list()).toEqual([]);
  });

  it('tells a file that is not what was written', async () => {
    const id = await collected('node-a', 'line\n');
    writeFileSync(join(folder, 'collections', id, 'files/kubelet/kubelet.log'), 'li');
    expect((await store.open(id)).files[0]?.cut).toBe('2 of 5 bytes are left on disk');
    rmSync(join(folder, 'collections', id, 'files/kubelet/kubelet.log'));
    expect((await store.open(id)).files[0]?.cut).toBe('it is gone from the disk');
  });
});
