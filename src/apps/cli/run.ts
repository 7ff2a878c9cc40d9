import type { Command } from 'commander';
import { didYouMean } from '../../core/nearest.ts';
import { UsageError } from '../../core/usage-error.ts';
import { reportFailure } from './failure.ts';
import { programFor } from './program.ts';

/** Runs the command line of this process; the exit code is set when it ends. */
export async function run(): Promise<void> {
  // A reader such as `head` may close the pipe early; that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    const program = programFor(process.argv.slice(2));
    await program.parseAsync(spelledOut(process.argv, program));
  } catch (error) {
    process.exitCode = reportFailure(error, process.argv.includes('-v') || process.argv.includes('--verbose'));
  }
}

/** `help node search` asks what `node search --help` does; commander's own `help` stops at the first name. */
function spelledOut(argv: readonly string[], program: Command): readonly string[] {
  const [node = '', script = '', help, ...names] = argv;
  if (help !== 'help' || names.length === 0 || names[0] === 'help') return argv;
  names.reduce(below, program);
  return [node, script, ...names, '--help'];
}

/** The command of that name; commander would print the help of the one above, as if that had been asked for. */
function below(above: Command, name: string): Command {
  if (name.startsWith('-') || above.commands.length === 0) return above;
  const found = above.commands.find((command) => command.name() === name);
  if (found !== undefined) return found;
  const known = above.commands.map((command) => command.name());
  throw new UsageError(`there is no command ${name}${didYouMean(name, known)}: pullwhy --help lists them`);
}
