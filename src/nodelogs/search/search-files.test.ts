import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import type { NodeFile } from '../../core/node/bundle.ts';
import { fileKindOf } from '../../core/node/file-kind.ts';
import { diskFile } from '../../sources/node/disk-file.ts';
import { Meter } from '../lines/budget.ts';
import { memoryFile } from '../memory-bundle.fixture.ts';
import { planOf } from './plan.ts';
import { ripgrepPath, runRipgrep } from './ripgrep.ts';
import { type SearchedFiles, searchFiles } from './search-files.ts';

const BUDGET = { bytes: 1e9, milliseconds: 30_000 };

/** Odd lines and, so that the file is worth a program, a megabyte of others. */
const ODD = [
  'plain words',
  'PLAIN Words and more',
  'ends with carriage return\r',
  'unexpected status: 401 Unauthorized',
  'caf\u00e9 and \u65e5\u672c',
  'stray \u0000 nul words',
  `${'long '.repeat(40_000)}tail`,
  '123:456:looks like a row',
  '',
  '/looks/like/a/path',
];
const FILLER = `${'nothing of note here, line after line\n'.repeat(30_000)}`;

let folder = '';
let file: NodeFile;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pullwhy-search-'));
  const text = `${ODD.join('\n')}\n${FILLER}${ODD.join('\n')}`;
  const diskPath = join(folder, 'kubelet.log');
  await writeFile(diskPath, text);
  const path = 'kubelet/kubelet.log';
  file = diskFile({ path, kind: fileKindOf(path), size: Buffer.byteLength(text), compressed: false, diskPath });
});

afterAll(() => rm(folder, { recursive: true }));

async function search(query: string, builtIn: boolean, options = {}, files = [file]): Promise<SearchedFiles> {
  return searchFiles(files, { plan: planOf(query, options), window: {}, meter: new Meter(BUDGET), builtIn });
}

function lines({ found }: SearchedFiles): readonly (readonly [number, number])[] {
  return found.flatMap(({ hits }) => hits.map(({ line, offset }) => [line, offset] as const));
}

describe('searchFiles', () => {
  it('has ripgrep at hand, or these tests compare nothing', async () => {
    expect(await ripgrepPath()).toBeDefined();
  });

  it.each([
    ['words', {}, 6],
    ['plain words', { ignoreCase: false }, 2],
    ['return$', {}, 2],
    ['^plain', {}, 4],
    ['401', {}, 2],
    ['tail|456:looks', {}, 4],
    ['caf\u00e9', {}, 2],
    ['\\d+:\\d+', {}, 2],
    ['caf. and', {}, undefined],
    ['^$', {}, undefined],
    ['/looks/', {}, 2],
    ['nothing', {}, 30_000],
    ['no such thing', {}, 0],
    ['a{', { fixed: true }, 0],
  ])('finds %s in both ways alike', async (query, options, count) => {
    const [program, here] = [await search(query, false, options), await search(query, true, options)];
    if (count !== undefined) expect(here.found[0]?.count).toBe(count);
    // A dot is one byte to the one and one character to the other.
    if (query !== 'caf. and') expect(lines(program)).toEqual(lines(here));
  });

  it('agrees with itself on patterns made at random', async () => {
    const atom = fc.constantFrom('a', 'l', 'words', 'plain', '.', '[a-m]', '\\d', '\\s', '(?:o|k)', '\\b', 'e', ':');
    const piece = fc.tuple(atom, fc.constantFrom('', '', '', '+', '*', '?')).map((parts) => parts.join(''));
    const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    // The long line is held against patterns in part only, and said so: the two ways may differ on it.
    const ascii = ODD.filter((line) => /^[\x20-\x7e]*$/.test(line) && line.length < 1000).join('\n');
    const diskPath = join(folder, 'ascii.log');
    const text = `${ascii}\n${FILLER.slice(0, 1_100_000)}`;
    await writeFile(diskPath, text);
    const small = diskFile({ path: 'a.log', kind: 'other', size: text.length, compressed: false, diskPath });
    await fc.assert(
      fc.asyncProperty(pattern, async (source) => {
        const [program, here] = [await search(source, false, {}, [small]), await search(source, true, {}, [small])];
        expect(program.found[0]?.count, source).toBe(here.found[0]?.count);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('counts the lines that were held against a pattern in part only', async () => {
    const [found] = (await search('[a-m]l$', true)).found;
    expect(found).toMatchObject({ longLines: 2 });
  });

  it('answers on any pattern and any bytes: with lines, or with one line of what is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.uint8Array({ maxLength: 400 }),
        async (query, bytes) => {
          const odd: NodeFile = {
            ...memoryFile('a.log', ''),
            size: bytes.length,
            async *read({ start = 0, end = bytes.length } = {}) {
              yield bytes.subarray(start, end);
            },
          };
          try {
            const { found, unread } = await search(query, true, {}, [odd]);
            expect(found.length + unread.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toMatchObject({ name: 'UsageError', message: expect.not.stringContaining('\n') });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('says what a budget left out', async () => {
    const plan = planOf('words');
    const old = { ...memoryFile('old.log', 'words\n'), modifiedAt: '2026-01-01T00:00:00Z' };
    const young = { ...memoryFile('young.log', 'words\n'), modifiedAt: '2026-01-02T00:00:00Z' };
    const meter = new Meter({ bytes: 3, milliseconds: 30_000 });
    const { found, unread } = await searchFiles([old, young], { plan, window: {}, meter });
    expect(found.map(({ text }) => text.file.path)).toEqual(['young.log']);
    expect(unread).toMatchObject([{ path: 'old.log', why: 'budget' }]);
  });

  it('begins nothing when the time is up', async () => {
    const meter = new Meter({ bytes: 1e9, milliseconds: 0 });
    const { unread } = await searchFiles([file], { plan: planOf('words'), window: {}, meter });
    expect(unread).toMatchObject([{ path: file.path, why: 'budget', note: expect.stringContaining('not begun') }]);
  });

  it('ends a program that takes too long, and one that refuses', async () => {
    const meter = new Meter({ bytes: 1e9, milliseconds: 50 });
    const run = (program: string) => runRipgrep(program, [], planOf('words'), {}, meter, 10);
    const endless = join(folder, 'endless');
    await writeFile(endless, '#!/bin/sh\nexec tail -f /dev/null\n', { mode: 0o755 });
    expect(await run(endless)).toMatchObject({ end: 'stopped' });
    expect(await run(join(folder, 'missing'))).toMatchObject({ end: 'refused' });
  });

  it('ends when the caller gives up', async () => {
    const signal = AbortSignal.abort();
    const meter = new Meter({ ...BUDGET, signal });
    await expect(searchFiles([file], { plan: planOf('words'), window: {}, meter })).rejects.toThrow(/abort/i);
  });

  it('holds lines without a line feed of 50 MB against words and patterns', async () => {
    const bytes = Buffer.concat([Buffer.alloc(50_000_000, 'xy '), Buffer.from('needle')]);
    const long: NodeFile = {
      ...memoryFile('a.log', ''),
      size: bytes.length,
      async *read({ start = 0, end = bytes.length } = {}) {
        for (let at = start; at < Math.min(end, bytes.length); at += 1 << 20)
          yield bytes.subarray(at, Math.min(at + (1 << 20), end, bytes.length));
      },
    };
    expect((await search('needle', true, {}, [long])).found[0]?.count).toBe(1);
    expect((await search('x.y', true, {}, [long])).found).toHaveLength(1);
  });
});
