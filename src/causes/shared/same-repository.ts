import type { Facts } from '../../facts/facts.ts';
import type { Sibling } from '../../facts/siblings.ts';
import { nearestTags } from '../../image/near-miss.ts';
import { type ImageParts, partsOf } from './image-parts.ts';
import { perFacts } from './per-facts.ts';

/** Other pods that run an image of the same repository, whatever its tag. */
export function sameRepository(facts: Facts, parts: ImageParts): readonly Sibling[] {
  return siblingParts(facts).flatMap(({ sibling, repository }) => (repository === parts.repository ? [sibling] : []));
}

/** Several causes ask for each case. */
const siblingParts = perFacts(({ siblings }) => {
  if (siblings.state !== 'present') return [];
  const { sameImageWorks, sameHostWorks } = siblings.value;
  const all = new Set([...sameImageWorks, ...sameHostWorks]);
  return [...all].map((sibling) => ({ sibling, repository: partsOfSibling(sibling)?.repository }));
});

const seen = new WeakMap<Sibling, ImageParts | undefined>();

/** Many cases have the same siblings: each image is taken apart once. */
function partsOfSibling(sibling: Sibling): ImageParts | undefined {
  if (!seen.has(sibling)) seen.set(sibling, partsOf(sibling.image));
  return seen.get(sibling);
}

/** Another tag of the same repository that runs in this cluster, the nearest to the wanted one. */
export function otherTagInUse(facts: Facts, parts: ImageParts): string | undefined {
  const wanted = parts.tag;
  if (wanted === undefined) return undefined;
  const others = sameRepository(facts, parts)
    .map((sibling) => partsOfSibling(sibling)?.tag)
    .filter((tag) => tag !== undefined)
    .filter((tag) => tag !== wanted);
  return nearestTags(wanted, others, 1)[0] ?? others[0];
}
