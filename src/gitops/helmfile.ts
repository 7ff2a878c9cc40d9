import { unfollowed } from './built.ts';
import { chartUnit } from './helm/units.ts';
import { fileLayer, type Layers } from './helm/value.ts';
import { layeredImages } from './layered-images.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import type { Unit } from './unit.ts';
import type { YamlAt } from './yaml-source.ts';

const NAME = /(?:^|\/)helmfile(?:\.d\/[^/]+|[^/]*)\.ya?ml$/;

/** The releases of a helmfile that needs no rendering itself. */
export function helmfileUnits(repository: Repository): readonly Unit[] {
  return repository.paths
    .filter((path) => NAME.test(path))
    .flatMap((path) =>
      repository
        .documents(path)
        .flatMap((at) => at.get('releases')?.items() ?? [])
        .map((release) => releaseUnit(repository, path, release)),
    );
}

function releaseUnit(repository: Repository, path: string, at: YamlAt): Unit {
  const name = at.get('name')?.string() ?? '';
  const written = at.get('namespace')?.string() ?? '';
  // One that the helmfile computes is not known.
  const namespace = written.includes('{{') ? '' : written;
  const says = `release ${name} of ${path}`;
  const chart = at.get('chart')?.string() ?? '';
  const folder = resolvePath(folderOf(path), chart);
  const given = (at.get('values')?.items() ?? []).map((entry) => valuesAt(repository, path, entry));
  const layers: Layers = [...given.flatMap(({ layers: some }) => some), ...setIn(at)];
  const clauses = given.flatMap(({ clause }) => clause ?? []);
  const about = {
    says,
    kind: 'owned' as const,
    owner: { tool: 'helm' as const, name },
    ...(namespace === '' ? {} : { namespace }),
  };
  if (folder !== undefined && repository.text(`${folder}/Chart.yaml`) !== undefined) {
    const unit = chartUnit(repository, { chart: folder, layers, release: { name, namespace }, says });
    return { ...unit, ...about, unfollowed: [...unit.unfollowed, ...clauses] };
  }
  return {
    ...unfollowed(`the chart ${chart} is not among the files that were read`, ...clauses),
    loose: layeredImages(layers),
    root: path,
    chart: { layers },
    ...about,
  };
}

/** A map, or the name of a file beside the helmfile. */
function valuesAt(
  repository: Repository,
  path: string,
  entry: YamlAt,
): { readonly layers: Layers; readonly clause?: string } {
  if (entry.isMap()) return { layers: fileLayer(entry) };
  const text = entry.string() ?? '';
  const file = resolvePath(folderOf(path), text);
  const found = file === undefined ? undefined : repository.documents(file)[0];
  return found === undefined
    ? { layers: [], clause: `its values ${text} are not among the files that were read` }
    : { layers: fileLayer(found) };
}

/** `set: [{name: image.tag, value: 1.5.0}]` */
function setIn(at: YamlAt): Layers {
  const byName = new Map(
    (at.get('set')?.items() ?? []).flatMap((entry) => {
      const name = entry.get('name')?.string();
      const value = entry.get('value');
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  return byName.size === 0 ? [] : [(path) => byName.get(path.join('.'))];
}
