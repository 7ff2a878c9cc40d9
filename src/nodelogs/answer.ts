import type { NodeBundle } from '../core/node/bundle.ts';

/** The nodes that an answer is about; those of the bundle where no file tells. */
export function nodesOfAnswer(bundle: NodeBundle, seen: readonly (string | undefined)[]): readonly string[] {
  const known = seen.filter((node) => node !== undefined);
  return known.length > 0 ? known : bundle.nodes;
}
