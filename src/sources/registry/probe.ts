import type {
  ProbeAttempt,
  ProbeManifest,
  ProbeRateLimit,
  ProbeRepositories,
  ProbeResult,
  ProbeTags,
  StageResult,
} from '../../core/probe.ts';
import { listRepositories } from './catalog.ts';
import type { Client } from './exchange.ts';
import { type Found, findManifest, type Place } from './find-manifest.ts';
import { ANONYMOUS, basicOf, type Identity } from './identity.ts';
import { LIMITS, type Limits } from './limits.ts';
import { outcomeOf } from './outcome.ts';
import { ping } from './ping.ts';
import { hostLabel, originOf, originUrl, type ProbeContext, stageOf } from './probe-context.ts';
import { readImage } from './read-image.ts';
import { type Resolve, systemResolve } from './resolve.ts';
import { Scrubber } from './scrub.ts';
import { Session } from './session.ts';
import { listTags } from './tags.ts';
import { trustOf } from './trusted-roots.ts';
import type { Challenge } from './www-authenticate.ts';

/** An image, normalized: what the runtime would ask for. */
export interface ProbeTarget {
  /** As written. */
  readonly image: string;
  /** `docker.io/library/nginx` */
  readonly repository: string;
  /** Host to dial, with its port: `registry-1.docker.io`. */
  readonly host: string;
  /** Path of the repository on that host. */
  readonly path: string;
  readonly tag?: string;
  /** Wins over the tag, as in the runtime. */
  readonly digest?: string;
  /** A name that only a private network can answer, whatever a proxy might make of it. */
  readonly privateName?: boolean;
}

export interface ProbeOptions {
  /** The credentials that the kubelet would try, in its order; none: anonymous. */
  readonly identities?: readonly Identity[];
  /** `linux/arm64`; a node's, or what the user asks for. */
  readonly platform?: string;
  /** False: only whether the manifest is there (HEAD), which no registry counts as a pull. */
  readonly content?: boolean;
  /** Also read every layer whole and compare it with its digest: a download like that of a pull. */
  readonly verify?: boolean;
  /** The user typed the name: private addresses are what he means. */
  readonly userNamed?: boolean;
  readonly allowPrivate?: boolean;
  /** PEM file of an authority to trust beside the system's. */
  readonly caFile?: string;
  readonly vantage?: string;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<Limits>;
  readonly resolve?: Resolve;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly now?: () => number;
}

/**
 * Asks a registry for an image as a runtime would, stage by stage, and keeps what was seen. Throws only when the
 * caller's signal ends it, or when `caFile` cannot be read.
 */
export async function probe(target: ProbeTarget, options: ProbeOptions = {}): Promise<ProbeResult> {
  const context = contextOf(options);
  const started = context.now();
  const session = new Session(context);
  try {
    const seen = await askAll(session, target, options);
    options.signal?.throwIfAborted();
    return resultOf(target, options, seen, started, context.now());
  } finally {
    session.close();
  }
}

interface Seen {
  readonly host: string;
  readonly stages: readonly StageResult[];
  readonly attempts: readonly ProbeAttempt[];
  readonly manifest?: ProbeManifest;
  readonly tags?: ProbeTags;
  readonly repositories?: ProbeRepositories;
  readonly noRepository?: boolean;
  readonly rateLimit?: ProbeRateLimit;
}

function contextOf(options: ProbeOptions): ProbeContext {
  const limits = { ...LIMITS, ...options.limits };
  const env = options.env ?? process.env;
  const deadline = AbortSignal.timeout(limits.totalMs);
  const scrub = new Scrubber();
  for (const { login } of options.identities ?? []) {
    if (login === undefined) continue;
    scrub.add(login.password);
    scrub.add(basicOf(login).slice('Basic '.length));
  }
  return {
    limits,
    env,
    scrub,
    signal: options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]),
    resolve: options.resolve ?? systemResolve,
    trust: trustOf(env, options.caFile),
    now: options.now ?? Date.now,
    allowPrivate: options.allowPrivate ?? false,
    userNamed: options.userNamed ?? false,
    verify: options.verify ?? false,
  };
}

async function askAll(session: Session, target: ProbeTarget, options: ProbeOptions): Promise<Seen> {
  const { allowPrivate, userNamed } = session.context;
  if (target.privateName === true && !allowPrivate && !userNamed)
    return { host: target.host, stages: [privateName(target.host)], attempts: [] };
  const { stages, client } = await session.open(originOf(new URL(`https://${target.host}`)));
  if (client === undefined) return { host: target.host, stages, attempts: [] };
  const place = placeOf(target, client);
  const pinged = await ping(session, client);
  const before = [...stages, ...pinged.stages];
  if (pinged.over) return { host: place.host, stages: before, attempts: [] };
  const { tried, winner } = await tryIdentities(session, place, options.identities ?? [], pinged.challenges);
  const base = {
    host: place.host,
    stages: [...before, ...tried.flatMap((found) => found.stages)],
    attempts: tried.map(({ attempt }) => attempt),
    ...(rateLimitIn(tried) ?? {}),
  };
  if (winner === undefined) return afterMissing(session, place, tried, base);
  if (options.content === false) return base;
  const { authorization, attempt } = winner;
  const image = await readImage(session, place, authorization, attempt.as, options.platform);
  return {
    ...base,
    stages: [...base.stages, ...image.stages],
    ...(image.manifest === undefined ? {} : { manifest: image.manifest }),
  };
}

function privateName(host: string): StageResult {
  const said = `not asked: ${host} is a name of a private network; allow such names if this registry is meant`;
  return stageOf('dns', 'skipped', host, said, { problem: 'private-address' });
}

interface Tried {
  readonly tried: readonly Found[];
  readonly winner?: Found;
}

/** Each credential in turn, as the kubelet does; then, for comparison only, anonymous. */
async function tryIdentities(
  session: Session,
  place: Place,
  identities: readonly Identity[],
  challenges: readonly Challenge[],
): Promise<Tried> {
  const tried: Found[] = [];
  for (const identity of identities.length === 0 ? [ANONYMOUS] : [...identities, ANONYMOUS]) {
    const found = await findManifest(session, place, identity, challenges);
    tried.push(found);
    if (found.attempt.answer === 'found') return { tried, winner: found };
    // A registry that refuses for being asked too often is not asked again.
    if (found.attempt.answer === 'rate-limited' || session.context.signal.aborted) break;
  }
  return { tried };
}

/** Nobody got the manifest: the list of tags tells a missing tag from a missing repository, the catalog what is near. */
async function afterMissing(session: Session, place: Place, tried: readonly Found[], base: Seen): Promise<Seen> {
  const asked = tried.find(({ attempt }) => attempt.answer === 'not-found');
  if (asked === undefined || session.context.signal.aborted) return base;
  const { stage, tags, noRepository } = await listTags(session, place, asked.authorization, asked.attempt.as);
  const listed = { ...base, stages: [...base.stages, stage], noRepository, ...(tags === undefined ? {} : { tags }) };
  const isMissing = noRepository || asked.attempt.code === 'NAME_UNKNOWN';
  if (!isMissing || session.context.signal.aborted) return listed;
  const catalog = await listRepositories(session, place, asked.authorization, asked.attempt.as);
  const { repositories } = catalog;
  return {
    ...listed,
    stages: [...listed.stages, catalog.stage],
    ...(repositories === undefined ? {} : { repositories }),
  };
}

function placeOf({ path, tag, digest }: ProbeTarget, { line }: Client): Place {
  const base = new URL(`/v2/${path}/`, originUrl(line.origin));
  return { host: hostLabel(line.origin), base, path, reference: digest ?? tag ?? 'latest', trusted: line.trusted };
}

function rateLimitIn(tried: readonly Found[]): Pick<Seen, 'rateLimit'> | undefined {
  const rateLimit = tried.findLast((found) => found.rateLimit !== undefined)?.rateLimit;
  return rateLimit === undefined ? undefined : { rateLimit };
}

function resultOf(target: ProbeTarget, options: ProbeOptions, seen: Seen, started: number, ended: number): ProbeResult {
  const { stages, attempts, manifest, tags, repositories, rateLimit, noRepository = false, host } = seen;
  const tag = target.digest === undefined ? (target.tag ?? 'latest') : undefined;
  return {
    image: target.image,
    repository: target.repository,
    ...(tag === undefined ? {} : { tag }),
    ...(target.digest === undefined ? {} : { digest: target.digest }),
    host,
    vantage: options.vantage ?? 'this machine',
    startedAt: new Date(started).toISOString(),
    ms: Math.max(0, ended - started),
    outcome: outcomeOf({ stages, attempts, tags, noRepository, tag, host }),
    stages,
    attempts,
    ...(manifest === undefined ? {} : { manifest }),
    ...(tags === undefined ? {} : { tags }),
    ...(repositories === undefined ? {} : { repositories }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}
