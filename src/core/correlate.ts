import type { Shared } from './cause.ts';
import { escalations, type MetEscalation } from './correlation-escalations.ts';
import { nodeWide, placeNotes, sharedPlace, withoutRepeats, workNotes } from './correlation-notes.ts';
import type { Diagnosis } from './diagnosis.ts';
import { failureOf, isSince, type Sight, type Surroundings, type WorkingPull } from './failure-sight.ts';
import type { Correlation } from './report.ts';

/** What other pulls tell of an incident; evidence by its ids. */
export interface Correlated {
  readonly notes: readonly Correlation[];
  readonly escalate: readonly MetEscalation[];
  /** The place that alone fails, if there is one. */
  readonly place?: Shared;
}

/** Compares incidents with each other and with what works; made once, asked for each group of cases. */
export function correlator<F>(
  all: readonly Diagnosis<F>[],
  around: Surroundings,
): (group: readonly Diagnosis<F>[]) => Correlated {
  const byNode = grouped(all, (d) => d.input.where.node);
  const workedBy = {
    registry: grouped(around.worked, (pull) => pull.registry),
    node: grouped(around.worked, (pull) => pull.node),
    image: grouped(around.worked, (pull) => pull.image),
  };
  return (group) => {
    const failure = failureOf(group, around);
    const since = (pulls: readonly WorkingPull[] = []) => pulls.filter((pull) => isSince(pull, failure.since));
    const fromRegistry = workedBy.registry.get(failure.registry ?? '') ?? [];
    const onNode = workedBy.node.get(failure.nodes[0] ?? '') ?? [];
    const isUndated = !Number.isFinite(failure.since);
    const sight: Sight = {
      failure,
      around,
      fromRegistry: since(fromRegistry),
      before: fromRegistry.find((pull) => !isSince(pull, failure.since)),
      ofImage: failure.images.flatMap((image) => since(workedBy.image.get(image))),
      onNode: failure.nodes.length === 1 ? since(onNode) : [],
      undated: {
        fromRegistry: isUndated && fromRegistry.length > 0,
        onNode: isUndated && onNode.length > 0,
      },
    };
    const wholeNode =
      failure.nodes.length === 1 ? nodeWide(byNode.get(failure.nodes[0] ?? '') ?? [], sight) : undefined;
    const notes = [...placeNotes(sight), ...(wholeNode === undefined ? [] : [wholeNode]), ...workNotes(sight)];
    const place = sharedPlace(sight);
    return {
      notes: withoutRepeats(notes),
      escalate: escalations(sight, wholeNode),
      ...(place === undefined ? {} : { place }),
    };
  };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
