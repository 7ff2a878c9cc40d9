/** The start of a path tells the file system; the rest is noise in a sentence. */
export function shortPath(path: string): string {
  return path.length > 48 ? `${path.slice(0, 48)}…` : path;
}
