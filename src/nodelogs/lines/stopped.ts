import { excerpt } from '../../core/redact.ts';

/** Why a file was not read to the end. */
export interface Stopped {
  readonly why: 'budget' | 'damaged';
  readonly note: string;
}

/** What a file that broke off says of itself. */
export function damage(error: unknown): Stopped {
  return { why: 'damaged', note: problemOf(error) };
}

/** The words of an error, safe to print. */
export function problemOf(error: unknown): string {
  return excerpt(error instanceof Error ? error.message : String(error), 200);
}
