import { reportFailure } from './failure.ts';
import { buildProgram } from './program.ts';

/** Runs the command line of this process; the exit code is set when it ends. */
export async function run(): Promise<void> {
  // A reader such as `head` may close the pipe early; that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await buildProgram().parseAsync();
  } catch (error) {
    process.exitCode = reportFailure(error, process.argv.includes('-v') || process.argv.includes('--verbose'));
  }
}
