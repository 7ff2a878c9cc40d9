import { folderOf, type Repository } from '../repository.ts';
import { chartFolders, type Release } from './chart.ts';

/** Files of values beside a chart that are used instead of, or on top of, its own `values.yaml`. */
export function extraValues(repository: Repository, chart: string): readonly string[] {
  const inside = chart === '' ? '' : `${chart}/`;
  return repository.filesBelow(chart).filter((path) => {
    const rest = path.slice(inside.length);
    if (/^(?:templates|charts|crds|tests?)\//.test(rest) || rest === 'values.yaml') return false;
    return /(?:^|[/._-])values?[^/]*\.ya?ml$/i.test(rest) || /^(?:values|envs?|environments?)\/.*\.ya?ml$/i.test(rest);
  });
}

/**
 * Files of values that stand elsewhere and that a pipeline hands to the chart: they say the version that runs, have keys
 * of the chart's own values, and their path says that they belong to the chart or the release.
 */
export function valuesElsewhere(
  repository: Repository,
  chart: string,
  release: Release,
  version: string,
): readonly string[] {
  const mayBe = version === '' ? [] : valuesOutside(repository, version);
  if (mayBe.length === 0) return [];
  const own = new Set(repository.documents(inFolder(chart, 'values.yaml'))[0]?.keys() ?? []);
  const name = nameOf(repository, chart);
  const others = chartFolders(repository).filter((other) => other !== chart);
  const names = others.some((other) => nameOf(repository, other) === release.name) ? [name] : [name, release.name];
  // `services/api` with `chart` and `deploy` in it; a folder of many charts says nothing of one.
  const beside = `${folderOf(chart)}/`;
  const isItsOwn = beside !== '/' && !others.some((other) => other.startsWith(beside));
  return mayBe.filter(
    (path) =>
      ((isItsOwn && path.startsWith(beside)) || names.some((n) => isNamed(path, n))) &&
      repository
        .documents(path)[0]
        ?.keys()
        .some((key) => own.has(key)) === true,
  );
}

/** Files outside of all charts that say a version and are no objects. */
function valuesOutside(repository: Repository, version: string): readonly string[] {
  return repository.once(`values with ${version}`, () => {
    const charts = chartFolders(repository).map((chart) => inFolder(chart, ''));
    return repository.paths.filter(
      (path) =>
        /\.ya?ml$/i.test(path) &&
        repository.text(path)?.includes(version) === true &&
        !charts.some((chart) => path.startsWith(chart)) &&
        repository.documents(path)[0]?.get('kind') === undefined,
    );
  });
}

function nameOf(repository: Repository, chart: string): string {
  return repository.documents(inFolder(chart, 'Chart.yaml'))[0]?.get('name')?.string() ?? '';
}

/** `envs/prod/api.yaml`, `api/prod.yaml`, `values-api.yaml` */
function isNamed(path: string, name: string): boolean {
  const words = path.replace(/\.ya?ml$/i, '').split(/[/.]/);
  return name !== '' && words.some((word) => word === name || word.startsWith(`${name}-`) || word.endsWith(`-${name}`));
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
