import { createHash } from 'node:crypto';

/** A path inside a bundle that may be written below a folder, or why it may not. */
export type SafePath = { readonly path: string } | { readonly refused: string };

/** File systems end names at 255 bytes; room is left for the ending of temporary files. */
const NAME_BYTES = 200;
const PATH_CHARS = 1_000;
const DEPTH = 40;

/**
 * Names come from strangers: `../`, absolute paths, drive letters and control characters are refused,
 * whatever this machine's own rules are. Too long a name is shortened; its hash keeps it apart from others.
 */
export function safePath(name: string): SafePath {
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(name))
    return { refused: 'control characters in the name' };
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (/^[/\\]/.test(name) || /^[A-Za-z]:/.test(parts[0] ?? '')) return { refused: 'an absolute path' };
  if (name.split(/[/\\]/).includes('..')) return { refused: 'a path that leads out of the folder' };
  if (parts.length === 0) return { refused: 'an empty name' };
  if (parts.length > DEPTH) return { refused: `more than ${DEPTH} folders deep` };
  const path = parts.map(shortName).join('/');
  if (path.length > PATH_CHARS) return { refused: `a path of more than ${PATH_CHARS} characters` };
  return { path };
}

/** Backslashes separate folders on some machines only: they are no part of a name anywhere here. */
function shortName(name: string): string {
  const plain = Buffer.from(name.replaceAll('\\', '_')).toString();
  const bytes = Buffer.byteLength(plain);
  if (bytes <= NAME_BYTES) return plain;
  const ending = /\.[\w.]{1,20}$/.exec(plain)?.[0] ?? '';
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, 12);
  return `${[...plain].slice(0, 40).join('')}~${hash}${ending}`;
}
