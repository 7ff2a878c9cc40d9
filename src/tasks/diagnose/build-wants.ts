import type { Want } from '../../core/want.ts';
import { podsOfBuild } from '../../facts/build-state.ts';
import type { Build } from '../../facts/builds.ts';
import type { Facts } from '../../facts/facts.ts';
import type { SnapshotIndex } from '../../facts/snapshot-index.ts';

const JOBS = ['Job', 'CronJob'] as const;
/** Runs of build systems, where the cluster has them. */
const RUNS = ['TaskRun', 'PipelineRun', 'BuildRun', 'Workflow'] as const;
/** Logs of builds that one run reads. */
const MAX_LOGS = 3;

/**
 * What could tell why a missing image was not built: Jobs and runs of build systems beside the workload and beside the
 * registry, everywhere when the look is thorough, then the logs of the builds that failed.
 * `wide`: runs of build systems as well, which cost a request each where they are installed.
 */
export function buildWants(
  index: SnapshotIndex,
  all: readonly Facts[],
  { thorough, wide }: { readonly thorough: boolean; readonly wide: boolean },
): readonly Want[] {
  const missing = all.filter(({ pullError }) => {
    return pullError.state === 'present' && pullError.value.decisive.error.leaf.kind === 'not-found';
  });
  if (missing.length === 0) return [];
  const wants = new Map<string, Want>();
  for (const namespace of thorough ? [undefined] : namespacesOf(missing)) {
    for (const kind of wide ? [...JOBS, ...RUNS] : JOBS) {
      const want: Want = namespace === undefined ? { kind } : { kind, namespace };
      wants.set(JSON.stringify(want), want);
    }
  }
  return [...wants.values(), ...podWants(index, missing), ...logWants(index, missing)];
}

/** Namespaces that are looked at, those of most cases first; more would be another question. */
const MAX_NAMESPACES = 4;

function namespacesOf(missing: readonly Facts[]): readonly string[] {
  const counts = new Map<string, number>();
  const count = (namespace: string | undefined) => {
    if (namespace !== undefined) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  };
  for (const { subject, inClusterRegistry } of missing) {
    count(subject.namespace);
    // Who runs a registry in the cluster mostly builds beside it.
    if (inClusterRegistry.state === 'present') count(inClusterRegistry.value.namespace);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_NAMESPACES)
    .map(([namespace]) => namespace);
}

/** Builds of another namespace than the workload's: their pods were not listed yet. */
function podWants(index: SnapshotIndex, missing: readonly Facts[]): readonly Want[] {
  const builds = missing.flatMap(failedBuilds).filter((build) => podsOfBuild(index, build).length === 0);
  return [...new Set(builds.map(({ namespace }) => namespace))].map(
    (namespace) => ({ kind: 'Pod', namespace }) as const,
  );
}

function logWants(index: SnapshotIndex, missing: readonly Facts[]): readonly Want[] {
  return missing
    .flatMap(failedBuilds)
    .flatMap((build) => newestFailure(index, build) ?? [])
    .slice(0, MAX_LOGS);
}

function failedBuilds({ builds }: Facts): readonly Build[] {
  return builds.state === 'present' ? builds.value.filter(({ state }) => state === 'failed') : [];
}

/** The pod of a build that ended last with a failure, and the container of it that failed. */
function newestFailure(index: SnapshotIndex, build: Build): Want | undefined {
  const ended = podsOfBuild(index, build).flatMap(({ object: { metadata, status } }) =>
    status.containers.flatMap(({ name, state }) => {
      const end = state.terminated;
      return end === undefined || end.exitCode === 0
        ? []
        : [{ pod: metadata.name, container: name, at: end.finishedAt ?? '' }];
    }),
  );
  const newest = ended.sort((a, b) => a.at.localeCompare(b.at)).at(-1);
  if (newest === undefined) return undefined;
  return { kind: 'PodLog', namespace: build.namespace, pod: newest.pod, container: newest.container };
}
