import { NOTHING } from './built.ts';
import { fileLayer } from './helm/value.ts';
import { layeredImages } from './layered-images.ts';
import type { Repository } from './repository.ts';
import type { Question, Unit } from './unit.ts';

/** Files of tools that name images and deploy none of them to a cluster. */
const OTHERS =
  /(?:^|\/)(?:\.|docker-compose|compose\.|skaffold|values\.schema|package|tsconfig)|(?:^|\/)kustomization\.ya?ml$/i;

/**
 * Files of values that no chart of the checkout is beside: pipelines hand them to `helm upgrade -f`. They have no kind;
 * what is an image in them is told by its form alone.
 */
export function valuesUnits(
  repository: Repository,
  paths: readonly string[],
  { worthParsing }: Question,
): readonly Unit[] {
  return paths.flatMap((path) => {
    const text = repository.text(path) ?? '';
    if (OTHERS.test(path) || !/(?:image|repository|tag)["']?\s*:/i.test(text) || !worthParsing(text)) return [];
    const layers = repository
      .documents(path)
      .filter((at) => at.isMap() && at.get('kind') === undefined && at.get('releases') === undefined)
      .flatMap(fileLayer);
    const loose = layeredImages(layers);
    return loose.length === 0 ? [] : [{ ...NOTHING, loose, says: path, kind: 'plain', root: path, chart: { layers } }];
  });
}
