import { editDistance } from '../../core/edit-distance.ts';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import { UsageError } from '../../core/usage-error.ts';

const MAX_SUGGESTED = 3;
/** Names further apart are equally far. */
const MAX_DISTANCE = 10;

/** A file by its path, or by the end of it where only one file ends so. Throws with the nearest names. */
export function findFile({ files }: NodeBundle, path: string): NodeFile {
  const exact = files.find((file) => file.path === path);
  if (exact !== undefined) return exact;
  const ending = files.filter((file) => file.path.endsWith(`/${path}`));
  if (ending.length === 1 && ending[0] !== undefined) return ending[0];
  const near = (ending.length > 1 ? ending : nearest(files, path)).slice(0, MAX_SUGGESTED).map((file) => file.path);
  const hint = near.length === 0 ? 'the collection is empty' : `did you mean ${near.join(', ')}?`;
  throw new UsageError(`${ending.length > 1 ? 'several files are' : 'no file is'} called ${path}: ${hint}`);
}

/** Paths that hold the name come first, then those whose names are spelt alike. */
function nearest(files: readonly NodeFile[], path: string): readonly NodeFile[] {
  const wanted = nameOf(path).toLowerCase();
  const score = (file: NodeFile): number => {
    const name = nameOf(file.path).toLowerCase();
    return file.path.toLowerCase().includes(wanted)
      ? 0
      : 1 + editDistance(name.slice(0, 80), wanted.slice(0, 80), MAX_DISTANCE);
  };
  return files
    .map((file) => ({ file, score: score(file) }))
    .sort((a, b) => a.score - b.score)
    .map(({ file }) => file);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
