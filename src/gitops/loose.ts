import type { Layers } from './helm/value.ts';
import type { Piece } from './slot.ts';
import type { YamlAt } from './yaml-source.ts';

/** An image that a file names outside of a pod template: values of a chart, fields of a custom resource. */
export interface LooseImage {
  readonly image: readonly Piece[];
  /** `image.tag`, `spec.image`: keys from the top. */
  readonly keys: string;
  /** Only the version is written; the name is somewhere else. */
  readonly versionOnly: boolean;
  /** The values of a chart that it stands among. */
  readonly values?: { readonly layers: Layers; readonly path: readonly string[] };
}

const MAX_DEPTH = 32;
const MAX_FOUND = 500;
const TOO_MANY = `parts of objects more than ${MAX_DEPTH} deep or after ${MAX_FOUND} images`;

/** Everything below a node that looks like an image: `image: host/path:tag`, or a map of repository and tag. */
export function looseImages(at: YamlAt): readonly LooseImage[] {
  const found: LooseImage[] = [];
  collect(at, [], found);
  return found;
}

function collect(at: YamlAt, keys: readonly string[], found: LooseImage[]): void {
  if (keys.length > MAX_DEPTH || found.length > MAX_FOUND) {
    if (at.isMap() || at.isList()) at.source.unread?.tell(TOO_MANY, at.source.path, 1, at.start);
    return;
  }
  if (at.isList()) for (const [i, item] of at.items().entries()) collect(item, [...keys, String(i)], found);
  const shaped = at.isMap() ? imageOf(at, keys.at(-1)) : undefined;
  if (shaped !== undefined) found.push({ ...shaped, keys: keys.join('.') });
  for (const key of at.keys()) {
    const value = at.get(key);
    if (value === undefined) continue;
    const image = /image$/i.test(key) ? value.pieces() : undefined;
    const tag = image === undefined ? undefined : (at.get('tag') ?? at.get('imageTag') ?? at.get('version'))?.pieces();
    if (image !== undefined) {
      found.push({ image: [...image, ...versionOf(tag)], keys: [...keys, key].join('.'), versionOnly: false });
      if (tag !== undefined) found.push({ image, keys: [...keys, key].join('.'), versionOnly: false });
    } else collect(value, [...keys, key], found);
  }
}

/** `{registry, repository, tag, digest}`; the name of the map alone says nothing. */
function imageOf(map: YamlAt, key: string | undefined): Omit<LooseImage, 'keys'> | undefined {
  const repository = map.get('repository')?.pieces();
  const tag = map.get('tag')?.pieces();
  if (repository === undefined) {
    return tag !== undefined && /image$/i.test(key ?? '') ? { image: tag, versionOnly: true } : undefined;
  }
  const registry = map.get('registry')?.pieces() ?? [];
  const digest = map.get('digest')?.pieces() ?? [];
  const host = isWritten(registry) ? [...registry, { text: '/' }] : [];
  const version = isWritten(digest) ? [{ text: '@' }, ...digest] : versionOf(tag);
  return { image: [...host, ...repository, ...version], versionOnly: false };
}

function versionOf(tag: readonly Piece[] | undefined): readonly Piece[] {
  return tag !== undefined && isWritten(tag) ? [{ text: ':' }, ...tag] : [];
}

function isWritten(pieces: readonly Piece[]): boolean {
  return pieces.some(({ text }) => text !== '');
}
