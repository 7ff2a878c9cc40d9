import type { ManifestChange } from '../core/manifest-change.ts';
import type { PlannedChange } from './changes.ts';
import { nameFit, workloadFit } from './compare.ts';
import type { LiveTarget } from './live-target.ts';
import type { WrittenContainer, WrittenWorkload } from './pod-template.ts';
import type { Ranked } from './ranking.ts';
import type { Edit } from './slot.ts';
import type { Unit } from './unit.ts';

/** Other users of one place, and things not worked out, that are named. */
const MAX_SHARED = 3;
/** That nothing is left to change. */
export function writtenNotes(edits: readonly Edit[] | undefined): readonly string[] {
  return edits?.length === 0 ? ['the file says so already: it is not rolled out, or another file decides'] : [];
}

/** Why nothing is written there though the new image is known. */
export function unwrittenNotes({ planned, fits, unit }: Ranked, change: ManifestChange): readonly string[] {
  if (planned.edits !== undefined) return [];
  if (fits.owner === 'other') return ['no patch: another object deploys it'];
  if (fits.namespace === 'other') return ['no patch: it is for another namespace'];
  if (change.kind !== 'image' || change.to === undefined) return [];
  if (fits.image === 'same') return ['no patch: what is written there cannot spell the new image by itself'];
  // What was not worked out is told on its own.
  if (unit.unfollowed.length > 0) return [];
  return unit.kind === 'helm'
    ? ['no patch: what runs comes from values that are handed to the chart from elsewhere; change it there']
    : ['no patch: what runs is written from elsewhere (a pipeline, a controller); change it there'];
}

/** What the unit is made of that was not worked out: it may decide as well. */
export function unfollowedNotes({ unfollowed }: Unit): readonly string[] {
  return fewOf(unfollowed);
}

/** The first clauses, and how many more there are. */
export function fewOf(clauses: readonly string[]): readonly string[] {
  const all = [...new Set(clauses)];
  const rest = all.length - MAX_SHARED;
  return rest <= 0 ? all : [...all.slice(0, MAX_SHARED), `${rest} more such things were not worked out`];
}

/** Other workloads that the same place decides for: the change reaches them as well. */
export function sharedNotes(
  { edits = [], within }: PlannedChange,
  own: Unit,
  units: readonly Unit[],
  { workload: live, container: name }: LiveTarget,
): readonly string[] {
  const places = new Set(edits.map(({ path, start }) => `${path}:${start}`));
  const isTouched = ({ image, maps }: WrittenContainer, { podSpecs }: WrittenWorkload) =>
    within === undefined
      ? image.some(({ slot }) => slot !== undefined && places.has(`${slot.path}:${slot.start}`))
      : [...maps, ...podSpecs].some(({ node }) => node === within.node);
  const others = units
    .filter((unit) => !isSameDeployment(unit, own))
    .flatMap((unit) =>
      unit.workloads.flatMap((workload) => {
        const isOwn = unit.root === own.root && unit.owner?.name === own.owner?.name;
        const isLive = isOwn && workloadFit(workload, live) !== 'other';
        const touched = workload.containers.filter(
          (c) => isTouched(c, workload) && !(isLive && isOwnOrWhole(c, name, within, workload)),
        );
        return touched.map(
          (c) => `${c.name ?? 'a container'} of ${workload.kind} ${workload.name ?? ''} in ${unit.says}`,
        );
      }),
    );
  const named = [...new Set(others)];
  if (named.length === 0) return [];
  const more = named.length > MAX_SHARED ? ` and ${named.length - MAX_SHARED} more` : '';
  return [`the same line decides for ${named.slice(0, MAX_SHARED).join(', ')}${more}`];
}

/** The container in question, or any where the pod template as a whole is changed. */
function isOwnOrWhole(
  { name }: WrittenContainer,
  wanted: string | undefined,
  within: PlannedChange['within'],
  { podSpecs }: WrittenWorkload,
): boolean {
  return nameFit(name, wanted) !== 'other' || podSpecs.some(({ node }) => node === within?.node);
}

/** Two ways to see one deployment: the tool that applies a folder, and the folder or its files by themselves. */
function isSameDeployment(unit: Unit, own: Unit): boolean {
  if (unit === own) return false;
  if (own.kind === 'owned' && unit.kind === 'plain') return true;
  if (unit.root !== own.root) return false;
  if (unit.kind === 'owned' && own.kind === 'owned') return unit.owner?.name === own.owner?.name;
  return unit.kind === 'owned' || own.kind === 'owned';
}
