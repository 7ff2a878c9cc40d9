import { builtOf, joined, NOTHING } from './built.ts';
import { buildKustomization } from './kustomize.ts';
import type { Repository } from './repository.ts';
import type { Unit } from './unit.ts';

/** A folder that kustomize builds. */
export function kustomizeUnit(repository: Repository, folder: string, worthParsing: (text: string) => boolean): Unit {
  return {
    ...buildKustomization(repository, folder, worthParsing),
    says: `kustomization ${folder === '' ? 'at the top' : folder}`,
    kind: 'kustomize',
    root: folder,
  };
}

/** A folder whose manifests are applied as they stand; `isMeant` leaves out files, by their path in the folder. */
export function folderUnit(
  repository: Repository,
  folder: string,
  worthParsing: (text: string) => boolean,
  isMeant: (path: string) => boolean = () => true,
): Unit {
  const inside = folder === '' ? 0 : folder.length + 1;
  const files = repository.filesBelow(folder).filter((path) => isMeant(path.slice(inside)));
  return {
    ...joined([NOTHING, ...files.map((path) => manifestsIn(repository, path, worthParsing))]),
    says: `folder ${folder}`,
    kind: 'plain',
    root: folder,
  };
}

/** One file of manifests. */
export function fileUnit(repository: Repository, path: string, worthParsing: (text: string) => boolean): Unit {
  return { ...manifestsIn(repository, path, worthParsing), says: path, kind: 'plain', root: path };
}

function manifestsIn(repository: Repository, path: string, worthParsing: (text: string) => boolean) {
  const text = repository.text(path);
  const isManifest = text !== undefined && /(?:^|[{,])\s*(?:- )?["']?kind["']?\s*:/m.test(text) && worthParsing(text);
  return isManifest ? builtOf(repository.documents(path)) : NOTHING;
}
