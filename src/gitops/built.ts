import type { LooseImage } from './loose.ts';
import { objectsOf, type WrittenWorkload, workloadOf } from './pod-template.ts';
import { objectOf, type WrittenObject } from './written-object.ts';
import type { YamlAt } from './yaml-source.ts';

/** What a folder, a kustomization or a chart gives, with where each image is written. */
export interface Built {
  readonly workloads: readonly WrittenWorkload[];
  /** Objects other than workloads. */
  readonly objects: readonly WrittenObject[];
  /** Images that are written outside of any pod template. */
  readonly loose: readonly LooseImage[];
  /** What was not worked out and may decide as well: a clause each. */
  readonly unfollowed: readonly string[];
}

export const NOTHING: Built = { workloads: [], objects: [], loose: [], unfollowed: [] };

/** The documents of a stream. */
export function builtOf(documents: readonly YamlAt[]): Built {
  const all = objectsOf(documents).map((at) => ({ at, workload: workloadOf(at) }));
  return {
    ...NOTHING,
    workloads: all.flatMap(({ workload }) => workload ?? []),
    objects: all.flatMap(({ at, workload }) => (workload === undefined && at.isMap() ? [objectOf(at)] : [])),
  };
}

export function joined(all: readonly Built[]): Built {
  return {
    workloads: all.flatMap(({ workloads }) => workloads),
    objects: all.flatMap(({ objects }) => objects),
    loose: all.flatMap(({ loose }) => loose),
    unfollowed: [...new Set(all.flatMap(({ unfollowed }) => unfollowed))],
  };
}

export function unfollowed(...clauses: readonly string[]): Built {
  return { ...NOTHING, unfollowed: clauses };
}
