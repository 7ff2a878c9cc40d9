import type { Piece, Slot } from '../slot.ts';
import { lineOf, type Source } from '../yaml-source.ts';

/** A piece of rendered text; one that a template file spells out can be cut, and what it says replaced. */
export interface Fragment extends Piece {
  readonly literal?: true;
}

/** A stretch of a template file as it stands. */
export function literal(path: string, start: number, text: string): Fragment {
  return { text, literal: true, slot: { path, start, end: start + text.length, spell: (value) => value } };
}

/** Part of a fragment. A value is a whole: a part of it has no place of its own. */
function slice(fragment: Fragment, from: number, to: number): Fragment {
  if (from === 0 && to === fragment.text.length) return fragment;
  const text = fragment.text.slice(from, to);
  if (fragment.literal !== true || fragment.slot === undefined) return { text };
  return literal(fragment.slot.path, fragment.slot.start + from, text);
}

/** Every line set in by so many blanks. */
export function indented(fragments: readonly Fragment[], columns: number): readonly Fragment[] {
  const pad = { text: ' '.repeat(Math.min(columns, 200)) };
  const lines = fragments.flatMap((fragment) => {
    const parts: Fragment[] = [];
    let from = 0;
    for (let at = fragment.text.indexOf('\n'); at >= 0; at = fragment.text.indexOf('\n', from)) {
      parts.push(slice(fragment, from, at + 1), pad);
      from = at + 1;
    }
    if (from < fragment.text.length || from === 0) parts.push(slice(fragment, from, fragment.text.length));
    return parts;
  });
  return [pad, ...lines];
}

/** Without blanks at both ends. */
export function trimmed(fragments: readonly Fragment[]): readonly Fragment[] {
  const all = [...fragments];
  for (let first = all[0]; first !== undefined; first = all[0]) {
    const blanks = first.text.length - first.text.trimStart().length;
    if (blanks < first.text.length) {
      all[0] = slice(first, blanks, first.text.length);
      break;
    }
    all.shift();
  }
  for (let last = all.at(-1); last !== undefined; last = all.at(-1)) {
    const end = last.text.trimEnd().length;
    if (end > 0) {
      all[all.length - 1] = slice(last, 0, end);
      break;
    }
    all.pop();
  }
  return all;
}

/** Rendered text as a source: each stretch leads to the values and template lines that it was made of. */
export function renderedSource(
  path: string,
  fragments: readonly Fragment[],
  fileText: (path: string) => string | undefined,
): Source {
  const starts: number[] = [];
  let length = 0;
  for (const { text } of fragments) {
    starts.push(length);
    length += text.length;
  }
  const text = fragments.map((f) => f.text).join('');
  const indexAt = (offset: number) => lastAtOrBefore(starts, offset);
  return {
    path,
    text,
    pieces: (start, end) => {
      const pieces: Fragment[] = [];
      for (let i = Math.max(0, indexAt(start)); i < fragments.length && (starts[i] ?? end) < end; i += 1) {
        const fragment = fragments[i];
        const from = starts[i] ?? 0;
        if (fragment === undefined || from + fragment.text.length <= start) continue;
        pieces.push(slice(fragment, Math.max(0, start - from), Math.min(fragment.text.length, end - from)));
      }
      return pieces;
    },
    line: (offset) => {
      const i = indexAt(offset);
      const fragment = fragments[i];
      const slot = fragment?.literal === true ? fragment.slot : undefined;
      const file = slot === undefined ? undefined : fileText(slot.path);
      return slot === undefined || file === undefined
        ? undefined
        : lineOf(slot.path, file, slot.start + (offset - (starts[i] ?? 0)));
    },
  };
}

/** Index of the last number that is not above; binary, for texts have thousands of fragments. */
function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A slot that a piece alone fills, for pieces that came through text functions unchanged. */
export function onlySlot(pieces: readonly Piece[]): Slot | undefined {
  return pieces.length === 1 ? pieces[0]?.slot : undefined;
}
