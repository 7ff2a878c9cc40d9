import type { Gap } from '../core/fact.ts';
import { neutralize } from '../core/redact.ts';

/** Places of one sort that are named. */
const MAX_NAMED = 3;

/** What bounds left out of a checkout, by sort and place; told beside the answer, for it may hold what was looked for. */
export class Unread {
  readonly #sorts = new Map<string, Map<string, { readonly path: string; readonly count: number }>>();

  /** Told again of the same place (`at`: the offset in it, where a file has several), it counts once. */
  tell(sort: string, path: string, count = 1, at = 0): void {
    const places = this.#sorts.get(sort) ?? new Map();
    this.#sorts.set(sort, places.set(`${path}:${at}`, { path, count }));
  }

  get gaps(): readonly Gap[] {
    return [...this.#sorts].map(([sort, places]) => {
      const all = [...places.values()];
      const paths = [...new Set(all.map(({ path }) => path))];
      const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more files` : '';
      const count = all.reduce((sum, place) => sum + place.count, 0);
      return {
        wanted: `${sort}: ${count}, in ${paths.slice(0, MAX_NAMED).map(neutralize).join(', ')}${more} of the checkout`,
        why: 'truncated' as const,
        how: 'give --repo the folder with the manifests alone',
      };
    });
  }
}
