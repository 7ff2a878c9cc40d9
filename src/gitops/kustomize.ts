import { type ImageEntry, imageEntries, withImages } from './kustomize-images.ts';
import { patchesOf, withPatch } from './kustomize-patches.ts';
import { objectsOf, type WrittenWorkload, workloadOf } from './pod-template.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import type { YamlAt } from './yaml-source.ts';

/** Names that kustomize looks for (kustomize/api konfig.RecognizedKustomizationFileNames). */
const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
/** Kustomizations inside kustomizations; also ends those that go in circles. */
const MAX_DEPTH = 12;
/** Each may name others many times: their number grows with the power of the depth. */
const MAX_BUILDS = 1_000;

/** The kustomization file of a folder. */
export function kustomizationFile(repository: Repository, folder: string): string | undefined {
  const paths = FILE_NAMES.map((name) => (folder === '' ? name : `${folder}/${name}`));
  return paths.find((path) => repository.text(path) !== undefined);
}

/** Every folder with a kustomization. */
export function kustomizationFolders(repository: Repository): readonly string[] {
  const names = new Set(FILE_NAMES);
  return repository.paths.filter((path) => names.has(path.slice(path.lastIndexOf('/') + 1))).map(folderOf);
}

/** Files and folders that a kustomization takes in, those of its patches included. */
export function takenIn(repository: Repository, folder: string): readonly string[] {
  const file = kustomizationFile(repository, folder);
  const at = file === undefined ? undefined : repository.documents(file)[0];
  if (at === undefined) return [];
  const lists = ['resources', 'bases', 'components', 'patchesStrategicMerge'].flatMap(
    (key) => at.get(key)?.items() ?? [],
  );
  const patches = ['patches', 'patchesJson6902'].flatMap((key) =>
    (at.get(key)?.items() ?? []).flatMap((entry) => entry.get('path') ?? []),
  );
  return [...lists, ...patches].flatMap((entry) => resolved(folder, entry) ?? []);
}

/** The workloads that `kustomize build` of a folder would give, with where each image is written. */
export function buildKustomization(
  repository: Repository,
  folder: string,
  worthParsing: (text: string) => boolean,
): readonly WrittenWorkload[] {
  return build({ repository, worthParsing, builds: 0 }, folder, [], 0);
}

interface Run {
  readonly repository: Repository;
  readonly worthParsing: (text: string) => boolean;
  /** Kustomizations built so far. */
  builds: number;
}

/** A component works on what its parent has gathered so far. */
function build(run: Run, folder: string, given: readonly WrittenWorkload[], depth: number): readonly WrittenWorkload[] {
  run.builds += 1;
  if (depth > MAX_DEPTH || run.builds > MAX_BUILDS) return given;
  const file = kustomizationFile(run.repository, folder);
  const at = file === undefined ? undefined : run.repository.documents(file)[0];
  if (file === undefined || at === undefined) return given;
  const resources = ['resources', 'bases'].flatMap((key) => at.get(key)?.items() ?? []);
  const gathered = [...given, ...resources.flatMap((entry) => resource(run, folder, entry, depth))];
  const components = at.get('components')?.items() ?? [];
  const extended = components.reduce<readonly WrittenWorkload[]>((workloads, entry) => {
    const component = resolved(folder, entry);
    return component === undefined ? workloads : build(run, component, workloads, depth + 1);
  }, gathered);
  const patches = patchesOf(run.repository, file, at);
  const patched = extended.map((workload) => patches.reduce((w, patch) => withPatch(w, patch), workload));
  return transformed(patched, { ...overridesIn(at), images: imageEntries(at.get('images')) });
}

function resource(run: Run, folder: string, entry: YamlAt, depth: number): readonly WrittenWorkload[] {
  const path = resolved(folder, entry);
  if (path === undefined) return [];
  if (run.repository.isFolder(path)) return build(run, path, [], depth + 1);
  const text = run.repository.text(path);
  if (text === undefined || !run.worthParsing(text)) return [];
  return objectsOf(run.repository.documents(path)).flatMap((object) => workloadOf(object) ?? []);
}

function resolved(folder: string, entry: YamlAt): string | undefined {
  const text = entry.string();
  return text === undefined || text.includes('\n') ? undefined : resolvePath(folder, text);
}

/** What a kustomization changes on all that it takes in; Argo CD and Flux can add the same from outside. */
export interface Overrides {
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly images?: readonly ImageEntry[];
}

export function overridesIn(at: YamlAt): Overrides {
  const field = (key: string) => at.get(key)?.string();
  const namespace = field('namespace');
  const namePrefix = field('namePrefix');
  const nameSuffix = field('nameSuffix');
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(namePrefix === undefined ? {} : { namePrefix }),
    ...(nameSuffix === undefined ? {} : { nameSuffix }),
  };
}

export function transformed(
  workloads: readonly WrittenWorkload[],
  { namespace, namePrefix = '', nameSuffix = '', images = [] }: Overrides,
): readonly WrittenWorkload[] {
  return workloads.map((workload) => {
    const named = workload.name === undefined ? {} : { name: `${namePrefix}${workload.name}${nameSuffix}` };
    return withImages({ ...workload, ...named, ...(namespace === undefined ? {} : { namespace }) }, images);
  });
}
