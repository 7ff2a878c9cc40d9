import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CollectionStore } from '../../sources/node/collection-store.ts';
import { startInBackground } from './background.ts';
import { nodeHistory } from './history.ts';
import { resumeCollection, runCollection } from './run-collection.ts';
import { nodeStatus } from './status.ts';

const SPEC = { origin: 'test', nodes: ['node-a'], token: 't' };
let folder: string;
let store: CollectionStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'));
  store = new CollectionStore(join(folder, 'store'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a collection that runs', () => {
  it('keeps what its collector finds, and runs once for a token', async () => {
    let runs = 0;
    const collect = () =>
      runCollection(store, SPEC, async (writer, _, progress) => {
        runs += 1;
        await progress({ doing: 'logs' });
        await writer.addFile('kubelet/kubelet.log', 'x');
      });
    const first = await collect();
    expect(first).toMatchObject({ state: 'complete', files: 1, nodes: ['node-a'] });
    expect((await collect()).id).toBe(first.id);
    expect(runs).toBe(1);
  });

  it('is partial with gaps, failed with an error, and keeps what came before', async () => {
    const partial = await runCollection(store, { origin: 'test' }, async (writer) => {
      await writer.addGap({ wanted: 'x', why: 'forbidden' });
    });
    expect(partial.state).toBe('partial');
    const failed = await runCollection(store, { origin: 'test' }, async (writer) => {
      await writer.addFile('a', 'x');
      throw new Error('API server: password=canary refused');
    });
    expect(failed).toMatchObject({ state: 'failed', files: 1 });
    expect(JSON.stringify(failed)).not.toContain('canary');
  });

  it('that is aborted is cancelled, and can be gone on with', async () => {
    const abort = new AbortController();
    const cancelled = await runCollection(
      store,
      SPEC,
      async (writer, signal) => {
        await writer.addFile('a', 'x');
        abort.abort(new Error('Ctrl-C'));
        signal.throwIfAborted();
      },
      { signal: abort.signal },
    );
    expect(cancelled).toMatchObject({ state: 'cancelled', problem: 'Ctrl-C', files: 1 });
    const resumed = await resumeCollection(store, cancelled.id, async (writer) => {
      expect(writer.has('a')).toBe(true);
      await writer.addFile('b', 'y');
    });
    expect(resumed).toMatchObject({ id: cancelled.id, state: 'complete', files: 2 });
    expect(resumed).not.toHaveProperty('problem');
  });

  it('can be asked for from elsewhere, and waited for', async () => {
    let go: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => {
      go = resolve;
    });
    let running: Promise<unknown> = Promise.resolve();
    await new Promise<void>((begun) => {
      running = runCollection(store, SPEC, async (writer) => {
        await writer.addFile('a', 'x');
        begun();
        await wait;
      });
    });
    const seen = await nodeStatus(store, undefined, { wait: true, onInfo: () => go() });
    expect(seen).toMatchObject({ state: 'complete', files: 1 });
    await running;
  });
});

describe('status and history', () => {
  it('find collections by id, node, or the newest of all', async () => {
    const { id } = await runCollection(store, SPEC, async () => undefined);
    for (const name of [id, 'node-a', undefined]) expect((await nodeStatus(store, name)).id).toBe(id);
    await expect(nodeStatus(store, 'node-z')).rejects.toThrow('nothing was collected of node node-z');
  });

  it('filter and remove', async () => {
    const { id } = await runCollection(store, SPEC, async (writer) => void (await writer.addFile('a', 'xyz')));
    expect(await nodeHistory(store, { node: 'node-z' })).toMatchObject({ collections: [], bytes: 0 });
    expect(await nodeHistory(store, { state: 'complete' })).toMatchObject({
      collections: [{ id }],
      bytes: 3,
      removed: [],
    });
    expect(await nodeHistory(store, { remove: { keepBelow: 2 } })).toMatchObject({
      collections: [],
      removed: [{ id }],
    });
  });
});

describe('a collection in the background', () => {
  const program = (text: string) => {
    const script = join(folder, 'child.mjs');
    writeFileSync(script, text);
    return { command: process.execPath, args: [script] };
  };

  it('has its id at once; a child that dies before it begins is noticed', async () => {
    const child = program('process.exit(1)');
    const { id } = await startInBackground(store, SPEC, () => [], child);
    const seen = await nodeStatus(store, id, { wait: true });
    expect(seen).toMatchObject({ id, state: 'interrupted', files: 0 });
  });

  it('is begun by the first process that comes with its token', async () => {
    const child = program('setTimeout(() => undefined, 60_000)');
    let token = '';
    const argsOf = (given: string): readonly string[] => {
      token = given;
      return [];
    };
    const { id, state } = await startInBackground(store, { origin: 'test', nodes: ['node-a'] }, argsOf, child);
    expect(state).toBe('queued');
    const { pid } = JSON.parse(readFileSync(join(store.pathOf(id), 'lock.json'), 'utf8')) as { pid: number };
    const again = await startInBackground(store, { origin: 'test', token }, argsOf, { command: 'false', args: [] });
    expect(again).toMatchObject({ id, state: 'queued' });
    const done = await runCollection(
      store,
      { origin: 'test', token },
      async (writer) => void (await writer.addFile('a', 'x')),
    );
    expect(done).toMatchObject({ id, state: 'complete', files: 1 });
    process.kill(pid, 'SIGKILL');
  });
});
