import type { Incident } from '../core/report.ts';

type Gap = Incident['unknowns'][number];

/** Gaps of one sort that are shown: of forty pods whose events expired, three tell it. */
const SHOWN_OF_A_SORT = 3;

/** What a person reads of gaps: the first few of each sort, and how many are left out. */
export function gapsShown(gaps: readonly Gap[]): { readonly shown: readonly Gap[]; readonly left: number } {
  const counts = new Map<string, number>();
  for (const gap of gaps) counts.set(sortOf(gap), (counts.get(sortOf(gap)) ?? 0) + 1);
  const seen = new Map<string, number>();
  const shown = gaps.filter((gap) => {
    const sort = sortOf(gap);
    const before = seen.get(sort) ?? 0;
    seen.set(sort, before + 1);
    // "And one more" would take the line of that one.
    return before < SHOWN_OF_A_SORT || (counts.get(sort) ?? 0) === SHOWN_OF_A_SORT + 1;
  });
  return { shown, left: gaps.length - shown.length };
}

/** The last line of such a list; none where all are shown. */
export function gapsLeft(left: number): readonly string[] {
  return left === 0 ? [] : [`and ${left} more like these (-o json has all)`];
}

/** `events of pod api-1`, `Secret shop/regcred`: two words tell, names set aside. */
function sortOf({ what, why }: Gap): string {
  const words = what.split(' ', 2).filter((word) => !word.includes('/'));
  return [...words, why].join(' ');
}
