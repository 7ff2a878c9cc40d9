import { folderUnit, kustomizeUnit } from './folder-units.ts';
import { chartUnit } from './helm/units.ts';
import { fileLayer, type Layers } from './helm/value.ts';
import { kustomizationFile, overridesIn, transformed } from './kustomize.ts';
import { imageFromText } from './kustomize-images.ts';
import { looseImages } from './loose.ts';
import { type Repository, resolvePath } from './repository.ts';
import type { Unit } from './unit.ts';
import type { YamlAt } from './yaml-source.ts';

/** What an Argo CD Application deploys from this checkout (argo-cd Application v1alpha1); several sources are several units. */
export function applicationUnits(
  repository: Repository,
  application: YamlAt,
  worthParsing: (text: string) => boolean,
): readonly Unit[] {
  const name = application.at('metadata', 'name')?.string() ?? '';
  const spec =
    application.get('kind')?.string() === 'ApplicationSet'
      ? application.at('spec', 'template', 'spec')
      : application.get('spec');
  const source = spec?.get('source');
  const sources = [...(source === undefined ? [] : [source]), ...(spec?.get('sources')?.items() ?? [])];
  const namespace = spec?.at('destination', 'namespace')?.string();
  const about = {
    says: `Argo CD Application ${name} (${application.source.path})`,
    kind: 'owned' as const,
    owner: { tool: 'argo-cd' as const, name },
    ...(namespace === undefined ? {} : { namespace }),
  };
  return sources.map((at) => ({
    ...sourceUnit(repository, at, { name, namespace: namespace ?? '' }, worthParsing),
    ...about,
  }));
}

function sourceUnit(
  repository: Repository,
  source: YamlAt,
  release: { readonly name: string; readonly namespace: string },
  worthParsing: (text: string) => boolean,
): Unit {
  const helm = source.get('helm');
  const text = source.get('path')?.string();
  const folder = text === undefined || text.includes('{{') ? undefined : resolvePath('', text);
  const layers = helm === undefined ? [] : valuesOf(repository, helm, folder ?? '');
  const says = '';
  if (folder === undefined || !repository.isFolder(folder)) {
    const loose = layers.flatMap((layer) => layer([]) ?? []).flatMap(looseImages);
    return { says, kind: 'owned', root: source.source.path, workloads: [], loose, objects: [] };
  }
  if (repository.text(folder === '' ? 'Chart.yaml' : `${folder}/Chart.yaml`) !== undefined) {
    const name = helm?.get('releaseName')?.string() ?? release.name;
    return chartUnit(repository, { chart: folder, layers, release: { ...release, name }, says });
  }
  if (kustomizationFile(repository, folder) === undefined) return folderUnit(repository, folder, worthParsing);
  const kustomize = source.get('kustomize');
  const unit = kustomizeUnit(repository, folder, worthParsing);
  if (kustomize === undefined) return unit;
  const images = (kustomize.get('images')?.items() ?? []).flatMap((at) => imageFromText(at) ?? []);
  return { ...unit, workloads: transformed(unit.workloads, { ...overridesIn(kustomize), images }) };
}

/** The weakest first: files, `values`, `valuesObject`, `parameters` (argo-cd reposerver, helmTemplate). */
function valuesOf(repository: Repository, helm: YamlAt, folder: string): Layers {
  const files = (helm.get('valueFiles')?.items() ?? []).flatMap((at) => {
    const file = at.string() ?? '';
    const path = resolvePath(file.startsWith('$') ? '' : folder, file.replace(/^\$[^/]+\//, ''));
    return path === undefined ? [] : fileLayer(repository.documents(path)[0]);
  });
  const inline = fileLayer(helm.get('values')?.embedded());
  const object = fileLayer(helm.get('valuesObject'));
  return [...files, ...inline, ...object, ...parametersOf(helm)];
}

/** `image.tag` in one string stands for the nested keys. */
function parametersOf(helm: YamlAt): Layers {
  const byName = new Map(
    (helm.get('parameters')?.items() ?? []).flatMap((entry) => {
      const name = entry.get('name')?.string();
      const value = entry.get('value');
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  return byName.size === 0 ? [] : [(path) => byName.get(path.join('.'))];
}
