import { Unread } from './unread.ts';
import { fileSource, parseSource, type YamlAt } from './yaml-source.ts';

/** A text file of a checkout; its path is relative to the checkout, with `/`. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

/** Characters of YAML that are parsed in one run; only files that may matter are. */
const MAX_PARSED = 64 * 1024 * 1024;

/** The files of a checkout; each is parsed when it is first looked into. */
export class Repository {
  /** What bounds left out so far. */
  readonly unread = new Unread();
  readonly #files: ReadonlyMap<string, string>;
  /** Of every folder, the files in it and below. */
  readonly #below: ReadonlyMap<string, readonly string[]>;
  readonly #documents = new Map<string, readonly YamlAt[]>();
  readonly #found = new Map<string, unknown>();
  #parsed = 0;

  readonly paths: readonly string[];
  /** Addresses that the checkout was made from, where they are known. */
  readonly remotes: readonly string[];

  constructor(files: readonly RepositoryFile[], remotes: readonly string[] = []) {
    this.remotes = remotes;
    this.#files = new Map(files.map(({ path, text }) => [path, text] as const));
    this.paths = [...this.#files.keys()];
    this.#below = byFolder(this.paths);
  }

  text(path: string): string | undefined {
    return this.#files.get(path);
  }

  isFolder(path: string): boolean {
    return path === '' || this.#below.has(path);
  }

  /** The YAML (or JSON) documents of a file; [] when there is no such file, or it is no YAML. */
  documents(path: string): readonly YamlAt[] {
    const known = this.#documents.get(path);
    if (known !== undefined) return known;
    const text = this.#files.get(path);
    if (text === undefined) return [];
    if (this.#parsed + text.length > MAX_PARSED) {
      this.unread.tell(`files beyond ${MAX_PARSED / 2 ** 20} MiB that are parsed at most`, path);
      return [];
    }
    this.#parsed += text.length;
    const documents = parseSource(fileSource(path, text, this.unread));
    this.#documents.set(path, documents);
    return documents;
  }

  /** Works something out once for this checkout. */
  once<T>(key: string, find: () => T): T {
    if (!this.#found.has(key)) this.#found.set(key, find());
    return this.#found.get(key) as T;
  }

  /** Files in a folder and below. */
  filesBelow(folder: string): readonly string[] {
    return folder === '' ? this.paths : (this.#below.get(folder) ?? []);
  }
}

/** `apps/shop/base/x.yaml` is in `apps/shop/base`; the top is ''. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** A relative path from a folder; undefined when it is a URL or leads out of the checkout. */
export function resolvePath(folder: string, relative: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:|^git@|\?ref=/i.test(relative)) return undefined;
  const parts = folder === '' || relative.startsWith('/') ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** Looked up once for every chart and kustomization: walking all paths each time takes minutes for hundreds of them. */
function byFolder(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const below = new Map<string, string[]>();
  for (const path of paths) {
    for (const folder of foldersAbove(path)) {
      const known = below.get(folder);
      if (known === undefined) below.set(folder, [path]);
      else known.push(path);
    }
  }
  return below;
}

function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.push(folder);
  return folders;
}
