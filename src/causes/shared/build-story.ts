import type { EvidenceId } from '../../core/evidence.ts';
import type { Build } from '../../facts/builds.ts';
import type { Facts } from '../../facts/facts.ts';
import { notFound } from './not-found.ts';

/** How a build explains that the image is not there. */
export interface BuildStory {
  readonly build: Build;
  readonly verdict: 'confirmed' | 'likely';
  readonly detail:
    | 'build-failed'
    | 'build-pending'
    | 'build-running'
    | 'build-not-run'
    | 'not-pushed'
    | 'pushed-elsewhere'
    | 'cleaned'
    | 'lost-with-registry';
  readonly note: string;
  /** Beside the failing pull and the build. */
  readonly because: readonly EvidenceId[];
}

/** Answers of a registry that lack the image. */
const LACKING: ReadonlySet<string> = new Set(['tag-missing', 'digest-missing', 'repository-missing', 'missing']);

/** The registry itself, asked for this very image, does not have it: what shows that; undefined when it was not asked. */
export function registryLacks({ registryAnswer }: Facts): readonly EvidenceId[] | undefined {
  return registryAnswer?.state === 'present' && LACKING.has(registryAnswer.value.outcome)
    ? registryAnswer.because
    : undefined;
}

/** The registry itself has the very image, so nothing is wrong with its build: what shows that. */
export function registryHas({ registryAnswer }: Facts): readonly EvidenceId[] | undefined {
  return registryAnswer?.state === 'present' && registryAnswer.value.outcome === 'pullable'
    ? registryAnswer.because
    : undefined;
}

/** The build that explains best why the image is missing: one of this very tag before one that pushes elsewhere. */
export function buildStory(facts: Facts): BuildStory | undefined {
  const builds = facts.builds.state === 'present' ? facts.builds.value : [];
  const exact = builds.filter((build) => build.match === 'exact');
  const done = exact.find((build) => build.state === 'succeeded' && build.problem === undefined);
  if (done !== undefined) return afterSuccess(facts, done);
  const lacks = registryLacks(facts);
  const missing = notFound(facts) !== undefined || lacks !== undefined;
  const because = lacks ?? [];
  for (const build of exact) {
    const detail = unfinished(build);
    if (detail === undefined) continue;
    // A build that runs may have pushed since, and a file alone does not show what ran: the registry has to say.
    const mustAsk = detail === 'build-running' || detail === 'build-not-run';
    const direct = missing && (!mustAsk || lacks !== undefined);
    return { build, detail, verdict: direct ? 'confirmed' : 'likely', note: unfinishedNote(build), because };
  }
  const elsewhere = builds.find((build) => build.match !== 'exact' && isDone(build));
  if (elsewhere === undefined) return undefined;
  const written = elsewhere.state === 'written' ? 'in the checkout' : elsewhere.state;
  return {
    build: elsewhere,
    detail: 'pushed-elsewhere',
    // Another path or host of the same name may be another image altogether, and a variable any tag.
    verdict:
      lacks !== undefined && elsewhere.match === 'same-repository' && !hasOpenTag(elsewhere) ? 'confirmed' : 'likely',
    note: elsewhere.problem ?? `the ${elsewhere.kind} that pushes the image: ${written}`,
    because,
  };
}

function hasOpenTag({ destinations }: Build): boolean {
  return destinations.some((destination) => /[$[{(]/.test(destination));
}

function isDone({ state }: Build): boolean {
  return state === 'succeeded' || state === 'written';
}

function unfinished({ state, problem, pushes }: Build): BuildStory['detail'] | undefined {
  if (pushes === false) return 'not-pushed';
  switch (state) {
    case 'failed':
      return 'build-failed';
    case 'pending':
      return 'build-pending';
    case 'running':
      return 'build-running';
    case 'written':
      return 'build-not-run';
    default:
      return problem === undefined ? undefined : 'build-failed';
  }
}

function unfinishedNote({ kind, state, problem, path, pushes }: Build): string {
  if (pushes === false) return `the ${kind} is told not to push`;
  if (state === 'written')
    return `${path ?? 'a file'} of the checkout has the ${kind}; the cluster does not, or no longer`;
  return problem ?? `the ${kind} that pushes the image: ${state}`;
}

/** A build of this very tag that worked pushed it: only what happened to the image afterwards can explain anything. */
function afterSuccess(facts: Facts, build: Build): BuildStory | undefined {
  if (build.pushes === false) {
    return {
      build,
      detail: 'not-pushed',
      verdict: 'confirmed',
      note: `the ${build.kind} is told not to push`,
      because: [],
    };
  }
  const lacks = registryLacks(facts);
  const lost = lostWithRegistry(facts, build);
  if (lost !== undefined && (lacks !== undefined || notFound(facts) !== undefined)) {
    const because = [...lost.because, ...(lacks ?? [])];
    return { build, detail: 'lost-with-registry', verdict: 'confirmed', note: lost.note, because };
  }
  if (lacks === undefined) return undefined;
  const when = build.finishedAt === undefined ? '' : ` at ${build.finishedAt}`;
  const note = `the ${build.kind} succeeded${when}, and the registry has no such tag now: deleted, collected, or overwritten`;
  return { build, detail: 'cleaned', verdict: 'likely', note, because: lacks };
}

/** The registry keeps its images in its own pod, and that pod is younger than the push. */
function lostWithRegistry(
  { inClusterRegistry }: Facts,
  { finishedAt }: Build,
): { readonly note: string; readonly because: readonly EvidenceId[] } | undefined {
  if (inClusterRegistry.state !== 'present' || finishedAt === undefined) return undefined;
  const { storage, backendSince } = inClusterRegistry.value;
  if (storage?.kind !== 'pod' || backendSince === undefined) return undefined;
  if (!(Date.parse(backendSince) > Date.parse(finishedAt))) return undefined;
  return {
    note: `pushed at ${finishedAt}; the registry keeps its images in its pod (emptyDir), and that was made at ${backendSince}`,
    because: inClusterRegistry.because,
  };
}
