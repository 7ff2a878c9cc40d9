import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from './packages.ts';

/** Set in the process that runs apart; holds the folder for everything that it writes. */
const FOLDER = 'PULLWHY_INTEGRATION_FOLDER';
const NAMESPACES = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
const LONGEST_MS = 240_000;

/** The folder of the run, in the process that runs apart. */
export function folderOfRun(): string | undefined {
  return process.env[FOLDER];
}

/**
 * Runs this script again in a network of its own that has nothing but loopback, in a process tree that ends with it.
 * Undefined where the kernel or the rights do not allow that.
 */
export async function runApart(): Promise<number | undefined> {
  const possible = spawnSync(pathOf('unshare'), [...NAMESPACES, pathOf('ip'), 'link', 'set', 'lo', 'up']).status === 0;
  if (!possible) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'pullwhy-integration-'));
  try {
    const args = [...NAMESPACES, process.execPath, ...process.argv.slice(1)];
    const child = spawn(pathOf('unshare'), args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, [FOLDER]: folder },
    });
    const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    const code = await new Promise<number>((done) => child.once('exit', (status) => done(status ?? 1)));
    clearTimeout(late);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In the process that runs apart: loopback comes up, and names are asked of a server on it. */
export function prepareNetwork(folder: string): void {
  run(pathOf('ip'), 'link', 'set', 'lo', 'up');
  const file = join(folder, 'resolv.conf');
  writeFileSync(file, 'nameserver 127.0.0.1\noptions timeout:2 attempts:1\n');
  run('mount', '--bind', file, '/etc/resolv.conf');
}

export function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 30_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || stdout || 'failed'}`);
  return stdout;
}
