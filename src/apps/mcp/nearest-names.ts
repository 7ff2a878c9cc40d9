import { editDistance } from '../../image/near-miss.ts';

const MAX_SLIPS = 4;
const SHOWN = 3;

/** Names that may have been meant, best first. */
export function nearest(word: string, known: readonly string[]): readonly string[] {
  return known
    .map((name) => ({ name, slips: name.includes(word) ? 1 : editDistance(word, name, MAX_SLIPS) }))
    .filter(({ name, slips }) => slips <= MAX_SLIPS && slips < name.length)
    .sort((a, b) => a.slips - b.slips)
    .slice(0, SHOWN)
    .map(({ name }) => name);
}
