import type { Piece } from '../slot.ts';
import { fieldOf, isTrue, piecesOf, UNKNOWN, type Value } from './value.ts';

/**
 * The image helper of library charts that are seldom kept in a checkout (`common.images.image` and its copies):
 * `registry/repository:tag`, or `@digest` when one is set; the registry of `global` wins.
 */
export function sharedImage(name: string, dot: Value): Value {
  if (!/images?\.(?:image|render|ref)$/.test(name)) return UNKNOWN;
  const image = fieldOf(dot, 'imageRoot');
  const repository = fieldOf(image, 'repository');
  if (!isTrue(repository)) return UNKNOWN;
  const global = fieldOf(fieldOf(dot, 'global'), 'imageRegistry');
  const registry = isTrue(global) ? global : fieldOf(image, 'registry');
  const digest = fieldOf(image, 'digest');
  const tag = fieldOf(image, 'tag');
  const version: readonly Piece[] = isTrue(digest)
    ? [{ text: '@' }, ...piecesOf(digest)]
    : [{ text: ':' }, ...piecesOf(isTrue(tag) ? tag : fieldOf(fieldOf(dot, 'chart'), 'AppVersion'))];
  const host = isTrue(registry) ? [...piecesOf(registry), { text: '/' }] : [];
  return { kind: 'text', pieces: [...host, ...piecesOf(repository), ...version] };
}
