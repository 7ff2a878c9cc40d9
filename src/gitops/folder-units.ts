import { buildKustomization } from './kustomize.ts';
import { objectsOf, type WrittenWorkload, workloadOf } from './pod-template.ts';
import type { Repository } from './repository.ts';
import type { Unit } from './unit.ts';
import type { YamlAt } from './yaml-source.ts';

/** A folder that kustomize builds. */
export function kustomizeUnit(repository: Repository, folder: string, worthParsing: (text: string) => boolean): Unit {
  return {
    says: `kustomization ${folder === '' ? 'at the top' : folder}`,
    kind: 'kustomize',
    root: folder,
    workloads: buildKustomization(repository, folder, worthParsing),
    loose: [],
    objects: [],
  };
}

/** A folder whose manifests are applied as they stand, those of the folders below as well. */
export function folderUnit(repository: Repository, folder: string, worthParsing: (text: string) => boolean): Unit {
  const objects = repository.filesBelow(folder).flatMap((path) => manifestsIn(repository, path, worthParsing));
  return { says: `folder ${folder}`, kind: 'plain', root: folder, ...sorted(objects), loose: [] };
}

/** One file of manifests. */
export function fileUnit(repository: Repository, path: string, worthParsing: (text: string) => boolean): Unit {
  return { says: path, kind: 'plain', root: path, ...sorted(manifestsIn(repository, path, worthParsing)), loose: [] };
}

function manifestsIn(repository: Repository, path: string, worthParsing: (text: string) => boolean): readonly YamlAt[] {
  const text = repository.text(path);
  const isManifest = text !== undefined && /^\s*(?:- )?["']?kind["']?\s*:/m.test(text) && worthParsing(text);
  return isManifest ? objectsOf(repository.documents(path)) : [];
}

function sorted(objects: readonly YamlAt[]): {
  readonly workloads: readonly WrittenWorkload[];
  readonly objects: readonly YamlAt[];
} {
  return { workloads: objects.flatMap((object) => workloadOf(object) ?? []), objects };
}
