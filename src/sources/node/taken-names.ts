/**
 * Names in one folder tree that may lie on a file system which ignores case: two names never mean one file,
 * and no file stands where a folder is needed.
 */
export class TakenNames {
  /** The file behind a name in small letters. */
  readonly #files = new Map<string, string>();
  readonly #folders = new Set<string>();

  /** The name to write to: as given, or with `~2` where another file has it. The same name again means the same file. */
  take(path: string): string {
    const free = this.#besideFiles(path);
    let name = free;
    for (let number = 2; !this.#isFree(name); number += 1) name = numbered(free, number);
    this.#files.set(name.toLowerCase(), name);
    for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1))
      this.#folders.add(name.slice(0, at).toLowerCase());
    return name;
  }

  #isFree(name: string): boolean {
    const key = name.toLowerCase();
    const other = this.#files.get(key);
    return (other === undefined || other === name) && !this.#folders.has(key);
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
