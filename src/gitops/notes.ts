import type { PlannedChange } from './changes.ts';
import { nameFit, workloadFit } from './compare.ts';
import type { LiveTarget } from './live-target.ts';
import type { WrittenContainer } from './pod-template.ts';
import type { Edit } from './slot.ts';
import type { Unit } from './unit.ts';

/** Other users of one place that are named. */
const MAX_SHARED = 3;
/** That nothing is left to change. */
export function writtenNotes(edits: readonly Edit[] | undefined): readonly string[] {
  return edits?.length === 0 ? ['the file says so already: it is not rolled out, or another file decides'] : [];
}

/** Other workloads whose image is decided by the same place: the change reaches them as well. */
export function sharedNotes(
  { edits = [] }: PlannedChange,
  own: Unit,
  units: readonly Unit[],
  { workload: live, container: name }: LiveTarget,
): readonly string[] {
  const places = new Set(edits.map(({ path, start }) => `${path}:${start}`));
  const isTouched = ({ image }: WrittenContainer) =>
    image.some(({ slot }) => slot !== undefined && places.has(`${slot.path}:${slot.start}`));
  const others = units.flatMap((unit) =>
    unit.kind === 'owned' && unit.root === own.root
      ? []
      : unit.workloads.flatMap((workload) => {
          const isLive = unit.root === own.root && workloadFit(workload, live) !== 'other';
          const touched = workload.containers.filter(
            (c) => isTouched(c) && !(isLive && nameFit(c.name, name) !== 'other'),
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
