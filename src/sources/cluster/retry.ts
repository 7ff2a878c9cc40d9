import type { Problem } from './problem.ts';

/** The API server may ask for a longer wait than a person has. */
const MAX_WAIT_MS = 10_000;

/** Trouble that may be over in a moment. A time-out is none: whoever waited once will not wait again. */
export function isPassing({ kind, step }: Problem): boolean {
  return (
    kind === 'throttled' || kind === 'server' || kind === 'broken' || (kind === 'unreachable' && step === 'answer')
  );
}

/** Milliseconds before the next try: what the server asked for, else longer with every try. */
export function waitBefore(attempt: number, retryAfter: string | undefined): number {
  const asked = Number(retryAfter);
  const wait = Number.isFinite(asked) && asked > 0 ? asked * 1000 : 200 * 2 ** attempt;
  return Math.min(wait, MAX_WAIT_MS);
}
