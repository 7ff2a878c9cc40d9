import { objectsOf } from './pod-template.ts';
import { folderOf, type Repository, resolvePath } from './repository.ts';
import type { Piece, Slot } from './slot.ts';
import { editedPart } from './slot.ts';
import type { YamlAt } from './yaml-source.ts';

/** What stands under one key of a ConfigMap: a text in one place, a YAML text, or both. */
export interface ConfigValue {
  readonly pieces?: readonly Piece[];
  /** The text as it is written, unless it is a part of another. */
  readonly at?: YamlAt;
  readonly yaml?: YamlAt;
}

/**
 * A value of a ConfigMap of the checkout, written as an object or made by a kustomization; of several with the name,
 * the one nearest to the file that asks.
 */
export function configValue(
  repository: Repository,
  asking: string,
  name: string,
  key: string,
): ConfigValue | undefined {
  const found = configMaps(repository).filter((map) => map.name === name);
  const nearest = found.sort((a, b) => shared(b.path, asking) - shared(a.path, asking))[0];
  return nearest?.value(key);
}

interface WrittenConfigMap {
  readonly path: string;
  readonly name: string;
  readonly value: (key: string) => ConfigValue | undefined;
}

function configMaps(repository: Repository): WrittenConfigMap[] {
  return repository.once('config maps', () =>
    repository.paths.flatMap((path) => {
      const text = repository.text(path) ?? '';
      if (/(?:^|\/)templates\//.test(path)) return [];
      if (/kind["']?\s*:\s*["']?ConfigMap\b/.test(text)) return written(repository, path);
      return text.includes('configMapGenerator') ? generated(repository, path) : [];
    }),
  );
}

function written(repository: Repository, path: string): readonly WrittenConfigMap[] {
  return objectsOf(repository.documents(path)).flatMap((object) => {
    const name = object.at('metadata', 'name')?.string();
    if (object.get('kind')?.string() !== 'ConfigMap' || name === undefined) return [];
    return [{ path, name, value: (key: string) => valueAt(object.at('data', key)) }];
  });
}

function valueAt(at: YamlAt | undefined): ConfigValue | undefined {
  if (at === undefined) return undefined;
  const pieces = at.pieces();
  const yaml = at.embedded();
  return { at, ...(pieces === undefined ? {} : { pieces }), ...(yaml === undefined ? {} : { yaml }) };
}

function generated(repository: Repository, path: string): readonly WrittenConfigMap[] {
  return (repository.documents(path)[0]?.get('configMapGenerator')?.items() ?? []).flatMap((entry) => {
    const name = entry.get('name')?.string();
    if (name === undefined) return [];
    return [{ path, name, value: (key: string) => fromFiles(repository, path, entry, key) ?? literal(entry, key) }];
  });
}

/** `files: [values.yaml]` or `[values.yaml=prod.yaml]` */
function fromFiles(repository: Repository, path: string, entry: YamlAt, key: string): ConfigValue | undefined {
  for (const file of entry.get('files')?.items() ?? []) {
    const [first = '', second] = (file.string() ?? '').split('=');
    const name = second === undefined ? first.slice(first.lastIndexOf('/') + 1) : first;
    const at = resolvePath(folderOf(path), second ?? first);
    const yaml = at === undefined || name !== key ? undefined : repository.documents(at)[0];
    if (yaml !== undefined) return { yaml };
  }
  return undefined;
}

/** `literals: [tag=1.5.0]` */
function literal(entry: YamlAt, key: string): ConfigValue | undefined {
  const at = entry
    .get('literals')
    ?.items()
    .find((item) => item.string()?.startsWith(`${key}=`));
  const text = at?.string();
  if (text === undefined) return undefined;
  const slot: Slot | undefined = at?.slot();
  return { pieces: [editedPart(text, slot, key.length + 1, text.length)] };
}

/** Folders that two paths have in common. */
function shared(a: string, b: string): number {
  const [as, bs] = [folderOf(a).split('/'), folderOf(b).split('/')];
  let count = 0;
  while (count < as.length && as[count] === bs[count]) count += 1;
  return count;
}
