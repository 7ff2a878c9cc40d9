import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { ArchiveError } from './entry.ts';
import { gunzip, type Packing } from './format.ts';
import { CUT } from './tar.ts';

/** Node has no decoder for these; the usual programs have one. `xz` is kept from taking all memory. */
export const PROGRAMS: Readonly<Partial<Record<Packing, readonly string[]>>> = {
  xz: ['xz', '--decompress', '--stdout', '--memlimit-decompress=512MiB'],
  bzip2: ['bzip2', '--decompress', '--stdout'],
  zstd: ['zstd', '--decompress', '--stdout', '--quiet', '--memory=512MB'],
};

/** The bytes inside one layer of packing; ends with an `ArchiveError` where it is cut or damaged. */
export function decompress(packing: Packing, packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const program = PROGRAMS[packing];
  return program === undefined ? gunzipped(packed) : byProgram(program, packed);
}

async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = gunzip();
  const source = Readable.from(packed);
  source.on('error', (error) => unzip.destroy(error));
  source.pipe(unzip);
  try {
    yield* unzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw error instanceof ArchiveError ? error : new ArchiveError(gzipProblem(error));
  } finally {
    unzip.destroy();
    await closed(source);
  }
}

function gzipProblem(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  return /unexpected end/i.test(text) ? CUT : 'the archive is damaged';
}

async function* byProgram(
  [program = '', ...args]: readonly string[],
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('error', () => resolve(`it is packed with ${program}, which is not installed here: unpack it first`));
    child.on('close', (code) => resolve(code === 0 ? undefined : 'the archive ends in the middle, or is damaged'));
  });
  const source = Readable.from(packed);
  // Whoever stops reading closes the pipe; the end of the child tells what happened.
  child.stdin.on('error', () => undefined);
  source.pipe(child.stdin);
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>;
    const problem = await ended;
    if (problem !== undefined) throw new ArchiveError(problem);
  } finally {
    child.kill();
    await closed(source);
  }
}

/** Waits until the stream has let go of what it reads: a chunk may still be on its way. */
async function closed(stream: Readable): Promise<void> {
  if (stream.closed) return;
  const done = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  stream.destroy();
  await done;
}
