import { unfollowed } from './built.ts';
import { configValue } from './config-maps.ts';
import { folderUnit, kustomizeUnit } from './folder-units.ts';
import { kustomizationFile, withComponents } from './kustomize.ts';
import { imageEntries } from './kustomize-images.ts';
import { transformed, withPatches } from './kustomize-overrides.ts';
import { patchOf } from './kustomize-patches.ts';
import { gitRepositoryUrl, otherRepository } from './other-repository.ts';
import type { WrittenWorkload } from './pod-template.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import { type Piece, textOf } from './slot.ts';
import type { Question, Unit } from './unit.ts';
import type { WrittenObject } from './written-object.ts';
import type { YamlAt } from './yaml-source.ts';

/** What a Flux Kustomization deploys (kustomize.toolkit.fluxcd.io v1): a folder, changed by its own images, patches and variables. */
export function fluxKustomizationUnit(repository: Repository, object: WrittenObject, question: Question): Unit {
  const { name, at } = object;
  const spec = at.get('spec');
  const folder = resolvePath('', spec?.get('path')?.string() ?? '.') ?? '';
  const namespace = spec?.get('targetNamespace')?.string();
  const base = folderOrKustomization(repository, folder, question);
  const components = (spec?.get('components')?.items() ?? []).flatMap(
    (entry) => resolvePath(folder, entry.string() ?? '') ?? [],
  );
  const extended = withComponents(repository, base, components, question.worthParsing);
  const patches = (spec?.get('patches')?.items() ?? []).flatMap((entry) =>
    patchOf(repository, folderOf(at.source.path), entry),
  );
  const changed = transformed(withPatches(extended, patches), {
    images: imageEntries(spec?.get('images')),
    ...(namespace === undefined ? {} : { namespace }),
    ...affixes(spec),
  });
  const variables = spec?.get('postBuild');
  return {
    ...base,
    ...changed,
    unfollowed: [
      ...changed.unfollowed,
      ...otherRepository(repository, gitRepositoryUrl(repository, spec?.get('sourceRef'))),
    ],
    workloads:
      variables === undefined ? changed.workloads : changed.workloads.map((w) => substituted(repository, w, variables)),
    says: `Flux Kustomization ${name} (${at.source.path})`,
    kind: 'owned',
    owner: { tool: 'flux', name },
  };
}

function affixes(spec: YamlAt | undefined): { readonly namePrefix: string; readonly nameSuffix: string } {
  return {
    namePrefix: spec?.get('namePrefix')?.string() ?? '',
    nameSuffix: spec?.get('nameSuffix')?.string() ?? '',
  };
}

function folderOrKustomization(repository: Repository, folder: string, { worthParsing }: Question): Unit {
  if (kustomizationFile(repository, folder) !== undefined) return kustomizeUnit(repository, folder, worthParsing);
  const unit = folderUnit(repository, folder, worthParsing);
  return repository.isFolder(folder)
    ? unit
    : { ...unit, ...unfollowed(`its folder ${folder} is not among the files that were read`) };
}

/** `${NAME}` and `${NAME:=default}` in the built manifests (Flux postBuild); `substitute` wins over `substituteFrom`. */
function substituted(repository: Repository, workload: WrittenWorkload, postBuild: YamlAt): WrittenWorkload {
  const variable = (name: string): readonly Piece[] | undefined => {
    const inline = postBuild.at('substitute', name)?.pieces();
    if (inline !== undefined) return inline;
    const maps = (postBuild.get('substituteFrom')?.items() ?? []).filter(
      (from) => from.get('kind')?.string() === 'ConfigMap',
    );
    const found = maps.flatMap(
      (from) => configValue(repository, from.source.path, from.get('name')?.string() ?? '', name)?.pieces ?? [],
    );
    return found.length > 0 ? found.slice(-1) : undefined;
  };
  const hasSecrets = (postBuild.get('substituteFrom')?.items() ?? []).length > 0;
  const containers = workload.containers.map((container) => ({
    ...container,
    image: container.image.flatMap((piece) => withVariables(piece, variable, hasSecrets)),
  }));
  return { ...workload, containers };
}

/** A default counts where nothing else can say it. */
function withVariables(
  piece: Piece,
  variable: (name: string) => readonly Piece[] | undefined,
  mayBeElsewhere: boolean,
): readonly Piece[] {
  if (!piece.text.includes('${')) return [piece];
  const parts = piece.text.split(/(\$\{\w{1,100}(?:[:=-][^}]{0,200})?\})/);
  const pieces = parts.flatMap((part): readonly Piece[] => {
    const [, name, fallback] = /^\$\{(\w+)(?:(?::=|:-|=|-)(.*))?\}$/.exec(part) ?? [];
    if (name === undefined) return part === '' ? [] : [{ text: part }];
    return variable(name) ?? [{ text: mayBeElsewhere ? part : (fallback ?? part) }];
  });
  return textOf(pieces) === piece.text ? [piece] : pieces;
}
