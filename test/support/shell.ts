import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a shell made of one command line: the programs that it would have run, each with its arguments. */
export interface Shelled {
  readonly command: string;
  readonly programs: readonly (readonly string[])[];
}

export interface ShellRun {
  readonly commands: readonly Shelled[];
  /** Complaints of the shell: syntax errors above all. */
  readonly stderr: string;
  /** Files that the commands made: redirections that were not meant. */
  readonly files: readonly string[];
}

/** No program is found, so that bash asks this function, which only writes down its words. */
const SCRIPT = `
exec 9>&1 1>/dev/null
command_not_found_handle() { printf '\\1%s' "$@" >&9; printf '\\2' >&9; }
for line in "$@"; do printf '\\3' >&9; eval "$line" </dev/null; done
`;

/** Gives command lines to a real shell in which nothing can run. */
export function shell(commands: readonly string[]): ShellRun {
  const folder = mkdtempSync(join(tmpdir(), 'pullwhy-sh-'));
  try {
    const { stdout, stderr } = spawnSync('/bin/bash', ['--norc', '-c', SCRIPT, 'bash', ...commands.map(filledIn)], {
      cwd: folder,
      env: { PATH: '/nonexistent', HOME: folder, LC_ALL: 'C.UTF-8' },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const ran = stdout.split('\u0003').slice(1);
    return {
      commands: commands.map((command, i) => ({ command, programs: programsOf(ran[i] ?? '') })),
      stderr,
      files: readdirSync(folder),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function programsOf(written: string): string[][] {
  return written
    .split('\u0002')
    .filter((program) => program !== '')
    .map((program) => program.split('\u0001').slice(1));
}

/** `<name>` outside of quotes is for the reader to fill in; a quoted one is a word of the data. */
function filledIn(command: string): string {
  const parts = command.match(/'[^']*'|\\'|[^'\\]+|[\s\S]/g) ?? [];
  return parts.map((part) => (part.startsWith("'") ? part : part.replaceAll(/<[a-z][a-z .]*>/gi, 'FILLED'))).join('');
}
