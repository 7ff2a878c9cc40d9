import type { ManifestChange } from '../core/manifest-change.ts';
import type { Candidate, Located } from './candidate.ts';
import type { Repository } from './repository.ts';

/** Words of build programs; a file that only deploys the image is no build of it. */
const BUILDS = /kaniko|buildkit|buildctl|buildah|podman|docker|nerdctl|--destination|shipwright|tekton|buildpacks/i;
const MAX_CANDIDATES = 8;

/**
 * Where a checkout builds an image: files that push it, else the build of another image that is the model for it. Places
 * only: what its source and Dockerfile are, no file tells.
 */
export function locateBuild(
  repository: Repository,
  { image, model }: Extract<ManifestChange, { kind: 'build' }>,
): Located {
  const builds = repository.paths.filter(
    (path) => /\.(?:ya?ml|json)$/i.test(path) && BUILDS.test(repository.text(path) ?? ''),
  );
  const own = builds.flatMap((path) => placesOf(repository, path, image, `that file builds ${image}`));
  const models = own.length > 0 ? [] : builds.flatMap((path) => modelIn(repository, path, model));
  const all = [...own, ...models];
  const candidates = all.slice(0, MAX_CANDIDATES);
  return { candidates, more: all.length - candidates.length, decided: candidates.length === 1, missed: [] };
}

/** The line that names the model, in a file of builds. */
function modelIn(repository: Repository, path: string, model: string): readonly Candidate[] {
  const named = repository.documents(path).some((at) => at.at('metadata', 'name')?.string() === model);
  return named ? placesOf(repository, path, model, `the model for the missing build, ${model}, is written there`) : [];
}

function placesOf(repository: Repository, path: string, words: string, reason: string): readonly Candidate[] {
  const text = repository.text(path) ?? '';
  const offset = text.indexOf(words);
  if (offset < 0 || words === '') return [];
  const before = text.slice(0, offset);
  const column = offset - (before.lastIndexOf('\n') + 1) + 1;
  return [{ path, line: before.split('\n').length, column, reason, notes: [] }];
}
