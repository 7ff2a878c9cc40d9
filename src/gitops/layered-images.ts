import { fieldOf, type Layers, lookUp, piecesOf } from './helm/value.ts';
import { type LooseImage, looseImages } from './loose.ts';
import type { Piece } from './slot.ts';
import type { YamlAt } from './yaml-source.ts';

const MAX_DEPTH = 32;
const MAX_FOUND = 500;
const TOO_MANY = `parts of values more than ${MAX_DEPTH} deep or after ${MAX_FOUND} images`;
/** Keys of a map that spells an image. */
const FIELDS: ReadonlySet<string> = new Set(['repository', 'registry', 'tag', 'digest']);

/**
 * Everything in layered values that looks like an image; its parts may come from different layers. `named`: paths that a
 * layer knows and that cannot be listed from it.
 */
export function layeredImages(layers: Layers, named: readonly (readonly string[])[] = []): readonly LooseImage[] {
  const maps = new Map<string, readonly string[]>();
  const listed: LooseImage[] = [];
  for (const layer of layers) {
    const root = layer([]);
    if (root !== undefined) collect(root, [], maps, listed);
  }
  for (const path of named) maps.set(JSON.stringify(path.slice(0, -1)), path.slice(0, -1));
  return [...[...maps.values()].slice(0, MAX_FOUND).flatMap((path) => imagesAt(layers, path, named)), ...listed];
}

function collect(
  at: YamlAt,
  path: readonly string[],
  maps: Map<string, readonly string[]>,
  listed: LooseImage[],
): void {
  if (path.length > MAX_DEPTH || maps.size > MAX_FOUND) {
    at.source.unread?.tell(TOO_MANY, at.source.path, 1, at.start);
    return;
  }
  const keys = at.keys();
  if (keys.some((key) => FIELDS.has(key) || isImageKey(key))) maps.set(JSON.stringify(path), path);
  for (const key of keys) {
    const value = at.get(key);
    if (value?.isMap() === true) collect(value, [...path, key], maps, listed);
    if (value?.isList() === true) {
      const inside = looseImages(value).map((image) => ({ ...image, keys: [...path, key, image.keys].join('.') }));
      listed.push(...inside.slice(0, MAX_FOUND - listed.length));
      if (listed.length >= MAX_FOUND) at.source.unread?.tell(TOO_MANY, at.source.path, 1, at.start);
    }
  }
}

function isImageKey(key: string): boolean {
  return /image$/i.test(key);
}

function imagesAt(
  layers: Layers,
  path: readonly string[],
  named: readonly (readonly string[])[],
): readonly LooseImage[] {
  const field = (key: string) => piecesOf(fieldOf({ kind: 'values', layers, path }, key));
  const keys = path.join('.');
  const values = { layers, path };
  const tag = versionOf(field('tag'), field('digest'));
  const repository = field('repository');
  const registry = field('registry');
  const host = isWritten(registry) ? [...registry, { text: '/' }] : [];
  const mapped: readonly LooseImage[] = isWritten(repository)
    ? [{ image: [...host, ...repository, ...tag], keys, versionOnly: false, values }]
    : isWritten(tag) && isImageKey(path.at(-1) ?? '')
      ? [{ image: tag.slice(1), keys, versionOnly: true, values }]
      : [];
  return [...mapped, ...imageKeysAt(layers, path, named).flatMap((key) => imageUnder(layers, path, key))];
}

function imageKeysAt(
  layers: Layers,
  path: readonly string[],
  named: readonly (readonly string[])[],
): readonly string[] {
  const listed = layers.flatMap((layer) => layer(path)?.keys() ?? []);
  const told = named.filter((n) => n.length === path.length + 1 && path.every((key, i) => key === n[i]));
  return [...new Set([...listed, ...told.flatMap((n) => n.at(-1) ?? [])])].filter(isImageKey);
}

/** `image: host/path:tag`, or `image` and `tag` side by side. */
function imageUnder(layers: Layers, path: readonly string[], key: string): readonly LooseImage[] {
  const image = piecesOf(lookUp(layers, [...path, key]));
  if (!isWritten(image)) return [];
  const tags = ['tag', 'imageTag', 'version'].map((name) => piecesOf(lookUp(layers, [...path, name])));
  const tag = versionOf(tags.find(isWritten) ?? [], []);
  const whole = { image, keys: [...path, key].join('.'), versionOnly: false, values: { layers, path } };
  return tag.length === 0 ? [whole] : [{ ...whole, image: [...image, ...tag] }, whole];
}

function versionOf(tag: readonly Piece[], digest: readonly Piece[]): readonly Piece[] {
  if (isWritten(digest)) return [{ text: '@' }, ...digest];
  return isWritten(tag) ? [{ text: ':' }, ...tag] : [];
}

function isWritten(pieces: readonly Piece[]): boolean {
  return pieces.some(({ text }) => text !== '');
}
