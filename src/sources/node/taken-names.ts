/**
 * Names in one folder tree that may lie on a file system which ignores case: two names never mean one file,
 * and no file stands where a folder is needed.
 */
export class TakenNames {
  /** What was given for a name. */
  readonly #given = new Map<string, string>();
  /** In small letters. */
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  /** The next number to try for a name. */
  readonly #numbers = new Map<string, number>();

  /** The name to write to: as given, or with `~2` where another file has it. The same name again means the same file. */
  take(path: string): string {
    return this.#given.get(path) ?? this.another(path);
  }

  /** A name of its own, also when this very name was taken before. */
  another(path: string): string {
    const name = this.#freeName(this.#besideFiles(path));
    if (!this.#given.has(path)) this.#given.set(path, name);
    this.#files.add(name.toLowerCase());
    for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1))
      this.#folders.add(name.slice(0, at).toLowerCase());
    return name;
  }

  /** What was given for this name, if it was taken. */
  given(path: string): string | undefined {
    return this.#given.get(path);
  }

  #freeName(path: string): string {
    if (this.#isFree(path)) return path;
    const key = path.toLowerCase();
    // A hostile archive may hold one name a million times: go on where the last search ended.
    let number = this.#numbers.get(key) ?? 2;
    while (!this.#isFree(numbered(path, number))) number += 1;
    this.#numbers.set(key, number + 1);
    return numbered(path, number);
  }

  #isFree(name: string): boolean {
    const key = name.toLowerCase();
    return !this.#files.has(key) && !this.#folders.has(key);
  }

  /** Folders that would have the name of a file get another one. */
  #besideFiles(path: string): string {
    const parts = path.split('/');
    const last = parts.pop() ?? '';
    let folder = '';
    for (const part of parts) {
      const wanted = folder === '' ? part : `${folder}/${part}`;
      folder = wanted;
      for (let number = 2; this.#files.has(folder.toLowerCase()); number += 1) folder = `${wanted}~${number}`;
    }
    return folder === '' ? last : `${folder}/${last}`;
  }
}

/** `kubelet.log` → `kubelet~2.log` */
function numbered(path: string, number: number): string {
  const dot = path.lastIndexOf('.');
  const slash = path.lastIndexOf('/');
  return dot > slash + 1 ? `${path.slice(0, dot)}~${number}${path.slice(dot)}` : `${path}~${number}`;
}
