import type { EvidenceId } from '../core/evidence.ts';
import { absent, type Fact, present, unknown } from '../core/fact.ts';
import type { BuildRun, Metadata, PodSpec } from '../core/objects.ts';
import { parseParts } from '../image/grammar.ts';
import type { ImageReference } from '../image/reference.ts';
import { destinationsOf, platformsOf, skipsPush } from './build-destinations.ts';
import { buildState } from './build-state.ts';
import type { Builder, CiJob } from './builder.ts';
import type { CaseContext } from './case-context.ts';
import type { Facts } from './facts.ts';
import { canonicalImage, hostOf } from './image-name.ts';
import { type Manager, managerOf } from './managed-by.ts';
import { objectKey, type SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

export interface Build {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Where it pushes, as written. */
  readonly destinations: readonly string[];
  /** Same repository and tag; same repository, other tag; same name on another host or path. */
  readonly match: 'exact' | 'same-repository' | 'same-name';
  /** `written`: a file of a checkout has it, and the cluster was not seen to. */
  readonly state: 'pending' | 'running' | 'failed' | 'succeeded' | 'unknown' | 'written';
  /** Why it failed, when seen: `its own image cannot be pulled`, condition reason. */
  readonly problem?: string;
  /** The line of its log that says so. */
  readonly problemFrom?: EvidenceId;
  /** The tool that owns its manifest, by the marks on it. */
  readonly manager?: Manager;
  /** The CI system that ran its pod. */
  readonly ci?: CiJob;
  /** The file of the checkout that has it. */
  readonly path?: string;
  /** It is told not to push. */
  readonly pushes?: false;
  /** Platforms that it is told to build for. */
  readonly platforms?: readonly string[];
  readonly finishedAt?: string;
  readonly evidence: EvidenceId;
}

const MATCH_ORDER: Readonly<Record<Build['match'], number>> = { exact: 0, 'same-repository': 1, 'same-name': 2 };

/** What should have built the image: closest match first. */
export function buildsOf({ index, subject }: CaseContext, facts: Facts): Fact<readonly Build[]> {
  const { reference } = facts;
  if (reference.state !== 'present' || !reference.value.ok) return unknown('builds of the image');
  const wanted = reference.value.reference;
  const found = buildersOf(index).flatMap((builder) => {
    const match = matchOf(builder.destinations, wanted);
    return match === undefined ? [] : [buildOf(index, builder, match)];
  });
  if (found.length > 0) {
    found.sort((a, b) => MATCH_ORDER[a.match] - MATCH_ORDER[b.match]);
    return present(
      found,
      found.map(({ evidence }) => evidence),
    );
  }
  const written = index.snapshot.written;
  const jobs = index.all('Job');
  const coverage = index.coverageOf('Job', subject.namespace);
  const files = (written ?? []).slice(0, 3).map(({ id }) => id);
  if (coverage !== undefined) return absent([coverage.because, ...files]);
  if (jobs.length > 0) return absent([...jobs.slice(0, 5).map((job) => job.id), ...files]);
  // The files alone: they are all that is ever applied where a tool brings them to the cluster.
  if (files.length > 0) return absent(files);
  return unknown('Jobs that build the image', 'not-collected', 'kubectl get jobs,cronjobs -A');
}

/** Builds of other images that push to the registry of this one: where they are, one for this image should be. */
export function otherBuildsOf({ index }: CaseContext, facts: Facts): Fact<readonly Build[]> {
  const { reference } = facts;
  if (reference.state !== 'present' || !reference.value.ok) return unknown('builds for the registry');
  const wanted = reference.value.reference;
  const found = buildersOf(index).filter(
    ({ destinations }) =>
      matchOf(destinations, wanted) === undefined && destinations.some((d) => hostOf(d) === wanted.domain),
  );
  if (found.length === 0) return unknown('builds for the registry');
  const builds = found.slice(0, MAX_OTHERS).map((builder) => buildOf(index, builder, 'same-name'));
  return present(
    builds,
    builds.map(({ evidence }) => evidence),
  );
}

/** Builds for the same registry that are told. */
const MAX_OTHERS = 5;

/** Everything seen that pushes images. */
function buildersOf(index: SnapshotIndex): readonly Builder[] {
  return index.once('builders', () => {
    const jobs = (['Job', 'CronJob'] as const).flatMap((kind) =>
      index.all(kind).flatMap((seen) => {
        const destinations = destinationsIn(seen.object.template);
        return destinations.length === 0
          ? []
          : [
              {
                kind,
                ...namesOf(seen),
                ...ownedBy(seen.object.metadata),
                destinations,
                workload: seen.object,
                evidence: seen.id,
              },
            ];
      }),
    );
    const runs = buildRuns(index);
    const known = new Set([...jobs, ...runs].map((job) => `${job.kind}/${objectKey(job.namespace, job.name)}`));
    const pods = index.pods.flatMap((pod): Builder[] => {
      const owner = pod.object.metadata.ownerReferences[0];
      if (owner !== undefined && known.has(`${owner.kind}/${objectKey(pod.object.metadata.namespace, owner.name)}`))
        return [];
      const destinations = destinationsIn(pod.object.spec);
      return destinations.length === 0
        ? []
        : [
            {
              kind: 'Pod',
              ...namesOf(pod),
              ...ownedBy(pod.object.metadata),
              ...ciOf(pod.object.metadata),
              destinations,
              pod,
              evidence: pod.id,
            },
          ];
    });
    const live = [...runs, ...jobs, ...pods];
    return withWritten(live, writtenBuilders(index));
  });
}

/** A file adds its path to what the cluster has, and tells of what the cluster does not have. */
function withWritten(live: readonly Builder[], written: readonly Builder[]): readonly Builder[] {
  const same = (a: Builder, b: Builder) =>
    a.kind === b.kind && a.name === b.name && (b.namespace === '' || a.namespace === b.namespace);
  const known = live.map((builder) => {
    const path = written.find((other) => same(builder, other))?.path;
    return path === undefined ? builder : { ...builder, path };
  });
  return [...known, ...written.filter((other) => !live.some((builder) => same(builder, other)))];
}

function writtenBuilders(index: SnapshotIndex): readonly Builder[] {
  return (index.snapshot.written ?? []).flatMap(({ id, path, object }) => {
    const { name, namespace = '' } = object.metadata;
    const base = { namespace, name, path, onlyWritten: true as const, evidence: id };
    if (object.kind === 'Job' || object.kind === 'CronJob') {
      const destinations = destinationsIn(object.template);
      return destinations.length === 0 ? [] : [{ kind: object.kind, ...base, destinations, workload: object }];
    }
    if (object.kind === 'Pod') {
      const destinations = destinationsIn(object.spec);
      return destinations.length === 0 ? [] : [{ kind: 'Pod', ...base, destinations }];
    }
    if (object.kind !== 'Other' || object.buildRun === undefined) return [];
    const destinations = destinationsOfRun(object.buildRun);
    return destinations.length === 0
      ? []
      : [{ kind: object.originalKind, ...base, destinations, run: object.buildRun }];
  });
}

function destinationsOfRun({ outputs, steps }: BuildRun): readonly string[] {
  return [...new Set([...outputs, ...steps.flatMap(destinationsOf)])];
}

/** Runs of Tekton, Shipwright and Argo Workflows, the newest first: it speaks for the image. */
function buildRuns(index: SnapshotIndex): readonly Builder[] {
  return index.snapshot.objects
    .flatMap(({ id, object }): { readonly builder: Builder; readonly created: string }[] => {
      if (object.kind !== 'Other' || object.buildRun === undefined) return [];
      const { buildRun: run, originalKind: kind, metadata } = object;
      const destinations = destinationsOfRun(run);
      if (destinations.length === 0) return [];
      const { name, namespace = '', creationTimestamp: created = '' } = metadata;
      const builder = { kind, namespace, name, ...ownedBy(metadata), destinations, run, evidence: id };
      return [{ builder, created }];
    })
    .sort((a, b) => b.created.localeCompare(a.created))
    .map(({ builder }) => builder);
}

function ownedBy(metadata: Metadata): Pick<Builder, 'manager'> {
  const manager = managerOf([metadata]);
  return manager === undefined ? {} : { manager };
}

/** Marks of GitLab's Kubernetes executor and of GitHub's runner controllers on the pods of jobs. */
function ciOf({ annotations, labels }: Metadata): Pick<Builder, 'ci'> {
  const url = annotations['job.runner.gitlab.com/url'];
  const marks = Object.keys({ ...annotations, ...labels });
  if (marks.some((mark) => mark.startsWith('job.runner.gitlab.com/'))) {
    return { ci: { system: 'GitLab', ...(url === undefined ? {} : { url }) } };
  }
  const github = marks.some((mark) =>
    /^(?:actions\.github\.com|actions\.summerwind\.dev|runner-pod)(?:\/|$)/.test(mark),
  );
  return github ? { ci: { system: 'GitHub' } } : {};
}

function namesOf(seen: SeenOf<'Job'> | SeenOf<'Pod'>): { readonly namespace: string; readonly name: string } {
  return { namespace: seen.object.metadata.namespace ?? '', name: seen.object.metadata.name };
}

function destinationsIn(spec: PodSpec | undefined): readonly string[] {
  return [...new Set((spec?.containers ?? []).flatMap(destinationsOf))];
}

function matchOf(destinations: readonly string[], wanted: ImageReference): Build['match'] | undefined {
  const matches = destinations.flatMap((destination) => matchOne(destination, wanted) ?? []);
  return matches.sort((a, b) => MATCH_ORDER[a] - MATCH_ORDER[b])[0];
}

function matchOne(destination: string, wanted: ImageReference): Build['match'] | undefined {
  // A tag that a variable fills in cannot be compared; the repository before it can.
  const filled = /[$[{(]/.test(destination);
  const parsed = parseParts(destination.replace(/:[^/:]*[$[{(].*$/, ''));
  if (!parsed.ok) return undefined;
  const { domain, path } = parsed.parts;
  if (domain === wanted.domain && path === wanted.path) {
    return !filled && wanted.digest === undefined && canonicalImage(destination) === canonicalImage(wanted.raw)
      ? 'exact'
      : 'same-repository';
  }
  return path.split('/').at(-1) === wanted.path.split('/').at(-1) ? 'same-name' : undefined;
}

function buildOf(index: SnapshotIndex, builder: Builder, match: Build['match']): Build {
  const { kind, namespace, name, destinations, path, manager, ci, evidence } = builder;
  const state = builder.onlyWritten === true ? ({ state: 'written' } as const) : buildState(index, builder);
  return {
    kind,
    namespace,
    name,
    destinations,
    match,
    ...state,
    ...optionsOf(builder),
    ...(path === undefined ? {} : { path }),
    ...(manager === undefined ? {} : { manager }),
    ...(ci === undefined ? {} : { ci }),
    evidence,
  };
}

/** What its command line says of pushing and platforms. */
function optionsOf({ workload, pod, run }: Builder): Pick<Build, 'pushes' | 'platforms'> {
  const containers = workload?.template?.containers ?? pod?.object.spec.containers ?? run?.steps ?? [];
  const platforms = [...new Set(containers.flatMap(platformsOf))];
  return {
    ...(containers.some(skipsPush) ? { pushes: false as const } : {}),
    ...(platforms.length === 0 ? {} : { platforms }),
  };
}
