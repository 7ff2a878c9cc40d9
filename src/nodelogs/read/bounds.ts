import type { ReadLine } from '../../core/node/read-answer.ts';

/** What one call shows at most. */
export interface ReadBounds {
  readonly lines: number;
  readonly bytes: number;
  readonly lineChars: number;
}

/** A part of a file, ready to be shown. */
export interface FilePart {
  readonly lines: readonly ReadLine[];
  readonly more: { readonly before: boolean; readonly after: boolean };
  readonly totalLines?: number;
  readonly cut?: string;
  readonly bytesRead: number;
}

export function boundsInWords({ lines, bytes }: ReadBounds): string {
  return `one call shows at most ${lines} lines or ${bytes} bytes`;
}
