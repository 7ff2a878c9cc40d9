import { folderUnit, kustomizeUnit } from './folder-units.ts';
import { chartUnit } from './helm/units.ts';
import { fileLayer, type Layers } from './helm/value.ts';
import { kustomizationFile, transformed } from './kustomize.ts';
import { imageEntries } from './kustomize-images.ts';
import { patchOf, withPatch } from './kustomize-patches.ts';
import { looseImages } from './loose.ts';
import type { WrittenWorkload } from './pod-template.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import { type Piece, textOf } from './slot.ts';
import type { Unit } from './unit.ts';
import type { YamlAt } from './yaml-source.ts';

/** What a Flux Kustomization deploys (kustomize.toolkit.fluxcd.io v1): a folder, changed by its own images, patches and variables. */
export function fluxKustomizationUnit(
  repository: Repository,
  object: YamlAt,
  worthParsing: (text: string) => boolean,
): Unit {
  const name = object.at('metadata', 'name')?.string() ?? '';
  const spec = object.get('spec');
  const folder = resolvePath('', spec?.get('path')?.string() ?? '.') ?? '';
  const namespace = spec?.get('targetNamespace')?.string();
  const built =
    kustomizationFile(repository, folder) === undefined
      ? folderUnit(repository, folder, worthParsing)
      : kustomizeUnit(repository, folder, worthParsing);
  const patches = (spec?.get('patches')?.items() ?? []).flatMap((entry) =>
    patchOf(repository, folderOf(object.source.path), entry),
  );
  const patched = built.workloads.map((workload) => patches.reduce((w, patch) => withPatch(w, patch), workload));
  const images = imageEntries(spec?.get('images'));
  const workloads = transformed(patched, { images, ...(namespace === undefined ? {} : { namespace }) });
  const variables = spec?.at('postBuild', 'substitute');
  return {
    ...built,
    says: `Flux Kustomization ${name} (${object.source.path})`,
    kind: 'owned',
    owner: { tool: 'flux', name },
    workloads: variables === undefined ? workloads : workloads.map((w) => substituted(w, variables)),
  };
}

/** `${NAME}` and `${NAME:=default}` in the built manifests (Flux postBuild). */
function substituted(workload: WrittenWorkload, variables: YamlAt): WrittenWorkload {
  const containers = workload.containers.map((container) => ({
    ...container,
    image: container.image.flatMap((piece) => withVariables(piece, variables)),
  }));
  return { ...workload, containers };
}

function withVariables(piece: Piece, variables: YamlAt): readonly Piece[] {
  if (!piece.text.includes('${')) return [piece];
  const parts = piece.text.split(/(\$\{\w{1,100}(?:[:=-][^}]{0,200})?\})/);
  const pieces = parts.flatMap((part): readonly Piece[] => {
    const [, name, fallback] = /^\$\{(\w+)(?:(?::=|:-|=|-)(.*))?\}$/.exec(part) ?? [];
    if (name === undefined) return part === '' ? [] : [{ text: part }];
    return variables.get(name)?.pieces() ?? [{ text: fallback ?? part }];
  });
  return textOf(pieces) === piece.text ? [piece] : pieces;
}

/** What a HelmRelease deploys (helm.toolkit.fluxcd.io v2): a chart of this checkout, or values for one of elsewhere. */
export function helmReleaseUnit(repository: Repository, object: YamlAt): Unit {
  const name = object.at('metadata', 'name')?.string() ?? '';
  const spec = object.get('spec');
  const namespace = spec?.get('targetNamespace')?.string() ?? object.at('metadata', 'namespace')?.string() ?? '';
  const says = `Flux HelmRelease ${name} (${object.source.path})`;
  const from = spec?.at('chart', 'spec');
  const chart = resolvePath('', from?.get('chart')?.string() ?? '');
  const layers: Layers = [
    ...(from?.get('valuesFiles')?.items() ?? []).flatMap((at) => {
      const path = resolvePath('', at.string() ?? '');
      return path === undefined ? [] : fileLayer(repository.documents(path)[0]);
    }),
    ...fileLayer(spec?.get('values')),
  ];
  const about = {
    says,
    kind: 'owned' as const,
    owner: { tool: 'flux' as const, name },
    ...(namespace === '' ? {} : { namespace }),
  };
  if (chart !== undefined && chart !== '' && repository.text(`${chart}/Chart.yaml`) !== undefined) {
    const release = { name: spec?.get('releaseName')?.string() ?? name, namespace };
    return { ...chartUnit(repository, { chart, layers, release, says }), ...about };
  }
  const values = spec?.get('values');
  return {
    ...about,
    root: object.source.path,
    workloads: [],
    loose: values === undefined ? [] : looseImages(values),
    objects: [],
  };
}
