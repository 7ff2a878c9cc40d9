/** A text that can be replaced: where it stands in a file, what it says, and how a new value is spelled there. */
export interface Slot {
  readonly path: string;
  /** Character offsets in the file; equal when the value is not written yet and would be inserted. */
  readonly start: number;
  readonly end: number;
  readonly spell: (value: string) => string;
}

/** One change of one file. */
export interface Edit {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function editOf({ path, start, end, spell }: Slot, value: string): Edit {
  return { path, start, end, text: spell(value) };
}

/** A stretch of a rendered text and the place that it comes from; without a slot it cannot be changed. */
export interface Piece {
  readonly text: string;
  readonly slot?: Slot;
  /** It is the version alone, with its colon or at sign. */
  readonly isVersion?: true;
}

export function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}
