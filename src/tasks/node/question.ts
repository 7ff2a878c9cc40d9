import { UsageError } from '../../core/usage-error.ts';

/** A number of a question: refused when it is none or too small, lowered to `most` when it is larger. */
export function bounded(what: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least)
    throw new UsageError(`${what} of ${value} is none: use ${least} to ${most}`);
  return Math.min(value, most);
}

/** Names as people and agents give them, several or joined by commas: in lower case, without blanks. */
export function namesIn(given: readonly string[] = []): readonly string[] {
  return given
    .flatMap((names) => names.split(','))
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
}
