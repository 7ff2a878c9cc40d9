import { applicationUnits } from './argo-cd.ts';
import { fluxKustomizationUnit, helmReleaseUnit } from './flux.ts';
import { fileUnit, kustomizeUnit } from './folder-units.ts';
import { chartFolders, type Release } from './helm/chart.ts';
import { chartUnits } from './helm/units.ts';
import { kustomizationFolders, takenIn } from './kustomize.ts';
import { looseImages } from './loose.ts';
import { objectsOf } from './pod-template.ts';
import type { Repository } from './repository.ts';
import type { Unit } from './unit.ts';
import type { YamlAt } from './yaml-source.ts';

/** Kinds whose objects say how others are deployed. */
const DEPLOYERS =
  /^\s*["']?kind["']?\s*:\s*["']?(?:Application|ApplicationSet|HelmRelease|Kustomization)["']?\s*(?:#.*)?$/m;

/**
 * Everything in a checkout that is deployed as one: what Argo CD and Flux objects point at, kustomizations that no other
 * one takes in, charts, and files that belong to none of these.
 * `worthParsing`: whether a manifest with this text can matter at all.
 */
export function unitsOf(
  repository: Repository,
  release: Release,
  worthParsing: (text: string) => boolean,
): readonly Unit[] {
  const charts = chartFolders(repository);
  const inChart = (path: string) => charts.some((chart) => isInChart(path, chart));
  const folders = kustomizationFolders(repository);
  const taken = new Set(folders.flatMap((folder) => takenIn(repository, folder)));
  const roots = folders.filter((folder) => !taken.has(folder) && !inChart(`${folder}/x`));
  const loose = repository.paths.filter(
    (path) => !taken.has(path) && !inChart(path) && /\.(?:ya?ml|json)$/i.test(path),
  );
  return [
    ...deployerUnits(repository, worthParsing),
    ...roots.map((folder) => kustomizeUnit(repository, folder, worthParsing)),
    ...chartUnits(repository, release),
    ...loose.map((path) => withCustomResources(fileUnit(repository, path, worthParsing))),
  ].filter((unit) => unit.workloads.length + unit.loose.length + unit.objects.length > 0);
}

function deployerUnits(repository: Repository, worthParsing: (text: string) => boolean): readonly Unit[] {
  return repository.paths.flatMap((path) => {
    const text = repository.text(path) ?? '';
    if (!DEPLOYERS.test(text) || !/argoproj\.io|fluxcd\.io/.test(text)) return [];
    return objectsOf(repository.documents(path)).flatMap((object) => deployed(repository, object, worthParsing));
  });
}

function deployed(repository: Repository, object: YamlAt, worthParsing: (text: string) => boolean): readonly Unit[] {
  const kind = object.get('kind')?.string();
  const group = object.get('apiVersion')?.string()?.split('/')[0];
  if (group === 'argoproj.io' && (kind === 'Application' || kind === 'ApplicationSet')) {
    return applicationUnits(repository, object, worthParsing);
  }
  if (group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease') return [helmReleaseUnit(repository, object)];
  if (group === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization') {
    return [fluxKustomizationUnit(repository, object, worthParsing)];
  }
  return [];
}

function isInChart(path: string, chart: string): boolean {
  const inside = chart === '' ? '' : `${chart}/`;
  return (
    path.startsWith(inside) &&
    /^(?:templates|charts|crds)\/|^(?:Chart|values[^/]*)\.ya?ml$/.test(path.slice(inside.length))
  );
}

/** Operators make workloads of objects that have no pod template: `spec.image` of a database, for instance. */
function withCustomResources(unit: Unit): Unit {
  const others = unit.objects.filter((object) => {
    const group = object.get('apiVersion')?.string()?.split('/')[0] ?? '';
    return group.includes('.') && !/^(?:.*\.k8s\.io|argoproj\.io|.*\.fluxcd\.io)$/.test(group);
  });
  return { ...unit, loose: others.flatMap(looseImages) };
}
