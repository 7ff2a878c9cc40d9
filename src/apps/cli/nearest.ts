import { editDistance } from '../../image/near-miss.ts';

/** More differences than this is another word, not a slip. */
const MAX_SLIPS = 4;

/** ` (did you mean x?)`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const ranked = known
    .map((name) => ({ name, slips: name.includes(word) && word.length > 2 ? 1 : editDistance(word, name, MAX_SLIPS) }))
    .sort((a, b) => a.slips - b.slips);
  const [best] = ranked;
  return best === undefined || best.slips > MAX_SLIPS || best.slips >= best.name.length
    ? ''
    : ` (did you mean ${best.name}?)`;
}
