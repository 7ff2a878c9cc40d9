import type { Incident } from '../core/report.ts';

/** Causes that one reason rules out. */
export interface ReasonAgainst {
  readonly causes: readonly string[];
  readonly note: string;
  readonly because: readonly string[];
}

/** Causes that one reason rules out stand together, in the order in which the reasons come. */
export function reasonsAgainst(ruledOut: Incident['ruledOut']): ReasonAgainst[] {
  const groups = new Map<string, ReasonAgainst>();
  for (const { cause, note, because } of ruledOut) {
    const key = JSON.stringify([note, because]);
    groups.set(key, { causes: [...(groups.get(key)?.causes ?? []), cause], note, because });
  }
  return [...groups.values()];
}
