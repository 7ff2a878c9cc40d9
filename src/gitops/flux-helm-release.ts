import { type Built, unfollowed } from './built.ts';
import { configValue } from './config-maps.ts';
import { chartUnit } from './helm/units.ts';
import { fileLayer, type Layers } from './helm/value.ts';
import { imageEntries } from './kustomize-images.ts';
import { transformed, withPatches } from './kustomize-overrides.ts';
import { patchOf } from './kustomize-patches.ts';
import { layeredImages } from './layered-images.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import type { Unit } from './unit.ts';
import type { WrittenObject } from './written-object.ts';
import type { YamlAt } from './yaml-source.ts';

/** What a HelmRelease deploys (helm.toolkit.fluxcd.io v2): a chart of this checkout, or values for one of elsewhere. */
export function helmReleaseUnit(repository: Repository, object: WrittenObject): Unit {
  const { name, at, patches } = object;
  const specs = [at, ...patches].flatMap((part) => part.get('spec') ?? []);
  const spec = (...keys: readonly string[]) => specs.findLast((part) => part.at(...keys) !== undefined)?.at(...keys);
  const namespace = spec('targetNamespace')?.string() ?? object.namespace ?? '';
  const says = `Flux HelmRelease ${name} (${at.source.path})`;
  const given = valuesFrom(repository, at, spec('valuesFrom'));
  const files = (spec('chart', 'spec', 'valuesFiles')?.items() ?? []).map((entry) => {
    const text = entry.string() ?? '';
    const path = resolvePath('', text);
    return { text, root: path === undefined ? undefined : repository.documents(path)[0] };
  });
  const layers: Layers = [
    ...files.flatMap(({ root }) => fileLayer(root)),
    ...given.layers,
    ...specs.flatMap((part) => fileLayer(part.get('values'))),
  ];
  const chart = spec('chart', 'spec', 'chart')?.string() ?? '';
  const folder = resolvePath('', chart);
  const release = { name: spec('releaseName')?.string() ?? name, namespace };
  const isHere = folder !== undefined && folder !== '' && repository.text(`${folder}/Chart.yaml`) !== undefined;
  const unit: Unit = isHere
    ? chartUnit(repository, { chart: folder, layers, release, says })
    : {
        ...unfollowed(`the chart ${chart === '' ? 'of it' : chart} is not among the files that were read`),
        loose: layeredImages(layers),
        says,
        kind: 'owned',
        root: at.source.path,
        chart: { layers },
      };
  return {
    ...unit,
    ...postRendered(repository, at, unit, spec('postRenderers')),
    unfollowed: [
      ...unit.unfollowed,
      ...given.unfollowed,
      ...files.flatMap(({ text, root }) =>
        root === undefined && isHere ? [`its values ${text} are not among the files that were read`] : [],
      ),
    ],
    says,
    kind: 'owned',
    owner: { tool: 'flux', name },
    ...(namespace === '' ? {} : { namespace }),
  };
}

/** ConfigMaps of the checkout, in order; what Secrets hold is not looked at. */
function valuesFrom(
  repository: Repository,
  release: YamlAt,
  list: YamlAt | undefined,
): { readonly layers: Layers; readonly unfollowed: readonly string[] } {
  const all = (list?.items() ?? []).map((entry) => {
    const kind = entry.get('kind')?.string() ?? '';
    const name = entry.get('name')?.string() ?? '';
    const key = entry.get('valuesKey')?.string() ?? 'values.yaml';
    const value = kind === 'ConfigMap' ? configValue(repository, release.source.path, name, key) : undefined;
    const target = entry.get('targetPath')?.string();
    const layers = value === undefined ? undefined : layersOf(value, target?.split('.'));
    return { layers, clause: `its values from ${kind} ${name} are not among the files that were read` };
  });
  return {
    layers: all.flatMap(({ layers }) => layers ?? []),
    unfollowed: all.flatMap(({ layers, clause }) => (layers === undefined ? [clause] : [])),
  };
}

function layersOf(
  { at, yaml }: NonNullable<ReturnType<typeof configValue>>,
  target: readonly string[] | undefined,
): Layers | undefined {
  if (target === undefined) return yaml === undefined ? undefined : fileLayer(yaml);
  if (at === undefined) return undefined;
  return [(path) => (path.join('.') === target.join('.') ? at : undefined)];
}

/** Images and patches that are applied to what the chart gives. */
function postRendered(
  repository: Repository,
  at: YamlAt,
  unit: Unit,
  renderers: YamlAt | undefined,
): Pick<Unit, 'workloads' | 'objects'> {
  let built: Built = unit;
  for (const renderer of renderers?.items() ?? []) {
    const kustomize = renderer.get('kustomize');
    const entries = ['patches', 'patchesStrategicMerge', 'patchesJson6902'].flatMap(
      (key) => kustomize?.get(key)?.items() ?? [],
    );
    const patches = entries.flatMap((entry) => patchOf(repository, folderOf(at.source.path), entry));
    built = transformed(withPatches(built, patches), { images: imageEntries(kustomize?.get('images')) });
  }
  const { workloads, objects } = built;
  return { workloads, objects };
}
