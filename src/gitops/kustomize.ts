import { type Built, builtOf, joined, NOTHING, unfollowed } from './built.ts';
import { kustomizeCharts } from './kustomize-charts.ts';
import { type ImageEntry, imageEntries, looseEntries } from './kustomize-images.ts';
import { overridesIn, transformed, withPatches } from './kustomize-overrides.ts';
import { patchesOf, unreadPatches } from './kustomize-patches.ts';
import { replacementsOf, withReplacement } from './kustomize-replacements.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import type { WrittenObject } from './written-object.ts';
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
  const lists = [
    'resources',
    'bases',
    'components',
    'patchesStrategicMerge',
    'transformers',
    'generators',
    'configurations',
  ].flatMap((key) => at.get(key)?.items() ?? []);
  const paths = ['patches', 'patchesJson6902', 'replacements'].flatMap((key) =>
    (at.get(key)?.items() ?? []).flatMap((entry) => entry.get('path') ?? []),
  );
  return [...lists, ...paths].flatMap((entry) => resolved(folder, entry) ?? []);
}

/** What `kustomize build` of a folder would give. */
export function buildKustomization(
  repository: Repository,
  folder: string,
  worthParsing: (text: string) => boolean,
): Built {
  return build({ repository, worthParsing, builds: 0 }, folder, NOTHING, 0);
}

/** Components on top of what was built, as Flux adds them. */
export function withComponents(
  repository: Repository,
  built: Built,
  folders: readonly string[],
  worthParsing: (text: string) => boolean,
): Built {
  const run = { repository, worthParsing, builds: 0 };
  return folders.reduce((now, folder) => build(run, folder, now, 0), built);
}

interface Run {
  readonly repository: Repository;
  readonly worthParsing: (text: string) => boolean;
  /** Kustomizations built so far. */
  builds: number;
}

/** A component works on what its parent has gathered so far. */
function build(run: Run, folder: string, given: Built, depth: number): Built {
  run.builds += 1;
  if (depth > MAX_DEPTH || run.builds > MAX_BUILDS) return tooMany(run, folder, given);
  const file = kustomizationFile(run.repository, folder);
  const at = file === undefined ? undefined : run.repository.documents(file)[0];
  if (file === undefined || at === undefined) return given;
  const entries = ['resources', 'bases'].flatMap((key) => at.get(key)?.items() ?? []);
  const transformers = transformersOf(run, file, at, depth);
  const gathered = joined([
    given,
    ...entries.map((entry) => resource(run, file, entry, depth)),
    kustomizeCharts(run.repository, file, at),
    unfollowed(...programs(file, at, transformers), ...unreadPatches(file, at)),
  ]);
  const components = at.get('components')?.items() ?? [];
  const extended = components.reduce((built, entry) => component(run, file, entry, built, depth), gathered);
  const images = [
    ...imageEntries(at.get('images')),
    ...transformers.objects.filter(isImageTransformer).flatMap((object) => imageEntries(object.at, 'imageTag')),
  ];
  return changed(run.repository, file, at, extended, images);
}

/** Told in the answer and at the unit: it may change what was gathered. */
function tooMany({ repository }: Run, folder: string, given: Built): Built {
  repository.unread.tell(`kustomizations deeper than ${MAX_DEPTH} or beyond ${MAX_BUILDS} of one build`, folder);
  return joined([given, unfollowed(`kustomization ${folder} is taken in too deep to be followed`)]);
}

/** What the file itself changes, in kustomize's order: patches, namespace and names, images, replacements. */
function changed(repository: Repository, file: string, at: YamlAt, built: Built, images: readonly ImageEntry[]): Built {
  const patched = withPatches(built, patchesOf(repository, file, at));
  const renamed = transformed(patched, { ...overridesIn(at), images });
  const replaced = replacementsOf(repository, file, at).reduce(
    (now, replacement) => withReplacement(repository, file, now, replacement),
    renamed,
  );
  // Their fields may be those of custom resources, which nothing here lists.
  const isElsewhere = built.unfollowed.length > 0 || at.get('configurations') !== undefined;
  const loose = isElsewhere ? looseEntries(images) : [];
  return { ...replaced, loose: [...replaced.loose, ...loose] };
}

function resource(run: Run, file: string, entry: YamlAt, depth: number): Built {
  const { repository } = run;
  const path = resolved(folderOf(file), entry);
  if (path !== undefined && repository.isFolder(path)) return build(run, path, NOTHING, depth + 1);
  const text = path === undefined ? undefined : repository.text(path);
  if (path === undefined || text === undefined) return notHere(file, entry);
  return run.worthParsing(text) ? builtOf(repository.documents(path)) : NOTHING;
}

function component(run: Run, file: string, entry: YamlAt, built: Built, depth: number): Built {
  const path = resolved(folderOf(file), entry);
  return path !== undefined && run.repository.isFolder(path)
    ? build(run, path, built, depth + 1)
    : joined([built, notHere(file, entry)]);
}

/** A base of another repository is not fetched, and what it holds is not guessed. */
function notHere(file: string, entry: YamlAt): Built {
  const text = entry.string();
  return text === undefined || text.includes('\n')
    ? NOTHING
    : unfollowed(`${file} takes in ${text}, which is not among the files that were read`);
}

/** Parts of a kustomization that are programs, or change images by rules of their own. */
function programs(file: string, at: YamlAt, transformers: Built): readonly string[] {
  const generators = at.get('generators')?.items() ?? [];
  const others = transformers.objects.filter((object) => !isImageTransformer(object));
  return [
    ...(generators.length > 0 ? [`${file} has generators, which are not run`] : []),
    ...others.map(({ kind }) => `${file} has the transformer ${kind}, which is not run`),
    ...transformers.unfollowed,
  ];
}

function isImageTransformer({ kind, at }: WrittenObject): boolean {
  return kind === 'ImageTagTransformer' && at.get('apiVersion')?.string() === 'builtin';
}

/** Written in place, in files, or in folders that are kustomizations themselves. */
function transformersOf(run: Run, file: string, at: YamlAt, depth: number): Built {
  const { repository } = run;
  const all = (at.get('transformers')?.items() ?? []).map((entry): Built => {
    const embedded = entry.embedded();
    if (embedded !== undefined) return builtOf([embedded]);
    const path = resolved(folderOf(file), entry);
    if (path !== undefined && repository.isFolder(path)) return build(run, path, NOTHING, depth + 1);
    return path === undefined || repository.text(path) === undefined
      ? notHere(file, entry)
      : builtOf(repository.documents(path));
  });
  return joined([NOTHING, ...all]);
}

function resolved(folder: string, entry: YamlAt): string | undefined {
  const text = entry.string();
  return text === undefined || text.includes('\n') ? undefined : resolvePath(folder, text);
}
