import { type Built, joined, NOTHING } from './built.ts';
import { chartBuilt } from './helm/units.ts';
import { fileLayer, type Layers } from './helm/value.ts';
import { layeredImages } from './layered-images.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import type { YamlAt } from './yaml-source.ts';

/** Charts that kustomize renders itself (`helmCharts`); one that is not vendored is known by its values alone. */
export function kustomizeCharts(repository: Repository, file: string, at: YamlAt): Built {
  const home = at.at('helmGlobals', 'chartHome')?.string() ?? 'charts';
  const charts = at.get('helmCharts')?.items() ?? [];
  return joined([NOTHING, ...charts.map((chart) => oneChart(repository, file, home, chart))]);
}

function oneChart(repository: Repository, file: string, home: string, entry: YamlAt): Built {
  const name = entry.get('name')?.string() ?? '';
  const folder = resolvePath(folderOf(file), `${home}/${name}`);
  const layers = valuesOf(repository, file, entry);
  const release = {
    name: entry.get('releaseName')?.string() ?? name,
    namespace: entry.get('namespace')?.string() ?? '',
  };
  if (folder !== undefined && repository.text(`${folder}/Chart.yaml`) !== undefined) {
    return chartBuilt(repository, { chart: folder, layers, release });
  }
  return {
    ...NOTHING,
    loose: layeredImages(layers),
    unfollowed: [`${file} takes in the chart ${name}, which is not among the files that were read`],
  };
}

/** The weakest first: `valuesFile`, `additionalValuesFiles`, `valuesInline` (kustomize types.HelmChart, merged by override). */
function valuesOf(repository: Repository, file: string, entry: YamlAt): Layers {
  const one = entry.get('valuesFile');
  const files = [...(one === undefined ? [] : [one]), ...(entry.get('additionalValuesFiles')?.items() ?? [])];
  return [
    ...files.flatMap((at) => {
      const path = resolvePath(folderOf(file), at.string() ?? '');
      return path === undefined ? [] : fileLayer(repository.documents(path)[0]);
    }),
    ...fileLayer(entry.get('valuesInline')),
  ];
}
