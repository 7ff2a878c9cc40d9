import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pullwhy } from './run-cli.ts';

const OBJECTS = 'fixtures/recordings/pull-secret-wrong-port/objects.json';
const folder = mkdtempSync(join(tmpdir(), 'pullwhy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function place(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.cjs', ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the terminal and the pipe', () => {
  it('ends quietly when the reader closes the pipe', async () => {
    const child = spawn(process.execPath, ['dist/cli.cjs', '--from', 'fixtures/recordings', '--show-evidence']);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdout.destroy();
    const code = await new Promise((done) => child.on('close', done));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('ends at once on Ctrl-C, without a word', async () => {
    const child = spawn(process.execPath, ['dist/cli.cjs', '--from', '-']);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('spawn', () => child.kill('SIGINT'));
    // A shell reports a process that died of SIGINT as 130.
    const signal = await new Promise((done) => child.on('close', (code, by) => done(by ?? code)));
    expect([signal, stderr]).toEqual(['SIGINT', '']);
  });

  it.each(['C', 'POSIX'])('prints ASCII alone under LC_ALL=%s', (locale) => {
    const { status, stdout } = run(['--from', OBJECTS, '--show-evidence'], { LC_ALL: locale });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
  });

  it('keeps to the columns that it is given', () => {
    const { stdout } = run(['--from', OBJECTS], { COLUMNS: '60', LANG: 'C.UTF-8' });
    const prose = stdout.split('\n').filter((line) => !/^\s+(?:fix |verify )?\s*(?:kubectl|echo) /.test(line));
    expect(prose.filter((line) => line.length > 60)).toEqual([]);
  });

  it('writes no colour into a pipe, whatever the terminal says', () => {
    expect(run(['--from', OBJECTS], { TERM: 'xterm-256color', COLORTERM: 'truecolor' }).stdout).not.toContain('\u001b');
  });

  it('gives JSON that other programs read', () => {
    const { stdout } = run(['--from', OBJECTS, '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ apiVersion: 'pullwhy/v1', summary: { incidents: 1 } });
  });
});

describe('files that are none', () => {
  const fifo = join(folder, 'fifo');
  spawnSync('mkfifo', [fifo]);

  it.each([
    ['a pipe that nobody writes to', fifo],
    ['an endless device', '/dev/zero'],
    ['an empty device', '/dev/null'],
    ['the memory of a process', '/proc/self/mem'],
    ['a program', process.execPath],
    ['a folder without evidence', place('empty')],
    ['a path through a file', `${OBJECTS}/x`],
    ['an empty name', ''],
    ['a name that is too long', 'x'.repeat(5_000)],
  ])('%s: one line, exit code 2', (_, path) => {
    const { status, stdout, stderr } = run(['--from', path]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^pullwhy: [^\n]+\n$/);
    expect(stderr).not.toContain('internal error');
    expect(status).toBe(2);
  });

  it('binary standard input', async () => {
    const { code, stderr } = await pullwhy(['--from', '-'], '\u0000\u0001\u0002ELF\u0000'.repeat(1_000));
    expect(stderr).toMatch(/^pullwhy: [^\n]+\n$/);
    expect(code).toBe(2);
  });

  it('a folder with pipes and links that go round', () => {
    const inside = place('loops');
    cpSync(OBJECTS, join(inside, 'objects.json'));
    spawnSync('mkfifo', [join(inside, 'fifo')]);
    symlinkSync(inside, join(inside, 'round'));
    symlinkSync('b', join(inside, 'a'));
    symlinkSync('a', join(inside, 'b'));
    symlinkSync('/etc/passwd', join(inside, 'outside.log'));
    symlinkSync('nowhere', join(inside, 'broken'));
    const { status, stdout, stderr } = run(['--from', inside, '-o', 'json']);
    expect([status, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout).incidents).toHaveLength(1);
  });

  it('thousands of files', () => {
    const inside = place('many');
    cpSync(OBJECTS, join(inside, 'objects.json'));
    for (let i = 0; i < 3_000; i += 1) writeFileSync(join(inside, `${i}.txt`), `file ${i}\n`);
    const { status, stdout } = run(['--from', inside]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^1 incident, 1 pod/);
  });
});
