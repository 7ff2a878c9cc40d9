import { looseImages } from '../loose.ts';
import { workloadOf } from '../pod-template.ts';
import type { Repository } from '../repository.ts';
import type { Unit } from '../unit.ts';
import { chartFolders, extraValues, type Release, renderChart, templatesOf } from './chart.ts';
import { fileLayer, type Layers } from './value.ts';

/** Files of values beside one chart that are tried. */
const MAX_EXTRA = 50;

/** Every chart, with its own values and with each file of values beside it. */
export function chartUnits(repository: Repository, release: Release): readonly Unit[] {
  return chartFolders(repository).flatMap((chart) => {
    const extra = extraValues(repository, chart).slice(0, MAX_EXTRA);
    const words = `chart ${chart === '' ? 'at the top' : chart}`;
    return [
      chartUnit(repository, { chart, layers: [], release, says: words }),
      ...extra.map((path) => {
        const layers = fileLayer(repository.documents(path)[0]);
        return chartUnit(repository, { chart, layers, release, says: `${words} with ${path}` });
      }),
    ];
  });
}

interface ChartUse {
  readonly chart: string;
  readonly layers: Layers;
  readonly release: Release;
  readonly says: string;
}

/** A chart as one release would deploy it. */
export function chartUnit(repository: Repository, { chart, layers, release, says }: ChartUse): Unit {
  const objects = renderChart(repository, chart, layers, release);
  const own = repository.documents(`${chart === '' ? '' : `${chart}/`}values.yaml`)[0];
  const all = [...fileLayer(own), ...layers];
  return {
    says,
    kind: 'helm',
    root: chart,
    namespace: release.namespace,
    workloads: objects.flatMap((object) => workloadOf(object) ?? []),
    loose: all.flatMap((layer) => {
      const root = layer([]);
      return root === undefined ? [] : looseImages(root);
    }),
    objects,
    chart: {
      layers: all,
      templates: templatesOf(repository, chart)
        .map((path) => repository.text(path) ?? '')
        .join('\n'),
    },
  };
}
