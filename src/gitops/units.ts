import { applicationSetUnits } from './application-set.ts';
import { applicationUnits } from './argo-cd.ts';
import { fluxKustomizationUnit } from './flux.ts';
import { helmReleaseUnit } from './flux-helm-release.ts';
import { fileUnit, kustomizeUnit } from './folder-units.ts';
import { handedOn } from './handed-on.ts';
import { chartFolders } from './helm/chart.ts';
import { chartUnits } from './helm/units.ts';
import { helmfileUnits } from './helmfile.ts';
import { kustomizationFolders, takenIn } from './kustomize.ts';
import { looseImages } from './loose.ts';
import type { Repository } from './repository.ts';
import type { Question, Unit } from './unit.ts';
import { valuesUnits } from './values-files.ts';
import type { WrittenObject } from './written-object.ts';

/** Kinds whose objects say how others are deployed. */
const DEPLOYERS =
  /["']?kind["']?\s*:\s*["']?(?:Application|ApplicationSet|HelmRelease|Kustomization)["']?\s*(?:[,#}].*)?$/m;

/**
 * Everything in a checkout that is deployed as one: what Argo CD and Flux objects point at, kustomizations that no other
 * one takes in, charts, releases of a helmfile, and files that belong to none of these.
 */
export function unitsOf(repository: Repository, asked: Question): readonly Unit[] {
  const charts = chartFolders(repository);
  const inChart = (path: string) => charts.some((chart) => isInChart(path, chart));
  const folders = kustomizationFolders(repository);
  const taken = new Set(folders.flatMap((folder) => takenIn(repository, folder)));
  const roots = folders.filter((folder) => !taken.has(folder) && !inChart(`${folder}/x`));
  const alone = repository.paths.filter(
    (path) => !taken.has(path) && !inChart(path) && /\.(?:ya?ml|json)$/i.test(path),
  );
  const question = { ...asked, worthParsing: (text: string) => deploys(text) || asked.worthParsing(text) };
  const manifests = [
    ...roots.map((folder) => kustomizeUnit(repository, folder, question.worthParsing)),
    ...alone.map((path) => fileUnit(repository, path, question.worthParsing)),
  ];
  const rendered = chartUnits(repository, question);
  return [
    ...[...manifests, ...rendered]
      .flatMap(({ objects }) => objects)
      .flatMap((object) => deployedBy(repository, object, question)),
    ...manifests.map(withCustomResources),
    ...rendered,
    ...helmfileUnits(repository),
    ...valuesUnits(repository, alone, asked),
  ].filter(({ workloads, loose, objects, unfollowed }) =>
    [workloads, loose, objects, unfollowed].some((x) => x.length > 0),
  );
}

function deploys(text: string): boolean {
  return /argoproj\.io|fluxcd\.io/.test(text) && DEPLOYERS.test(text);
}

function deployedBy(repository: Repository, object: WrittenObject, question: Question): readonly Unit[] {
  const group = object.at.get('apiVersion')?.string()?.split('/')[0];
  switch (`${group}/${object.kind}`) {
    case 'argoproj.io/Application':
      return applicationUnits(repository, object.at, question);
    case 'argoproj.io/ApplicationSet':
      return applicationSetUnits(repository, object.at, question);
    case 'helm.toolkit.fluxcd.io/HelmRelease':
      return [helmReleaseUnit(repository, object)];
    case 'kustomize.toolkit.fluxcd.io/Kustomization':
      return [fluxKustomizationUnit(repository, object, question)];
    default:
      return [];
  }
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
  const others = unit.objects.filter(({ at }) => {
    const group = at.get('apiVersion')?.string()?.split('/')[0] ?? '';
    return group.includes('.') && !DEPLOYED_BY.has(at.get('kind')?.string() ?? '') && !NO_IMAGES.test(group);
  });
  return {
    ...unit,
    loose: [
      ...unit.loose,
      ...others.flatMap(({ at, patches }) => [at, ...patches].flatMap(looseImages)),
      ...unit.workloads.flatMap(handedOn),
    ],
  };
}

/** Groups of the API server and of tools, whose objects name no image. */
const NO_IMAGES =
  /^(?:(?:.*\.)?(?:apiextensions|networking|authorization|storage|admissionregistration|apiregistration|apiserver|scheduling|coordination|discovery|events|node|certificates|authentication|metrics|config)\.k8s\.io|.*\.fluxcd\.io)$/;
/** Kinds that say how others are deployed, or what is allowed there. */
const DEPLOYED_BY: ReadonlySet<string> = new Set(['Application', 'ApplicationSet', 'AppProject']);
