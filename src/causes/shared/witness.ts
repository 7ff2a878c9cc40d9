import type { Leaf, PullError } from '../../core/pull-error.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';

type LeafOf<K extends Leaf['kind']> = Extract<Leaf, { kind: K }>;

/** A witness whose innermost error is of one family. */
export interface LeafWitness<K extends Leaf['kind']> extends Witness {
  readonly error: PullError & { readonly leaf: LeafOf<K> };
}

/** The decisive message, if any was seen. */
export function decisive(facts: Facts): Witness | undefined {
  return facts.pullError.state === 'present' ? facts.pullError.value.decisive : undefined;
}

/** The decisive message when its innermost error is of family `kind`. */
export function decisiveLeaf<K extends Leaf['kind']>(facts: Facts, kind: K): LeafWitness<K> | undefined {
  const witness = decisive(facts);
  return witness?.error.leaf.kind === kind ? (witness as LeafWitness<K>) : undefined;
}
