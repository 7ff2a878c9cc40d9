import { editDistance } from './edit-distance.ts';

/** More differences than this, or in more than half of the letters, is another word, not a slip. */
const MAX_SLIPS = 4;
const SHOWN = 3;

/** Names that may have been meant, best first, three at most. */
export function nearest(word: string, known: readonly string[]): readonly string[] {
  return known
    .map((name) => ({ name, slips: name.includes(word) && word.length > 2 ? 1 : editDistance(word, name, MAX_SLIPS) }))
    .filter(({ name, slips }) => slips <= Math.min(MAX_SLIPS, Math.max(1, Math.min(word.length, name.length) / 2)))
    .sort((a, b) => a.slips - b.slips)
    .slice(0, SHOWN)
    .map(({ name }) => name);
}

/** ` (did you mean x?)`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const [best] = nearest(word, known);
  return best === undefined ? '' : ` (did you mean ${best}?)`;
}
