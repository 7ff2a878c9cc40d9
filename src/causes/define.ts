import { type Cause as CauseOf, type CauseSpec, defineCause as define } from '../core/cause.ts';
import type { Facts } from '../facts/facts.ts';

/** A cause over the facts of an image pull. */
export type Cause = CauseOf<Facts>;

/** Declares one cause; see `CauseSpec` for what each part must hold. */
export function defineCause<P>(spec: CauseSpec<Facts, P>): Cause {
  return define<Facts, P>(spec);
}
