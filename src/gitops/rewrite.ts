import { parseParts } from '../image/grammar.ts';
import { splitVersion } from '../image/split-version.ts';
import { type Edit, editOf, type Piece, type Slot, textOf } from './slot.ts';

/** The edits that make pieces spell another image; undefined when what stands there cannot spell it. */
export function rewriteImage(pieces: readonly Piece[], to: string): readonly Edit[] | undefined {
  return rewrite(pieces, to) ?? rewrite(pieces, withTag(pieces, to));
}

/** A template that always writes a tag takes a digest only behind it: `repository:tag@digest`. */
function withTag(pieces: readonly Piece[], to: string): string {
  const from = parseParts(textOf(pieces));
  const wanted = parseParts(to);
  if (!from.ok || !wanted.ok || from.parts.tag === undefined) return to;
  const { tag, digest } = wanted.parts;
  return digest === undefined || tag !== undefined ? to : to.replace('@', `:${from.parts.tag}@`);
}

function rewrite(pieces: readonly Piece[], to: string): readonly Edit[] | undefined {
  const values = changeOne(pieces, to) ?? changeAll(pieces, to);
  return values === undefined ? undefined : editsFor(pieces, values);
}

/** The last piece that can be changed alone so that the whole reads as wanted: the tag before the repository. */
function changeOne(pieces: readonly Piece[], to: string): readonly string[] | undefined {
  for (let i = pieces.length - 1; i >= 0; i -= 1) {
    if (pieces[i]?.slot === undefined) continue;
    const before = textOf(pieces.slice(0, i));
    const after = textOf(pieces.slice(i + 1));
    if (to.length <= before.length + after.length || !to.startsWith(before) || !to.endsWith(after)) continue;
    const value = to.slice(before.length, to.length - after.length);
    return pieces.map((piece, at) => (at === i ? value : piece.text));
  }
  return undefined;
}

/** Every piece with a slot takes what stands between the fixed texts, found from the end: colons of ports come first. */
function changeAll(pieces: readonly Piece[], to: string): readonly string[] | undefined {
  let end = to.length;
  const values: string[] = [];
  for (let i = pieces.length - 1; i >= 0; i -= 1) {
    const piece = pieces[i];
    if (piece === undefined) return undefined;
    if (piece.slot === undefined) {
      if (!to.slice(0, end).endsWith(piece.text)) return undefined;
      values.unshift(piece.text);
      end -= piece.text.length;
      continue;
    }
    const fixed = pieces[i - 1];
    const start = piece.isVersion
      ? splitVersion(to).name.length
      : fixed === undefined
        ? 0
        : startAfter(to.slice(0, end), fixed);
    if (start === undefined || start >= end) return undefined;
    values.unshift(to.slice(start, end));
    end = start;
  }
  // A digest is not cut at its colon, though the whole would read the same.
  const last = pieces.findLastIndex(({ slot }) => slot !== undefined);
  const isCut = values.some((value, i) => i < last && value.includes('@'));
  return end === 0 && !isCut ? values : undefined;
}

/** Two places side by side with no text between them cannot be told apart. */
function startAfter(text: string, fixed: Piece): number | undefined {
  if (fixed.slot !== undefined || fixed.text === '') return undefined;
  const at = text.lastIndexOf(fixed.text);
  return at < 0 ? undefined : at + fixed.text.length;
}

/** One edit per place; undefined when one place would have to say two things. */
function editsFor(pieces: readonly Piece[], values: readonly string[]): readonly Edit[] | undefined {
  const wanted = new Map<string, { readonly slot: Slot; readonly value: string; readonly changed: boolean }>();
  for (const [i, { slot, text }] of pieces.entries()) {
    const value = values[i] ?? text;
    if (slot === undefined) continue;
    const key = `${slot.path}:${slot.start}`;
    const other = wanted.get(key);
    if (other !== undefined && other.value !== value) return undefined;
    wanted.set(key, { slot, value, changed: value !== text });
  }
  return [...wanted.values()].flatMap(({ slot, value, changed }) => (changed ? editOf(slot, value) : []));
}
