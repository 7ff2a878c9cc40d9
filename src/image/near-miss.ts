import { editDistance } from '../core/edit-distance.ts';
import { OFFICIAL_IMAGE_ALIASES, OFFICIAL_IMAGES, POPULAR_REPOSITORIES } from './official-images.ts';
import { compareVersions, parseTagVersion, sameVersion, type TagVersion } from './tag-version.ts';
import { WELL_KNOWN_HOSTS, WELL_KNOWN_SUFFIXES } from './well-known-hosts.ts';

/** The well-known registry host that this one is a slip away from; undefined for those hosts themselves. */
export function nearestRegistryHost(host: string): string | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const isKnown = WELL_KNOWN_HOSTS.some((known) => name === known || name.endsWith(`.${known}`));
  if (isKnown || name.length > 253) return undefined;
  return (
    nearest(name, WELL_KNOWN_HOSTS, name.length < 12 ? 1 : 2) ?? sameNameElsewhere(name) ?? nearestCustomerHost(name)
  );
}

/**
 * The Docker Hub image that a name is a slip away from: `ngnix` to `nginx`, `prom/promethues` to `prom/prometheus`.
 * Undefined for the known images themselves.
 */
export function nearestOfficialImage(name: string): string | undefined {
  if (name.startsWith('library/')) return nearestOfficialImage(name.slice('library/'.length));
  if (name.includes('/')) return nearestPopularRepository(name);
  if (OFFICIAL_IMAGES.has(name)) return undefined;
  return OFFICIAL_IMAGE_ALIASES.get(name) ?? nearest(name, OFFICIAL_IMAGES, slipsIn(name));
}

/** Tags that exist and that may have been meant, best first: same version written otherwise, then close versions. */
export function nearestTags(wanted: string, available: readonly string[], limit: number): readonly string[] {
  if (wanted.length > TAG_MAX) return [];
  const version = parseTagVersion(wanted);
  const candidates: Candidate[] = [];
  for (const tag of new Set(available)) {
    const candidate = tag === wanted || tag.length > TAG_MAX ? undefined : candidateFor(wanted, version, tag);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return candidates
    .sort(byCloseness)
    .slice(0, Math.max(0, limit))
    .map(({ tag }) => tag);
}

const TAG_MAX = 128;
/** Shorter names have too many neighbours for a slip to be told from another name. */
const SHORTEST_MISTYPED = 4;

function slipsIn(name: string): number {
  if (name.length < SHORTEST_MISTYPED) return 0;
  return name.length < 6 ? 1 : 2;
}

function nearest(name: string, candidates: Iterable<string>, max: number): string | undefined {
  let best: string | undefined;
  let bestDistance = max + 1;
  for (const candidate of candidates) {
    if (!beginsAlike(name, candidate)) continue;
    const distance = editDistance(name, candidate, bestDistance - 1);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The first letter is seldom the wrong one; it may be swapped with the second, or lost in copying. */
function beginsAlike(typed: string, meant: string): boolean {
  const swapped = typed[0] === meant[1] && typed[1] === meant[0];
  const lost = typed.length > SHORTEST_MISTYPED && typed === meant.slice(1);
  return typed[0] === meant[0] || swapped || lost;
}

/** `ghcr.com`: the right name under another top-level domain. */
function sameNameElsewhere(name: string): string | undefined {
  const [first, ...rest] = name.split('.');
  if (first === undefined || first.length < SHORTEST_MISTYPED || rest.length !== 1) return undefined;
  return WELL_KNOWN_HOSTS.find((known) => known.startsWith(`${first}.`) && known.split('.').length === 2);
}

/** `myteam.azurerc.io`: the end of the host is fixed and mistyped. */
function nearestCustomerHost(name: string): string | undefined {
  const labels = name.split('.');
  const end = labels.slice(-2).join('.');
  const start = name.slice(0, name.length - end.length);
  const known = WELL_KNOWN_SUFFIXES.find(
    ({ suffix, holds }) => start.includes(holds) && beginsAlike(end, suffix) && editDistance(end, suffix, 1) === 1,
  );
  return known === undefined ? undefined : start + known.suffix;
}

function nearestPopularRepository(name: string): string | undefined {
  if (POPULAR_REPOSITORIES.includes(name)) return undefined;
  const [owner, image] = splitOnce(name);
  const related = POPULAR_REPOSITORIES.filter((known) => {
    const [knownOwner, knownImage] = splitOnce(known);
    return owner === knownOwner || image === knownImage;
  });
  // Half of the name is right: the other half decides how many slips are believable.
  return related.find((known) => {
    const [knownOwner, knownImage] = splitOnce(known);
    const [typed, meant] = owner === knownOwner ? [image, knownImage] : [owner, knownOwner];
    return beginsAlike(typed, meant) && editDistance(typed, meant, slipsIn(typed)) <= slipsIn(typed);
  });
}

function splitOnce(name: string): readonly [string, string] {
  const slash = name.indexOf('/');
  return [name.slice(0, slash), name.slice(slash + 1)];
}

/** Lower is closer; within a rank the distance decides, then the newer version. */
const RANK = {
  writtenOtherwise: 0,
  otherVariant: 1,
  otherPatch: 2,
  mistyped: 3,
  otherPatchAndVariant: 4,
  otherMinor: 5,
} as const;

interface Candidate {
  readonly tag: string;
  readonly version: TagVersion | undefined;
  readonly rank: number;
  readonly distance: number;
}

function candidateFor(wanted: string, version: TagVersion | undefined, tag: string): Candidate | undefined {
  const other = parseTagVersion(tag);
  const closeness =
    (version !== undefined && other !== undefined ? closenessOfVersions(version, other) : undefined) ??
    closenessOfText(wanted, tag);
  return closeness === undefined ? undefined : { tag, version: other, ...closeness };
}

type Closeness = Pick<Candidate, 'rank' | 'distance'>;

function closenessOfVersions(wanted: TagVersion, other: TagVersion): Closeness | undefined {
  const variant = wanted.variant === other.variant ? 0 : editDistance(wanted.variant, other.variant, TAG_MAX);
  if (sameVersion(wanted, other)) {
    return { rank: variant === 0 ? RANK.writtenOtherwise : RANK.otherVariant, distance: variant };
  }
  const [major, minor, patch] = wanted.numbers;
  const [otherMajor, otherMinor = 0, otherPatch = 0] = other.numbers;
  if (minor === undefined || major !== otherMajor) return undefined;
  if (minor !== otherMinor) {
    return variant === 0 ? { rank: RANK.otherMinor, distance: Math.abs(minor - otherMinor) } : undefined;
  }
  // Without a wanted patch every patch is as good; the newest comes first.
  const distance = patch === undefined ? 0 : Math.abs(patch - otherPatch);
  return { rank: variant === 0 ? RANK.otherPatch : RANK.otherPatchAndVariant, distance };
}

function closenessOfText(wanted: string, tag: string): Closeness | undefined {
  if (wanted.toLowerCase() === tag.toLowerCase()) return { rank: RANK.writtenOtherwise, distance: 0 };
  const shorter = Math.min(wanted.length, tag.length);
  // A commit id cut short, or a branch name with something appended.
  if (shorter >= SHORTEST_MISTYPED && (wanted.startsWith(tag) || tag.startsWith(wanted))) {
    return { rank: RANK.otherVariant, distance: Math.abs(wanted.length - tag.length) };
  }
  const max = Math.min(3, Math.max(1, Math.floor(shorter / 4)));
  const distance = editDistance(wanted, tag, max);
  return distance <= max ? { rank: RANK.mistyped, distance } : undefined;
}

function byCloseness(a: Candidate, b: Candidate): number {
  return (
    a.rank - b.rank ||
    a.distance - b.distance ||
    newestFirst(a.version, b.version) ||
    a.tag.length - b.tag.length ||
    (a.tag < b.tag ? -1 : 1)
  );
}

function newestFirst(a: TagVersion | undefined, b: TagVersion | undefined): number {
  return a === undefined || b === undefined ? 0 : compareVersions(b, a);
}
