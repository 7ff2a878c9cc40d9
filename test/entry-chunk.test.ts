import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startReplayServer } from '../src/testing/replay-server.ts';
import { pullwhy } from './run-cli.ts';

/** What loads before a command is known: start-up is paid by every call. */
const BUDGET_BYTES = 150 * 1024;

const STATIC_IMPORT = /(?:^|[;}\n])\s*(?:import|export)\s*(?:[^'"()]*?from\s*)?["']([^"']+)["']/g;
const REQUIRE = /(?<!=>)\brequire\(["']([^"']+)["']\)/g;
const LAZY_REQUIRE = /=>require\(["']([^"']+)["']\)/g;

describe('what the command loads before it is known which', () => {
  // The entry itself only has what is compiled kept; all else comes behind that.
  const [start = '', ...others] = targets('cli.cjs', LAZY_REQUIRE);
  const chunks = [...loaded(start, REQUIRE)].filter((chunk) => chunk.endsWith('.cjs'));

  it('comes from one place', () => {
    expect(start).toMatch(/^command\/run-/);
    expect(others).toEqual([]);
    expect(statSync('dist/cli.cjs').size).toBeLessThan(3_500);
  });

  it('stays small', () => {
    const bytes = chunks.reduce((sum, chunk) => sum + statSync(join('dist', chunk)).size, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(BUDGET_BYTES);
  });

  it('loads no schema, YAML or archive library', () => {
    const code = chunks.map((chunk) => readFileSync(join('dist', chunk), 'utf8')).join('\n');
    expect(code).not.toMatch(/ZodError|YAMLParseError|ustar/);
  });

  it('starts as a program', () => {
    expect(readFileSync('dist/cli.cjs', 'utf8').startsWith('#!/usr/bin/env node')).toBe(true);
    expect(readdirSync('dist')).toContain('report.schema.json');
  });
});

describe('the entry points of the library', () => {
  const code = (entry: string) =>
    [...loaded(entry, STATIC_IMPORT)].map((chunk) => readFileSync(join('dist', chunk), 'utf8')).join('\n');

  it.each(['decode.js', 'causes.js', 'index.js'])('%s loads no command line and no cluster access', (entry) => {
    expect(code(entry)).not.toMatch(/commander\.|KUBECONFIG/);
  });

  it('decode.js loads no causes', () => {
    expect(code('causes.js')).toContain('in-cluster-registry-down');
    expect(code('decode.js')).not.toContain('in-cluster-registry-down');
  });
});

describe('the flags of V8', () => {
  const hook = join(mkdtempSync(join(tmpdir(), 'pullwhy-hook-')), 'hook.cjs');
  writeFileSync(hook, "process.on('exit', () => process.stderr.write(String(require('v8').cachedDataVersionTag())));");
  const tagOf = (...words: string[]) =>
    spawnSync(process.execPath, ['--require', hook, ...words], { encoding: 'utf8', timeout: 20_000 }).stderr.slice(-15);
  const ofNode = tagOf('--print', '0');

  it.each([['--version'], ['pod/x', '--kubeconfig', '/nowhere']])(
    'of %s are those that the code of Node itself was compiled under',
    (...words) => {
      const tag = tagOf('dist/cli.cjs', ...words);
      expect(ofNode).toMatch(/^\d+$/);
      expect(tag.endsWith(ofNode)).toBe(true);
    },
  );
});

describe('what a start keeps', () => {
  const run = (cache: string, env: NodeJS.ProcessEnv = {}, command = 'dist/cli.cjs', flag = '--version') =>
    spawnSync(process.execPath, [command, flag], {
      env: { ...process.env, XDG_CACHE_HOME: cache, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });

  /** A file that was replaced is another one. */
  const states = (cache: string) => keptFiles(cache).map((file) => [file, statSync(file).ino]);

  it('is compiled code in the cache of the user, to which each sort of start adds once', () => {
    const cache = mkdtempSync(join(tmpdir(), 'pullwhy-cache-'));
    expect(run(cache)).toMatchObject({ status: 0, stderr: '' });
    const first = states(cache);
    expect(first).not.toEqual([]);
    expect(run(cache)).toMatchObject({ status: 0, stderr: '' });
    expect(states(cache)).toEqual(first);
    expect(run(cache, {}, 'dist/cli.cjs', '--help')).toMatchObject({ status: 0, stderr: '' });
    const second = states(cache);
    expect(second.map(([file]) => file)).toEqual(first.map(([file]) => file));
    expect(second.filter(([, ino], at) => ino === first[at]?.[1])).toEqual([]);
    for (const flag of ['--version', '--help']) run(cache, {}, 'dist/cli.cjs', flag);
    expect(states(cache)).toEqual(second);
    rmSync(cache, { recursive: true });
  });

  it('is renewed an hour later, and what nobody used for a month goes then', () => {
    const cache = mkdtempSync(join(tmpdir(), 'pullwhy-cache-'));
    run(cache);
    const kept = states(cache);
    const folder = join(cache, 'pullwhy', 'compiled');
    const unused = join(folder, 'run-of-another-version.cjs-1.bin');
    const strange = join(folder, 'notes.txt');
    for (const file of [unused, strange]) writeFileSync(file, '');
    const hoursAgo = (hours: number) => Date.now() / 1000 - hours * 3_600;
    for (const file of [unused, strange]) utimesSync(file, hoursAgo(31 * 24), hoursAgo(31 * 24));
    for (const [file] of kept) utimesSync(String(file), hoursAgo(1.1), hoursAgo(1.1));
    expect(run(cache)).toMatchObject({ status: 0, stderr: '' });
    const names = keptFiles(cache);
    expect(names).not.toContain(unused);
    expect(names).toContain(strange);
    rmSync(strange);
    const renewed = states(cache);
    expect(renewed.map(([file]) => file)).toEqual(kept.map(([file]) => file));
    expect(renewed.filter(([, ino], at) => ino === kept[at]?.[1])).toEqual([]);
    expect(run(cache)).toMatchObject({ status: 0, stderr: '' });
    expect(states(cache)).toEqual(renewed);
    rmSync(cache, { recursive: true });
  });

  it('is taken by a look at a cluster too, which loads as it goes', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'pullwhy-cache-'));
    const server = await startReplayServer({ objects: [] });
    const config = join(cache, 'config');
    writeFileSync(config, server.kubeconfig());
    const look = () => pullwhy(['-A', '--kubeconfig', config], '', { XDG_CACHE_HOME: cache });
    const first = await look();
    const written = states(cache);
    expect(written.length).toBeGreaterThan(3);
    expect(await look()).toEqual(first);
    expect(states(cache)).toEqual(written);
    await server.close();
    rmSync(cache, { recursive: true });
  });

  it.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut', (code: Buffer) => code.subarray(0, code.length >> 1)],
    ['shorter than its sum', (code: Buffer) => code.subarray(0, 2)],
    ['overwritten', (code: Buffer) => Buffer.from(code).fill(0x5a, code.length >> 2, code.length >> 1)],
  ])('is made anew, without a word, where a file is %s', (_, damaged) => {
    const cache = mkdtempSync(join(tmpdir(), 'pullwhy-cache-'));
    run(cache);
    const kept = keptFiles(cache);
    for (const file of kept) writeFileSync(file, damaged(readFileSync(file)));
    expect(run(cache)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^\d+\./) });
    expect(keptFiles(cache)).toEqual(kept);
    rmSync(cache, { recursive: true });
  });

  it('belongs to one installation: where a file stands is part of what is made of it', () => {
    const cache = mkdtempSync(join(tmpdir(), 'pullwhy-cache-'));
    cpSync('dist', join(cache, 'other', 'dist'), { recursive: true, filter: (path) => !path.includes('types') });
    cpSync('package.json', join(cache, 'other', 'package.json'));
    run(cache);
    const kept = keptFiles(cache);
    expect(run(cache, {}, join(cache, 'other', 'dist', 'cli.cjs'))).toMatchObject({ status: 0, stderr: '' });
    expect(keptFiles(cache)).toHaveLength(2 * kept.length);
    rmSync(cache, { recursive: true });
  });

  it('holds no import(), for which Node would have to be told where the code stands', () => {
    const chunks = readdirSync('dist/command').map((file) => readFileSync(join('dist/command', file), 'utf8'));
    expect(chunks.filter((code) => /(?<![.\w$])import\(/.test(code))).toEqual([]);
  });

  it('is nothing where the user wants it so', () => {
    const cache = mkdtempSync(join(tmpdir(), 'pullwhy-cache-'));
    expect(run(cache, { NODE_DISABLE_COMPILE_CACHE: '1' })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(cache)).toEqual([]);
    rmSync(cache, { recursive: true });
  });

  it('is made anew where another user wrote it', () => {
    const cache = mkdtempSync(join(tmpdir(), 'pullwhy-cache-'));
    run(cache);
    const written = keptFiles(cache).map((file) => statSync(file).ino);
    const somebodyElse = join(cache, 'somebody-else.cjs');
    writeFileSync(somebodyElse, 'const user = process.geteuid(); process.geteuid = () => user + 1;');
    const after = run(cache, { NODE_OPTIONS: `--require ${JSON.stringify(somebodyElse)}` });
    expect(after).toMatchObject({ status: 0, stderr: '' });
    const inodes = keptFiles(cache).map((file) => statSync(file).ino);
    expect(inodes).toHaveLength(written.length);
    expect(inodes.filter((ino, at) => ino === written[at])).toEqual([]);
    rmSync(cache, { recursive: true });
  });

  it('leaves no part of a file where it cannot be put in its place', () => {
    const cache = mkdtempSync(join(tmpdir(), 'pullwhy-cache-'));
    run(cache);
    for (const file of keptFiles(cache)) {
      rmSync(file);
      mkdirSync(join(file, 'full'), { recursive: true });
    }
    expect(run(cache)).toMatchObject({ status: 0, stderr: '' });
    expect(keptFiles(cache)).toEqual([]);
    rmSync(cache, { recursive: true });
  });

  it('is nothing, without a word, where the cache cannot be written', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pullwhy-cache-')), 'file');
    writeFileSync(file, '');
    expect(run(file)).toMatchObject({ status: 0, stderr: '' });
    rmSync(join(file, '..'), { recursive: true });
    // No folder can be made there, and none is missing above it.
    expect(run('/proc')).toMatchObject({ status: 0, stderr: '' });
  });
});

function keptFiles(cache: string): readonly string[] {
  return readdirSync(join(cache, 'pullwhy', 'compiled'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The entry and all that it loads, step by step, before its last line has run: paths in `dist/`. */
function loaded(entry: string, pattern: RegExp): Set<string> {
  const found = new Set<string>();
  const open = [entry];
  for (let chunk = open.pop(); chunk !== undefined; chunk = open.pop()) {
    if (found.has(chunk)) continue;
    found.add(chunk);
    open.push(...targets(chunk, pattern));
  }
  return found;
}

/** What stands beside it in `dist/`: Node's own modules and other packages are left out. */
function targets(chunk: string, pattern: RegExp): readonly string[] {
  const code = readFileSync(join('dist', chunk), 'utf8');
  return [...code.matchAll(pattern)].flatMap(([, path = '']) => (path.startsWith('.') ? join(chunk, '..', path) : []));
}
