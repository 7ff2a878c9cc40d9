import type { NodeAnswer } from './answer.ts';
import type { NodeFileKind } from './file-kind.ts';

/** A part of one file: the answer of `pullwhy node read`. */
export interface ReadAnswer extends NodeAnswer {
  readonly kind: 'NodeRead';
  readonly path: string;
  readonly fileKind: NodeFileKind;
  /** The finding or match that was asked for, and its line among these. */
  readonly about?: { readonly id: string; readonly line: number };
  /** Redacted, harmless, at most a few thousand characters each; blanks stay as they are. */
  readonly lines: readonly ReadLine[];
  /** Lines of the whole file, when they had to be counted. */
  readonly totalLines?: number;
  /** There is text before and after what is shown. */
  readonly more: { readonly before: boolean; readonly after: boolean };
  /** Less is shown than was asked for, and why. */
  readonly cut?: string;
}

export interface ReadLine {
  /** From 1; left out where bytes were asked for. */
  readonly line?: number;
  /** Offset of the line's first byte in the unpacked text. */
  readonly offset: number;
  readonly text: string;
}
