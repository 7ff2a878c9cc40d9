import { unfollowed } from './built.ts';
import { folderUnit, kustomizeUnit } from './folder-units.ts';
import { isWorkedOut, matchesAnywhere } from './glob.ts';
import { chartUnit } from './helm/units.ts';
import { fileLayer, type Layers } from './helm/value.ts';
import { kustomizationFile, withComponents } from './kustomize.ts';
import { imageFromText } from './kustomize-images.ts';
import { overridesIn, transformed, withPatches } from './kustomize-overrides.ts';
import { patchOf } from './kustomize-patches.ts';
import { layeredImages } from './layered-images.ts';
import { otherRepository } from './other-repository.ts';
import { type Repository, resolvePath } from './repository.ts';
import type { Question, Unit } from './unit.ts';
import type { YamlAt } from './yaml-source.ts';

/** What an Argo CD Application deploys from this checkout (argo-cd Application v1alpha1); several sources are several units. */
export function applicationUnits(repository: Repository, application: YamlAt, question: Question): readonly Unit[] {
  const name = application.at('metadata', 'name')?.string() ?? '';
  const spec = application.get('spec');
  const source = spec?.get('source');
  const sources = [...(source === undefined ? [] : [source]), ...(spec?.get('sources')?.items() ?? [])];
  const namespace = spec?.at('destination', 'namespace')?.string();
  const about = {
    says: `Argo CD Application ${name} (${application.source.path})`,
    kind: 'owned' as const,
    owner: { tool: 'argo-cd' as const, name },
    ...(namespace === undefined ? {} : { namespace }),
  };
  return sources.map((at) => {
    const unit = sourceUnit(repository, at, { name, namespace: namespace ?? '' }, question);
    const isChart = at.get('chart') !== undefined;
    const other = isChart ? [] : otherRepository(repository, at.get('repoURL')?.string());
    return { ...unit, ...about, unfollowed: [...unit.unfollowed, ...other] };
  });
}

interface Release {
  readonly name: string;
  readonly namespace: string;
}

function sourceUnit(repository: Repository, source: YamlAt, release: Release, question: Question): Unit {
  const text = source.get('path')?.string();
  const resolved = text === undefined ? undefined : resolvePath('', text);
  const folder = resolved !== undefined && repository.isFolder(resolved) ? resolved : undefined;
  // Files that the image updater writes beside the manifests; they are laid over the source.
  const over = folder === undefined ? [] : overSources(repository, folder, release.name);
  const parts = [source, ...over];
  if (folder === undefined) return elsewhere(repository, source, parts);
  if (source.get('plugin') !== undefined) return pluginUnit(repository, folder, source, question);
  if (repository.text(inFolder(folder, 'Chart.yaml')) !== undefined) {
    const name = source.at('helm', 'releaseName')?.string() ?? release.name;
    const layers = parts.flatMap((part) => valuesOf(repository, part.get('helm'), folder));
    const clauses = parts.flatMap((part) => valuesNotRead(repository, part.get('helm'), folder));
    const unit = chartUnit(repository, { chart: folder, layers, release: { ...release, name }, says: '' });
    return { ...unit, unfollowed: [...unit.unfollowed, ...clauses] };
  }
  if (kustomizationFile(repository, folder) === undefined) {
    const unit = folderUnit(repository, folder, question.worthParsing, meantFiles(source.get('directory')));
    return { ...unit, unfollowed: [...unit.unfollowed, ...patternsNotRead(source.get('directory'))] };
  }
  const unit = kustomizeUnit(repository, folder, question.worthParsing);
  return parts.reduce((now, part) => withKustomize(repository, folder, now, part.get('kustomize'), question), unit);
}

/** A chart or folder that is not here; what the Application itself says of images still counts. */
function elsewhere(repository: Repository, source: YamlAt, parts: readonly YamlAt[]): Unit {
  const layers = parts.flatMap((part) => valuesOf(repository, part.get('helm'), ''));
  const named = parts.flatMap((part) => parameterPaths(part.get('helm')));
  const what = source.get('chart')?.string() ?? source.get('path')?.string();
  // A source that only lends its files has neither.
  const clauses =
    what === undefined
      ? []
      : [`${what} of ${source.get('repoURL')?.string() ?? 'its source'} is not among the files that were read`];
  return {
    ...unfollowed(...clauses),
    loose: layeredImages(layers, named),
    says: '',
    kind: 'owned',
    root: source.source.path,
    ...(layers.length === 0 ? {} : { chart: { layers } }),
  };
}

function pluginUnit(repository: Repository, folder: string, source: YamlAt, question: Question): Unit {
  const unit = folderUnit(repository, folder, question.worthParsing);
  const name = source.at('plugin', 'name')?.string();
  const clause = `the plugin${name === undefined ? '' : ` ${name}`} makes the manifests, and it is not run`;
  return { ...unit, unfollowed: [...unit.unfollowed, clause] };
}

/** Without `recurse` only the folder itself counts; `include` and `exclude` are globs, `{a,b}` among them. */
function meantFiles(directory: YamlAt | undefined): (path: string) => boolean {
  const recurse = directory?.get('recurse')?.string() === 'true';
  const include = directory?.get('include')?.string() ?? '';
  const exclude = directory?.get('exclude')?.string() ?? '';
  return (path) =>
    (recurse || !path.includes('/')) &&
    (include === '' || matchesAnywhere(include, path)) &&
    (exclude === '' || !matchesAnywhere(exclude, path));
}

function patternsNotRead(directory: YamlAt | undefined): readonly string[] {
  return ['include', 'exclude'].flatMap((key) =>
    isWorkedOut(directory?.get(key)?.string() ?? '', Number.POSITIVE_INFINITY)
      ? []
      : [`the pattern under directory.${key} is too wide to be worked out`],
  );
}

/** `.argocd-source.yaml` and `.argocd-source-<app>.yaml` (argo-cd reposerver, mergeSourceParameters). */
function overSources(repository: Repository, folder: string, name: string): readonly YamlAt[] {
  return ['.argocd-source.yaml', `.argocd-source-${name}.yaml`].flatMap(
    (file) => repository.documents(inFolder(folder, file))[0] ?? [],
  );
}

function withKustomize(
  repository: Repository,
  folder: string,
  unit: Unit,
  kustomize: YamlAt | undefined,
  { worthParsing }: Question,
): Unit {
  if (kustomize === undefined) return unit;
  const components = (kustomize.get('components')?.items() ?? []).flatMap(
    (at) => resolvePath(folder, at.string() ?? '') ?? [],
  );
  const extended = withComponents(repository, unit, components, worthParsing);
  const patches = (kustomize.get('patches')?.items() ?? []).flatMap((entry) => patchOf(repository, folder, entry));
  const images = (kustomize.get('images')?.items() ?? []).flatMap((at) => imageFromText(at) ?? []);
  return { ...unit, ...transformed(withPatches(extended, patches), { ...overridesIn(kustomize), images }) };
}

/** The weakest first: files, `values`, `valuesObject`, `parameters` (argo-cd reposerver, helmTemplate). */
function valuesOf(repository: Repository, helm: YamlAt | undefined, folder: string): Layers {
  if (helm === undefined) return [];
  const files = (helm.get('valueFiles')?.items() ?? []).flatMap((at) => {
    const path = valuesPath(at, folder);
    return path === undefined ? [] : fileLayer(repository.documents(path)[0]);
  });
  const inline = fileLayer(helm.get('values')?.embedded());
  const object = fileLayer(helm.get('valuesObject'));
  return [...files, ...inline, ...object, ...parametersOf(helm)];
}

/** `$values/envs/prod.yaml` is a path in the source of that name, which is taken for this checkout. */
function valuesPath(at: YamlAt, folder: string): string | undefined {
  const file = at.string() ?? '';
  return resolvePath(file.startsWith('$') ? '' : folder, file.replace(/^\$[^/]+\//, ''));
}

/** Values that the source names and that are not here; those that may be missing are no loss. */
function valuesNotRead(repository: Repository, helm: YamlAt | undefined, folder: string): readonly string[] {
  const mayMiss = helm?.get('ignoreMissingValueFiles')?.string() === 'true';
  const files = (helm?.get('valueFiles')?.items() ?? []).flatMap((at) => {
    const path = valuesPath(at, folder);
    const isThere = path !== undefined && repository.text(path) !== undefined;
    return isThere || (mayMiss && path !== undefined) ? [] : [at.string() ?? ''];
  });
  const parameters = (helm?.get('fileParameters')?.items() ?? []).flatMap((at) => at.get('path')?.string() ?? []);
  return [...files, ...parameters].map((file) => `its values ${file} are not among the files that were read`);
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

function parameterPaths(helm: YamlAt | undefined): readonly (readonly string[])[] {
  return (helm?.get('parameters')?.items() ?? []).flatMap((entry) => {
    const name = entry.get('name')?.string();
    return name === undefined ? [] : [name.split('.')];
  });
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
