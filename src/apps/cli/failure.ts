import { ClusterError } from '../../core/cluster-error.ts';
import { neutralize, redact } from '../../core/redact.ts';
import { UsageError } from '../../core/usage-error.ts';

/** Exit codes of CONTRACT: scripts rely on them. */
export const EXIT = { ok: 0, found: 1, usage: 2, incomplete: 3 } as const;

/** Prints one line on standard error and returns the exit code; the stack only when `verbose`. */
export function reportFailure(error: unknown, verbose: boolean): number {
  const usage = error instanceof UsageError;
  const expected = usage || error instanceof ClusterError;
  const message = error instanceof Error ? error.message : String(error);
  const line = neutralize(redact(message)).replaceAll(/\s*\n\s*/g, ' ');
  process.stderr.write(
    expected ? `pullwhy: ${line}\n` : `pullwhy: internal error: ${line}${verbose ? '' : ' (-v shows where)'}\n`,
  );
  if (verbose && error instanceof Error && error.stack !== undefined)
    process.stderr.write(`${neutralize(redact(error.stack))}\n`);
  return usage ? EXIT.usage : EXIT.incomplete;
}
