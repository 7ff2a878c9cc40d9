import { type Built, builtOf } from '../built.ts';
import { namespaceWords } from '../compare.ts';
import { layeredImages } from '../layered-images.ts';
import type { Repository } from '../repository.ts';
import type { Question, Unit } from '../unit.ts';
import { chartFolders, type Release, renderChart, templatesOf } from './chart.ts';
import { fileLayer, type Layers } from './value.ts';
import { extraValues, valuesElsewhere } from './values-for-chart.ts';

/** Files of values for one chart that are tried. */
const MAX_EXTRA = 50;

/** Every chart, with its own values and with each file of values that is kept for it. */
export function chartUnits(repository: Repository, { release, version = '' }: Question): readonly Unit[] {
  return chartFolders(repository).flatMap((chart) => {
    const all = [...extraValues(repository, chart), ...valuesElsewhere(repository, chart, release, version)];
    const extra = nearest(all, release).slice(0, MAX_EXTRA);
    const words = `chart ${chart === '' ? 'at the top' : chart}`;
    if (all.length > MAX_EXTRA) {
      const sort = `files of values beyond ${MAX_EXTRA} of one chart`;
      repository.unread.tell(sort, `${chart}/values.yaml`, all.length - MAX_EXTRA);
    }
    return [
      chartUnit(repository, { chart, layers: [], release, says: words }),
      ...extra.map((path) => {
        const layers = fileLayer(repository.documents(path)[0]);
        return chartUnit(repository, { chart, layers, release, says: `${words} with ${path}` });
      }),
    ];
  });
}

/** Those whose path has words of the namespace come first. */
function nearest(paths: readonly string[], { namespace }: Release): readonly string[] {
  const words = (path: string) => namespaceWords(path, namespace);
  return [...paths].sort((a, b) => words(b) - words(a));
}

/** A chart and what one release renders it with. */
interface ChartUse {
  readonly chart: string;
  readonly layers: Layers;
  readonly release: Release;
}

/** A chart as one release would deploy it. */
export function chartUnit(repository: Repository, use: ChartUse & { readonly says: string }): Unit {
  const { chart, release, says } = use;
  return {
    ...chartBuilt(repository, use),
    says,
    kind: 'helm',
    root: chart,
    namespace: release.namespace,
    chart: {
      layers: allLayers(repository, use),
      templates: templatesOf(repository, chart)
        .map((path) => repository.text(path) ?? '')
        .join('\n'),
    },
  };
}

/** What the chart gives, without what is known of who deploys it. */
export function chartBuilt(repository: Repository, use: ChartUse): Built {
  const { objects, missing } = renderChart(repository, use.chart, use.layers, use.release);
  return {
    ...builtOf(objects),
    loose: layeredImages(allLayers(repository, use)),
    unfollowed: missing.map((name) => `the chart ${name} that it needs is not among the files that were read`),
  };
}

function allLayers(repository: Repository, { chart, layers }: ChartUse): Layers {
  const own = repository.documents(`${chart === '' ? '' : `${chart}/`}values.yaml`)[0];
  return [...fileLayer(own), ...layers];
}
