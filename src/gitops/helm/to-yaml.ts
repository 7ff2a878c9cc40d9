import { type Fragment, indented } from './fragments.ts';
import { fieldOf, keysOf, piecesOf, type Value } from './value.ts';

/** Maps in maps that are written out; deeper ones hold no images. */
const MAX_DEPTH = 16;

/** A value as block YAML, its scalars still leading to where they are written. */
export function toYaml(value: Value, depth = 0): readonly Fragment[] {
  if (depth > MAX_DEPTH) return [];
  if (value.kind === 'list') {
    if (value.items.length === 0) return [{ text: '[]' }];
    return joined(value.items.map((item) => [{ text: '- ' }, ...hanging(toYaml(item, depth + 1))]));
  }
  if (value.kind === 'values' || value.kind === 'dict') {
    const keys = keysOf(value);
    if (keys.length === 0) return [{ text: '{}' }];
    return joined(keys.map((key) => entry(key, fieldOf(value, key), depth)));
  }
  return scalar(value);
}

function entry(key: string, value: Value, depth: number): readonly Fragment[] {
  const name = { text: `${JSON.stringify(key)}:` };
  const isNested = value.kind === 'list' ? value.items.length > 0 : keysOf(value).length > 0;
  if (isNested) return [name, { text: '\n' }, ...indented(toYaml(value, depth + 1), 2)];
  return [name, { text: ' ' }, ...toYaml(value, depth + 1)];
}

/** Quoted, so that no text becomes structure. */
function scalar(value: Value): readonly Fragment[] {
  const pieces = piecesOf(value);
  if (value.kind !== 'text') return pieces.length > 0 ? pieces : [{ text: 'null' }];
  const simple = pieces.every(({ text }) => /^[^"\\\n]*$/.test(text));
  return simple
    ? [{ text: '"' }, ...pieces, { text: '"' }]
    : [{ text: JSON.stringify(pieces.map(({ text }) => text).join('')) }];
}

/** Lines after the first are set in below a dash. */
function hanging(fragments: readonly Fragment[]): readonly Fragment[] {
  return indented(fragments, 2).slice(1);
}

function joined(parts: readonly (readonly Fragment[])[]): readonly Fragment[] {
  return parts.flatMap((part, i) => (i === 0 ? part : [{ text: '\n' }, ...part]));
}
