import type { Facts } from '../../facts/facts.ts';

/** Remembers what a pure function gave for the facts of a case: dozens of causes ask the same question. */
export function perFacts<T>(answer: (facts: Facts) => T): (facts: Facts) => T {
  const known = new WeakMap<Facts, { readonly value: T }>();
  return (facts) => {
    const found = known.get(facts);
    if (found !== undefined) return found.value;
    const value = answer(facts);
    known.set(facts, { value });
    return value;
  };
}
