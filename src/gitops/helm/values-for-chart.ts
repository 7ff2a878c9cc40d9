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
  if (version === '') return [];
  const own = new Set(repository.documents(inFolder(chart, 'values.yaml'))[0]?.keys() ?? []);
  const name = nameOf(repository, chart);
  const others = chartFolders(repository).filter((other) => other !== chart);
  const names = others.some((other) => nameOf(repository, other) === release.name) ? [name] : [name, release.name];
  const beside = folderOf(chart);
  const known = new Set(extraValues(repository, chart));
  return repository.paths.filter((path) => {
    if (!/\.ya?ml$/i.test(path) || known.has(path) || path.startsWith(inFolder(chart, ''))) return false;
    const isMeant = (beside !== '' && path.startsWith(`${beside}/`)) || names.some((n) => isNamed(path, n));
    if (!isMeant || repository.text(path)?.includes(version) !== true) return false;
    const [first] = repository.documents(path);
    return first?.get('kind') === undefined && first?.keys().some((key) => own.has(key)) === true;
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
