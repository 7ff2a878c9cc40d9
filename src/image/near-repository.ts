import { editDistance } from '../core/edit-distance.ts';

/** Longer paths are no names of repositories (distribution/reference). */
const MAX_PATH = 255;
/** Shorter names have too many neighbours. */
const SHORTEST_MISTYPED = 4;

const RANK = { prefixDiffers: 0, mistyped: 1, otherProject: 2, nameMistyped: 3 } as const;

interface Candidate {
  readonly path: string;
  readonly rank: number;
  readonly distance: number;
}

/**
 * Repositories that exist and that may have been meant, best first: the same path with more or less before it
 * (`shop/api` in `proxy/shop/api`), a slip in it, the same name in another project, a slip in the name.
 */
export function nearestRepositories(wanted: string, available: readonly string[], limit: number): readonly string[] {
  if (wanted.length > MAX_PATH) return [];
  const candidates: Candidate[] = [];
  for (const path of new Set(available)) {
    const candidate = path === wanted || path.length > MAX_PATH ? undefined : candidateFor(wanted, path);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return candidates
    .sort((a, b) => a.rank - b.rank || a.distance - b.distance || (a.path < b.path ? -1 : 1))
    .slice(0, Math.max(0, limit))
    .map(({ path }) => path);
}

function candidateFor(wanted: string, path: string): Candidate | undefined {
  if (path.endsWith(`/${wanted}`) || wanted.endsWith(`/${path}`))
    return { path, rank: RANK.prefixDiffers, distance: Math.abs(path.length - wanted.length) };
  const max = slipsIn(wanted);
  const distance = editDistance(wanted, path, max);
  if (distance <= max) return { path, rank: RANK.mistyped, distance };
  const [name, other] = [lastOf(wanted), lastOf(path)];
  if (name === other) return { path, rank: RANK.otherProject, distance: editDistance(wanted, path, MAX_PATH) };
  const ofName = slipsIn(name);
  const sameProject = wanted.slice(0, -name.length) === path.slice(0, -other.length);
  const slip = editDistance(name, other, ofName);
  return sameProject && ofName > 0 && slip <= ofName ? { path, rank: RANK.nameMistyped, distance: slip } : undefined;
}

function slipsIn(name: string): number {
  if (name.length < SHORTEST_MISTYPED) return 0;
  return name.length < 8 ? 1 : 2;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
