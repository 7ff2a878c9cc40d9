import { isWorkedOut, matchesGlob } from './glob.ts';
import { folderOf, type Repository } from './repository.ts';
import { type Piece, textOf } from './slot.ts';
import type { YamlAt } from './yaml-source.ts';

/** What one Application of a set is filled with: dotted names and the pieces of their values. */
export type Params = ReadonlyMap<string, readonly Piece[]>;

/** Sets of parameters of one generator. */
const MAX_SETS = 500;
const MAX_DEPTH = 6;
const OPEN: Params = new Map();
const TOO_MANY = `sets of parameters beyond ${MAX_SETS} of one generator`;

/** The parameters that a generator of an ApplicationSet gives, as far as the checkout tells them. */
export function paramsOf(repository: Repository, generator: YamlAt, depth = 0): readonly Params[] {
  const { path } = generator.source;
  const inner = (key: string) => {
    const generators = generator.at(key, 'generators')?.items() ?? [];
    if (depth <= MAX_DEPTH) return generators.map((one) => paramsOf(repository, one, depth + 1));
    repository.unread.tell(
      `generators more than ${MAX_DEPTH} deep in others`,
      path,
      generators.length,
      generator.start,
    );
    return [];
  };
  const few = <T>(all: readonly T[]) => {
    if (all.length > MAX_SETS) repository.unread.tell(TOO_MANY, path, all.length - MAX_SETS, generator.start);
    return all.slice(0, MAX_SETS);
  };
  const [kind = ''] = generator.keys().filter((key) => key !== 'selector');
  switch (kind) {
    case 'list':
      return few(generator.at('list', 'elements')?.items() ?? []).map((at) => flat(at));
    case 'git':
      return fromGit(repository, generator, few);
    case 'matrix': {
      const sets = inner('matrix');
      const count = sets.reduce((all, { length }) => all * length, 1);
      if (count > MAX_SETS) repository.unread.tell(TOO_MANY, path, count - MAX_SETS, generator.start);
      return sets.reduce<readonly Params[]>(product, [OPEN]);
    }
    case 'merge':
      return merged(
        inner('merge'),
        generator
          .at('merge', 'mergeKeys')
          ?.items()
          .map((at) => at.string() ?? '') ?? [],
      );
    default:
      // Clusters, pull requests, other repositories: only they know.
      return [flat(generator.at(kind, 'values'), 'values.')];
  }
}

function product(all: readonly Params[], next: readonly Params[]): readonly Params[] {
  const sets: Params[] = [];
  for (const params of all) {
    // Cut before they are made: two generators of thousands give millions.
    for (const more of next.slice(0, MAX_SETS - sets.length)) sets.push(new Map([...params, ...more]));
  }
  return sets;
}

/** The first generator's sets, each with what the others say for the same keys. */
function merged(all: readonly (readonly Params[])[], keys: readonly string[]): readonly Params[] {
  const [base = [], ...others] = all;
  const keyOf = (params: Params) => JSON.stringify(keys.map((key) => textOf(params.get(key) ?? [])));
  return base.map((params) => {
    const same = others.flatMap((sets) => sets.filter((set) => keyOf(set) === keyOf(params)));
    return new Map([params, ...same].flatMap((set) => [...set]));
  });
}

function fromGit(
  repository: Repository,
  generator: YamlAt,
  few: <T>(all: readonly T[]) => readonly T[],
): readonly Params[] {
  const globs = (key: string) =>
    (generator.at('git', key)?.items() ?? []).map((at) => ({
      glob:
        at
          .get('path')
          ?.string()
          ?.replace(/\{\{[^{}]*\}\}/g, '*') ?? '',
      exclude: at.get('exclude')?.string() === 'true',
    }));
  const picked = (key: string, paths: readonly string[]) => {
    const [no, yes] = [globs(key).filter((g) => g.exclude), globs(key).filter((g) => !g.exclude)];
    const fits = (path: string, all: typeof yes) => all.some(({ glob }) => matchesGlob(glob, path));
    const { path: file } = generator.source;
    for (const { glob } of [...yes, ...no]) {
      if (!isWorkedOut(glob))
        repository.unread.tell('patterns that are too wide to be worked out', file, 1, generator.start);
    }
    return few(paths.filter((path) => fits(path, yes) && !fits(path, no)));
  };
  const folders = [...new Set(repository.paths.flatMap(foldersOf))];
  return [
    ...picked('directories', folders).map(pathParams),
    ...picked('files', repository.paths).flatMap((path) =>
      repository.documents(path).map((at) => new Map([...flat(at), ...pathParams(folderOf(path))])),
    ),
  ];
}

function foldersOf(path: string): readonly string[] {
  const folder = folderOf(path);
  return folder === '' ? [] : [folder, ...foldersOf(folder)];
}

/** The same under the names of both kinds of template. */
function pathParams(folder: string): Params {
  const segments = folder.split('/');
  const base = segments.at(-1) ?? '';
  const normalized = base.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-');
  const named = [
    ['path', folder],
    ['path.path', folder],
    ['path.basename', base],
    ['path.basenameNormalized', normalized],
    ...segments.flatMap((segment, i) => [
      [`path[${i}]`, segment],
      [`path.segments.${i}`, segment],
    ]),
  ];
  return new Map(named.map(([key = '', text = '']) => [key, [{ text }]] as const));
}

/** Maps in maps as dotted names. */
function flat(at: YamlAt | undefined, prefix = '', depth = 0): Params {
  const params = new Map<string, readonly Piece[]>();
  if (at === undefined || depth > MAX_DEPTH) return params;
  for (const key of at.keys()) {
    const value = at.get(key);
    const pieces = value?.pieces();
    if (pieces !== undefined) params.set(`${prefix}${key}`, pieces);
    else for (const [name, inner] of flat(value, `${prefix}${key}.`, depth + 1)) params.set(name, inner);
  }
  return params;
}
