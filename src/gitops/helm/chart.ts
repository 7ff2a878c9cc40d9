import { folderOf, type Repository, resolvePath } from '../repository.ts';
import { parseSource, type YamlAt } from '../yaml-source.ts';
import { Evaluator, type Named } from './evaluate.ts';
import { renderedSource } from './fragments.ts';
import { parseTemplate } from './parse.ts';
import { below, bool, fileLayer, type Layers, lookUp, NIL, plainText, type Value, valueAt } from './value.ts';

/** The release that a chart is rendered for. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
}

const CHART_FILE = 'Chart.yaml';
/** Charts inside charts. */
const MAX_DEPTH = 6;
const NOT_WHOLE = 'templates that are too large to be rendered whole';

/** Folders that hold a chart, those inside other charts left out. */
export function chartFolders(repository: Repository): readonly string[] {
  return repository.once('chart folders', () => {
    const all = repository.paths.filter((path) => path === CHART_FILE || path.endsWith(`/${CHART_FILE}`)).map(folderOf);
    const known = new Set(all);
    return all.filter(
      (folder) => !/(?:^|\/)charts\/[^/]+$/.test(folder) || !known.has(folder.replace(/\/?charts\/[^/]+$/, '')),
    );
  });
}

/** The objects that a chart gives, and the charts that it needs and that are not here. */
export interface Rendered {
  readonly objects: readonly YamlAt[];
  readonly missing: readonly string[];
}

/** What a chart and the charts inside it give, for values on top of its own. */
export function renderChart(repository: Repository, chart: string, values: Layers, release: Release): Rendered {
  const named = new Map<string, Named>();
  collectNamed(repository, chart, named, 0);
  return renderOne({ repository, release, named }, { folder: chart }, values, 0);
}

interface Run {
  readonly repository: Repository;
  readonly release: Release;
  readonly named: ReadonlyMap<string, Named>;
}

/** Templates that hold what pulls, or what pulls are given. */
const WORTH_RENDERING = /image|containers|ServiceAccount|Secret|argoproj\.io|fluxcd\.io/;

function renderOne(
  run: Run,
  { folder: chart, alias }: { readonly folder: string; readonly alias?: string },
  given: Layers,
  depth: number,
): Rendered {
  const { repository, named } = run;
  const about = repository.documents(inFolder(chart, CHART_FILE))[0];
  const layers = [...fileLayer(repository.documents(inFolder(chart, 'values.yaml'))[0]), ...given];
  const root = rootOf(run, about, alias, layers);
  const objects = templatesOf(repository, chart).flatMap((path) => {
    const text = repository.text(path) ?? '';
    if (/(?:^|\/)_[^/]*$/.test(path)) return [];
    if (!WORTH_RENDERING.test(text) && !includesObjects(text, named)) return [];
    const evaluator = new Evaluator(root, named);
    const template = parseTemplate(text);
    const fragments = evaluator.render({ path, body: template.body });
    if (!template.isWhole || !evaluator.isWhole) repository.unread.tell(NOT_WHOLE, path);
    return parseSource({
      ...renderedSource(path, fragments, (file) => repository.text(file)),
      unread: repository.unread,
    });
  });
  const { found, missing } = dependenciesOf(repository, chart, about);
  if (depth >= MAX_DEPTH) return { objects, missing: [...missing, ...found.map(({ key }) => key)] };
  const inner = found
    .filter((dependency) => isEnabled(dependency, layers))
    .map((dependency) =>
      renderOne(run, dependency, [...below(layers, dependency.key), ...globalOf(layers)], depth + 1),
    );
  return {
    objects: [...objects, ...inner.flatMap((rendered) => rendered.objects)],
    missing: [...missing, ...inner.flatMap((rendered) => rendered.missing)],
  };
}

/** A template of a few words may take in a named one that makes whole objects. */
function includesObjects(text: string, named: ReadonlyMap<string, Named>): boolean {
  return [...text.matchAll(/\b(?:include|template)\s{1,5}"([^"]{1,200})"/g)].some(([, name = '']) =>
    named.get(name)?.body.some((node) => node.kind === 'text' && /^\s*kind:/m.test(node.text)),
  );
}

/** The first condition that the values answer decides (Helm's `condition`). */
function isEnabled({ condition }: Dependency, layers: Layers): boolean {
  const answers = (condition ?? '').split(',').flatMap((path) => {
    const value = path.trim() === '' ? NIL : lookUp(layers, path.trim().split('.'));
    return value.kind === 'bool' ? [value.value] : [];
  });
  return answers[0] ?? true;
}

function rootOf({ release }: Run, about: YamlAt | undefined, alias: string | undefined, layers: Layers): Value {
  const text = (key: string) => {
    const at = about?.get(key);
    return at === undefined ? NIL : valueAt(at);
  };
  return dictOf({
    Values: { kind: 'values', layers, path: [] },
    Chart: dictOf({
      Name: alias === undefined ? text('name') : plainText(alias),
      Version: text('version'),
      AppVersion: text('appVersion'),
    }),
    // A cluster of today: charts ask for what old ones lack.
    Capabilities: dictOf({
      APIVersions: dictOf({ Has: bool(true) }),
      KubeVersion: dictOf({ Version: plainText('v1.33.0'), GitVersion: plainText('v1.33.0'), Major: plainText('1') }),
    }),
    Release: dictOf({
      Name: plainText(release.name),
      Namespace: plainText(release.namespace),
      Service: plainText('Helm'),
      IsInstall: bool(true),
    }),
  });
}

function dictOf(entries: Readonly<Record<string, Value>>): Value {
  return { kind: 'dict', entries: new Map(Object.entries(entries)) };
}

/** `global` reaches every chart below. */
function globalOf(layers: Layers): Layers {
  return lookUp(layers, ['global']).kind === 'values'
    ? layers.map((layer) => (path) => (path[0] === 'global' ? layer(path) : undefined))
    : [];
}

/** A chart inside a chart. */
interface Dependency {
  readonly folder: string;
  /** The key of its values in those of the outer chart. */
  readonly key: string;
  readonly alias?: string;
  readonly condition?: string;
}

/** Charts that a chart brings along, in its `charts` folder or beside it by `file://`, and names of those that are not here. */
function dependenciesOf(
  repository: Repository,
  chart: string,
  about: YamlAt | undefined,
): { readonly found: readonly Dependency[]; readonly missing: readonly string[] } {
  const listed = (about?.get('dependencies')?.items() ?? []).flatMap((entry): readonly Dependency[] => {
    const name = entry.get('name')?.string();
    if (name === undefined) return [];
    const link = entry.get('repository')?.string() ?? '';
    const beside = link.startsWith('file://') ? resolvePath(chart, link.slice('file://'.length)) : undefined;
    const alias = entry.get('alias')?.string();
    const condition = entry.get('condition')?.string();
    return [
      {
        folder: beside ?? inFolder(chart, `charts/${name}`),
        key: alias ?? name,
        ...(alias === undefined ? {} : { alias }),
        ...(condition === undefined ? {} : { condition }),
      },
    ];
  });
  const known = new Set(listed.map(({ folder }) => folder));
  const folders = repository
    .filesBelow(inFolder(chart, 'charts'))
    .filter((path) => path.endsWith(`/${CHART_FILE}`))
    .map(folderOf)
    .filter((folder) => folderOf(folder) === inFolder(chart, 'charts') && !known.has(folder));
  const unlisted = folders.map((folder) => ({ folder, key: folder.slice(folder.lastIndexOf('/') + 1) }));
  const isHere = ({ folder }: Dependency) => repository.text(inFolder(folder, CHART_FILE)) !== undefined;
  return {
    found: [...listed, ...unlisted].filter(isHere),
    // A library chart only lends helpers; the usual one is known without it.
    missing: listed
      .filter((one) => !isHere(one) && one.key !== 'common')
      .map(({ folder }) => folder.slice(folder.lastIndexOf('/') + 1)),
  };
}

/** Named templates are known to the whole tree of charts; those of the outer chart win. */
function collectNamed(repository: Repository, chart: string, named: Map<string, Named>, depth: number): void {
  for (const path of templatesOf(repository, chart)) {
    for (const [name, body] of parseTemplate(repository.text(path) ?? '').defines) {
      if (!named.has(name)) named.set(name, { path, body });
    }
  }
  if (depth >= MAX_DEPTH) return;
  const about = repository.documents(inFolder(chart, CHART_FILE))[0];
  for (const { folder } of dependenciesOf(repository, chart, about).found)
    collectNamed(repository, folder, named, depth + 1);
}

/** Files of the template folder. */
export function templatesOf(repository: Repository, chart: string): readonly string[] {
  return repository.filesBelow(inFolder(chart, 'templates')).filter((path) => /\.(?:ya?ml|tpl|gotmpl)$/.test(path));
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
