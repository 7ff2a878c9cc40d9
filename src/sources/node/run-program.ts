import { spawn } from 'node:child_process';
import { newestPart } from './newest-part.ts';

/** What a program of the node printed, or why it did not. */
export type Ran =
  | { readonly state: 'printed'; readonly bytes: Uint8Array; readonly cut?: string }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly said: string };

export interface RunOptions {
  readonly keepBytes: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Folders in which nodes keep their programs; root's PATH may lack them under cron or an agent. */
const FOLDERS = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin:/var/lib/rancher/rke2/bin';
const MAX_SAID = 2_000;

/** Runs a program without a shell and keeps the end of what it prints. Never waits longer than asked. */
export async function runProgram([program = '', ...args]: readonly string[], options: RunOptions): Promise<Ran> {
  const { keepBytes, timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${process.env.PATH ?? ''}:${FOLDERS}`, LC_ALL: 'C', TZ: 'UTC', SYSTEMD_COLORS: '0' },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < MAX_SAID) said += chunk.toString('utf8');
  });
  let late = false;
  const stop = () => child.kill('SIGKILL');
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const ended = new Promise<number | Error>((done) => {
      child.on('error', done);
      child.on('close', (code) => done(code ?? -1));
    });
    const [part, code] = await Promise.all([newestPart(child.stdout, { keep: keepBytes }), ended]);
    signal?.throwIfAborted();
    if (code instanceof Error) return isMissing(code) ? { state: 'missing' } : { state: 'failed', said: code.message };
    const cut = late ? `it did not end in ${timeoutMs / 1000} s` : part.cut;
    // Some print what they have and then fail for a part of it.
    if (part.bytes.length > 0) return { state: 'printed', bytes: part.bytes, ...(cut === undefined ? {} : { cut }) };
    if (code === 0) return { state: 'printed', bytes: part.bytes };
    return { state: 'failed', said: late ? (cut ?? '') : firstLine(said) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function isMissing(error: Error): boolean {
  return 'code' in error && error.code === 'ENOENT';
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, 300) || 'it says nothing';
}
