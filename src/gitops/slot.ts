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

/** A part of a text that one place holds: to change it, the place is written anew with the rest as it was. */
export function editedPart(text: string, slot: Slot | undefined, from: number, to: number): Piece {
  const part = text.slice(from, to);
  if (slot === undefined) return { text: part };
  const spell = (value: string) => slot.spell(`${text.slice(0, from)}${value}${text.slice(to)}`);
  return { text: part, slot: { ...slot, spell } };
}

/** Pieces cut at two offsets of their text. */
export function cutPieces(pieces: readonly Piece[], from: number, to: number): readonly Piece[] {
  let at = 0;
  return pieces.flatMap((piece) => {
    const [start, end] = [Math.max(0, from - at), Math.min(piece.text.length, to - at)];
    at += piece.text.length;
    if (start >= end) return [];
    return start === 0 && end === piece.text.length ? [piece] : [editedPart(piece.text, piece.slot, start, end)];
  });
}
