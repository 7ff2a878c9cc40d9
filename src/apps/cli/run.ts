import { reportFailure } from './failure.ts';
import { buildProgram } from './program.ts';

/** Runs the command line of this process; the exit code is set when it ends. */
export async function run(): Promise<void> {
  // A reader such as `head` may close the pipe early; that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await buildProgram().parseAsync(spelledOut(process.argv));
  } catch (error) {
    process.exitCode = reportFailure(error, process.argv.includes('-v') || process.argv.includes('--verbose'));
  }
}

/** `help node search` asks what `node search --help` does; commander's own `help` stops at the first name. */
function spelledOut(argv: readonly string[]): readonly string[] {
  const [node = '', script = '', help, ...names] = argv;
  return help === 'help' && names.length > 1 ? [node, script, ...names, '--help'] : argv;
}
