import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NodeFile } from '../../core/node/bundle.ts';
import { CollectionStore } from './collection-store.ts';

const FILES = 5;
const built = mkdtempSync(join(tmpdir(), 'kill-'));
const script = join(built, 'child.mjs');
let folder: string;
let store: CollectionStore;
let done: string;

beforeAll(async () => {
  const input = join(import.meta.dirname, 'kill-child.fixture.ts');
  const bundle = await rolldown({ input, platform: 'node' });
  await bundle.write({ file: script, format: 'esm', codeSplitting: false });
  await bundle.close();
}, 60_000);
afterAll(() => rmSync(built, { recursive: true, force: true }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  store = new CollectionStore(folder);
  const { id, writer } = await store.begin({ origin: 'test', nodes: ['node-b'] });
  await writer?.addFile('kubelet/kubelet.log', 'finished before');
  await writer?.finish('complete');
  done = id;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: Interface;
}

function start(...args: string[]): Child {
  const child = spawn(process.execPath, [script, folder, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { process: child, lines: createInterface({ input: child.stdout }) };
}

/** Kills the child as soon as it says this; gives what it said until then. */
async function killAt(
  { process: child, lines }: Child,
  wanted: (line: string, count: number) => boolean,
): Promise<string[]> {
  const said: string[] = [];
  lines.on('line', (line) => {
    said.push(line);
    if (wanted(line, said.length)) child.kill('SIGKILL');
  });
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  return said;
}

async function textOf(file: NodeFile): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** All that was said to be there is there, whole; the collection finished before is untouched. */
async function expectNothingLost(said: readonly string[]): Promise<void> {
  const id = said.find((line) => line.startsWith('begun '))?.slice(6);
  const added = said.filter((line) => line.startsWith('added ')).map((line) => line.slice(6));
  const [before] = (await store.open(done)).files;
  expect(before === undefined ? '' : await textOf(before)).toBe('finished before');
  if (id === undefined) return;
  const { files } = await store.open(id);
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(added));
  for (const file of files) {
    const number = /(\d+)\.log$/.exec(file.path)?.[1];
    expect(file.cut).toBeUndefined();
    expect(await textOf(file)).toBe(`first half of ${number}\nsecond half of ${number}\n`);
  }
}

describe('a process that is killed', () => {
  it.each(['0', '2', '4', 'end'])(
    'at a known point (%s) loses nothing, says so, and can be gone on with',
    async (point) => {
      const said = await killAt(start(String(FILES), point), (line) => line === `paused ${point}`);
      await expectNothingLost(said);
      const id = said[0]?.slice(6) ?? '';
      const finished = point === 'end' ? FILES : Number(point);
      expect(await store.info(id)).toMatchObject({ state: 'interrupted', files: finished });
      const again = start(String(FILES));
      const saidAgain = await killAt(again, () => false);
      expect(saidAgain.filter((line) => line.startsWith('kept '))).toHaveLength(finished);
      expect(saidAgain.at(-1)).toBe('finished');
      expect(await store.info(id)).toMatchObject({ state: 'complete', files: FILES });
      expect(await store.list()).toHaveLength(2);
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7])('at any moment after its step %i loses nothing', async (step) => {
    const said = await killAt(start('400'), (_, count) => count === step * 3);
    await expectNothingLost(said);
    const states = (await store.list()).map(({ state }) => state);
    expect(states.toSorted()).toEqual(['complete', 'interrupted']);
  });

  it('is told from one that still runs', async () => {
    const child = start(String(FILES), '1');
    const [line] = (await once(child.lines, 'line')) as [string];
    expect(await store.info(line.slice(6))).toMatchObject({ state: 'running' });
    expect(await store.begin({ origin: 'test', token: 'kill' })).toEqual({ id: line.slice(6) });
    child.process.kill('SIGKILL');
    await once(child.process, 'exit');
    expect(await store.info(line.slice(6))).toMatchObject({ state: 'interrupted' });
  });
});
