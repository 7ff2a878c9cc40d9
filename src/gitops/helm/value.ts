import { newKeyAfter } from '../new-key.ts';
import type { Piece, Slot } from '../slot.ts';
import { textOf } from '../slot.ts';
import { spellScalar } from '../yaml-scalar.ts';
import type { YamlAt } from '../yaml-source.ts';

/** What a template expression gives, with where its text is written. */
export type Value =
  | { readonly kind: 'text'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** Not set; the slot is where it would be. */
  | { readonly kind: 'nil'; readonly slot?: Slot }
  /** A map of the values: its path through all layers. */
  | { readonly kind: 'values'; readonly layers: Layers; readonly path: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, Value> }
  /** Something that is not worked out. */
  | { readonly kind: 'unknown' };

/** Values of a chart, the weakest first; each finds what stands under a path. */
export type Layers = readonly ((path: readonly string[]) => YamlAt | undefined)[];

export const NIL: Value = { kind: 'nil' };
export const UNKNOWN: Value = { kind: 'unknown' };

export function plainText(text: string): Value {
  return { kind: 'text', pieces: [{ text }] };
}

export function bool(value: boolean): Value {
  return { kind: 'bool', value };
}

/** What a file of values holds under a path. */
export function fileLayer(root: YamlAt | undefined): Layers {
  return root === undefined ? [] : [(path) => root.at(...path)];
}

/** The part of all layers that a dependency of the chart sees. */
export function below(layers: Layers, key: string): Layers {
  return layers.map((layer) => (path) => layer([key, ...path]));
}

/** The strongest layer that says something wins; maps are merged, lists and scalars are not. */
export function lookUp(layers: Layers, path: readonly string[]): Value {
  for (let i = layers.length - 1; i >= 0; i -= 1) {
    const at = layers[i]?.(path);
    if (at === undefined) continue;
    if (at.isMap()) return { kind: 'values', layers, path };
    return valueAt(at);
  }
  return missing(layers, path);
}

/** A value outside the layers: an item of a list. */
export function valueAt(at: YamlAt): Value {
  if (at.isList()) return { kind: 'list', items: at.items().map(valueAt) };
  if (at.isMap()) return { kind: 'values', layers: fileLayer(at), path: [] };
  const text = at.string();
  if (text === undefined) return nullAt(at);
  if (text === 'true' || text === 'false') return bool(text === 'true');
  const pieces = at.pieces() ?? [{ text }];
  const [only] = pieces;
  // Helm reads numbers as numbers: 1.10 becomes 1.1.
  return pieces.length === 1 && only !== undefined
    ? { kind: 'text', pieces: [{ ...only, text: asHelmPrints(at, text) }] }
    : { kind: 'text', pieces };
}

function asHelmPrints(at: YamlAt, text: string): string {
  const { value } = at.node as { readonly value?: unknown };
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e6 ? String(value) : text;
}

/** `tag:` with nothing behind it. */
function nullAt(at: YamlAt): Value {
  const [start, end] = at.node.range ?? [0, 0];
  const [piece] = at.source.pieces(start, end);
  if (piece?.slot === undefined) return NIL;
  const blank = end > start ? '' : ' ';
  return { kind: 'nil', slot: { ...piece.slot, spell: (value) => `${blank}${spellScalar(value, 'plain')}` } };
}

/** Where a value that no layer has would be written: beside its neighbours in the strongest layer that has them. */
function missing(layers: Layers, path: readonly string[]): Value {
  const key = path.at(-1);
  if (key === undefined) return NIL;
  for (let i = layers.length - 1; i >= 0; i -= 1) {
    const parent = layers[i]?.(path.slice(0, -1));
    const neighbour = parent?.keys().find((k) => k === 'repository' || k === 'image' || k === 'name');
    if (parent === undefined || neighbour === undefined || path.length < 2) continue;
    const slot = newKeyAfter(parent, neighbour, (value) => `${key}: ${spellScalar(value, 'plain')}`);
    return { kind: 'nil', ...(slot === undefined ? {} : { slot }) };
  }
  return NIL;
}

/** A field of a value, as `.a` reads it. */
export function fieldOf(value: Value, key: string): Value {
  if (value.kind === 'values') return lookUp(value.layers, [...value.path, key]);
  if (value.kind === 'dict') return value.entries.get(key) ?? NIL;
  return value.kind === 'nil' ? NIL : UNKNOWN;
}

/** The names of a map's fields, of all layers. */
export function keysOf(value: Value): readonly string[] {
  if (value.kind === 'dict') return [...value.entries.keys()];
  if (value.kind !== 'values') return [];
  return [...new Set(value.layers.flatMap((layer) => layer(value.path)?.keys() ?? []))].sort();
}

export function piecesOf(value: Value): readonly Piece[] {
  if (value.kind === 'text') return value.pieces;
  return value.kind === 'bool' ? [{ text: String(value.value) }] : [];
}

export function stringOf(value: Value): string {
  return textOf(piecesOf(value));
}

/** Truth as templates have it. What is not worked out is taken for false. */
export function isTrue(value: Value): boolean {
  switch (value.kind) {
    case 'text':
      return !/^0?$/.test(textOf(value.pieces));
    case 'bool':
      return value.value;
    case 'list':
      return value.items.length > 0;
    case 'dict':
      return value.entries.size > 0;
    case 'values':
      return keysOf(value).length > 0;
    default:
      return false;
  }
}
