import type { NodeBundle } from '../../core/node/bundle.ts';
import { idOf, keyOfNumber, numbered } from '../index/numbering.ts';

/** Name of the note that keeps which line has which number. */
const SEARCH_NUMBERS = 'search-numbers.json';

/** `S-001` for lines of a bundle; the same line keeps its number. */
export async function searchIds(
  bundle: NodeBundle,
  lines: readonly { readonly path: string; readonly line: number }[],
): Promise<{ readonly ids: readonly string[]; readonly kept: boolean }> {
  const keys = lines.map(({ path, line }) => `${line}:${path}`);
  const { numbers, kept } = await numbered(bundle.notes, SEARCH_NUMBERS, keys);
  return { ids: numbers.map((number) => idOf('S', number)), kept };
}

/** The line that `S-001` names; undefined when no search gave it out. */
export async function lineOfSearchId(
  bundle: NodeBundle,
  id: string,
): Promise<{ readonly path: string; readonly line: number } | undefined> {
  const number = Number(/^S-(\d{3,9})$/.exec(id)?.[1]);
  if (!(number > 0)) return undefined;
  const key = await keyOfNumber(bundle.notes, SEARCH_NUMBERS, number);
  const [, line, path] = /^(\d+):(.+)$/s.exec(key ?? '') ?? [];
  return line === undefined || path === undefined ? undefined : { path, line: Number(line) };
}
