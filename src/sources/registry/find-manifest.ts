import type { ProbeAttempt, ProbeProblem, ProbeRateLimit, StageResult } from '../../core/probe.ts';
import type { Authorization } from './exchange.ts';
import { basicOf, type Identity } from './identity.ts';
import { ACCEPTED } from './media-types.ts';
import { challengesOf, usableChallenge } from './ping.ts';
import { stageOf } from './probe-context.ts';
import { rateLimitOf } from './rate-limit.ts';
import { registryError } from './registry-error.ts';
import type { Followed, Session } from './session.ts';
import { fetchToken, problemOfStatus } from './token.ts';
import type { Challenge } from './www-authenticate.ts';

/** The registry and what is asked of it. */
export interface Place {
  readonly host: string;
  /** `https://registry.acme.example/v2/shop/api/` */
  readonly base: URL;
  readonly path: string;
  /** Tag or digest. */
  readonly reference: string;
  /** TLS with a certificate that this machine trusts. */
  readonly trusted: boolean;
}

export interface Found {
  readonly attempt: ProbeAttempt;
  readonly stages: readonly StageResult[];
  readonly authorization?: Authorization;
  readonly rateLimit?: ProbeRateLimit;
}

interface Access {
  readonly authorization?: Authorization;
  readonly stages: readonly StageResult[];
  /** Set: no answer is to be had with this identity. */
  readonly refused?: ProbeAttempt;
}

/** Stages token and manifest for one identity: does the registry give it the manifest? `HEAD`, which costs no pull. */
export async function findManifest(
  session: Session,
  place: Place,
  identity: Identity,
  challenges: readonly Challenge[],
): Promise<Found> {
  let access = await accessFor(session, place, identity, usableChallenge(challenges));
  if (access.refused !== undefined) return { attempt: access.refused, stages: access.stages };
  let reply = await askManifest(session, place, 'HEAD', access.authorization);
  const late =
    reply.status === 401 && access.authorization === undefined
      ? usableChallenge(challengesOf(reply, place.base.origin))
      : undefined;
  if (late !== undefined && (late.scheme === 'bearer' || identity.login !== undefined)) {
    // Some registries ask for a login only where it counts.
    access = await accessFor(session, place, identity, late);
    if (access.refused !== undefined) return { attempt: access.refused, stages: access.stages };
    reply = await askManifest(session, place, 'HEAD', access.authorization);
  }
  return conclude(session, place, identity, access, reply);
}

/** A request for the manifest, by either method. */
export function askManifest(
  session: Session,
  { base, reference }: Place,
  method: 'GET' | 'HEAD',
  authorization: Authorization | undefined,
): Promise<Followed> {
  return session.ask({
    method,
    url: new URL(`manifests/${reference}`, base),
    accept: ACCEPTED,
    maxBytes: session.context.limits.manifestBytes,
    ...(authorization === undefined ? {} : { authorization }),
  });
}

async function accessFor(
  session: Session,
  place: Place,
  identity: Identity,
  challenge: Challenge | undefined,
): Promise<Access> {
  const { login } = identity;
  if (challenge?.scheme === 'bearer') return tokenAccess(session, place, identity, challenge);
  if (challenge === undefined || login === undefined) return { stages: [] };
  if (!place.trusted) return notSent(place, identity);
  return { authorization: { sent: 'user and password', value: basicOf(login) }, stages: [] };
}

async function tokenAccess(session: Session, place: Place, identity: Identity, challenge: Challenge): Promise<Access> {
  const { stage, authorization, status, loginSent } = await fetchToken(session, challenge, identity, place);
  if (authorization !== undefined) return { authorization, stages: [stage] };
  const answer = tokenAnswer(identity, stage.problem, loginSent);
  const refused = attemptOf(identity, answer, stage.said, status === undefined ? {} : { status });
  return { stages: [stage], refused };
}

function tokenAnswer(
  { login }: Identity,
  problem: ProbeProblem | undefined,
  loginSent: boolean,
): ProbeAttempt['answer'] {
  if (problem === 'insecure-realm') return 'not-sent';
  if (problem === 'rate-limited') return 'rate-limited';
  if (problem === 'forbidden') return 'denied';
  if (problem === 'unauthorized') return login === undefined || !loginSent ? 'denied' : 'refused';
  return 'failed';
}

function notSent({ host }: Place, identity: Identity): Access {
  const said = `the login is not sent: ${host} is not reached over trusted TLS`;
  const stage = stageOf('token', 'skipped', host, said, { problem: 'insecure-realm', as: identity.label });
  return { stages: [stage], refused: attemptOf(identity, 'not-sent', said) };
}

/** HEAD loses the registry's words, so a refusal is asked for once more by GET. */
async function conclude(
  session: Session,
  place: Place,
  identity: Identity,
  access: Access,
  head: Followed,
): Promise<Found> {
  const { status } = head;
  const wordless = status !== undefined && status >= 400;
  const got = wordless ? await askManifest(session, place, 'GET', access.authorization) : undefined;
  const reply = got ?? head;
  const exchanges = [...head.exchanges, ...(got?.exchanges ?? [])];
  const way = [...head.way, ...(got?.way ?? [])];
  const { attempt: judged, problem } = judgeReply(session, place, identity, access, reply);
  const attempt = got !== undefined && judged.answer === 'found' ? mishandled(judged, status) : judged;
  const rateLimit = rateLimitOf(head.headers);
  const more = { as: identity.label, exchanges, way, ...(problem === undefined ? {} : { problem }) };
  const stage = stageOf('manifest', attempt.answer === 'found' ? 'ok' : 'failed', place.host, attempt.said, more);
  return {
    attempt,
    stages: [...access.stages, stage],
    ...(access.authorization === undefined ? {} : { authorization: access.authorization }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}

/** Runtimes resolve by HEAD and go on to GET after 405 only (containerd core/remotes/docker/resolver.go). */
function mishandled(attempt: ProbeAttempt, status: number | undefined): ProbeAttempt {
  return status === 405 ? attempt : { ...attempt, said: `${attempt.said}, though it answers ${status} to HEAD` };
}

function judgeReply(
  session: Session,
  { host, path, reference }: Place,
  identity: Identity,
  { authorization }: Access,
  reply: Followed,
): { readonly attempt: ProbeAttempt; readonly problem?: ProbeProblem } {
  const { status, body } = reply;
  if (status === undefined || reply.problem !== undefined) {
    const problem = reply.problem ?? 'unreadable';
    const said =
      problem === 'redirects' ? `${host}: redirects without end` : `${host}: ${reply.exchange.error ?? problem}`;
    return { attempt: attemptOf(identity, 'failed', said, status === undefined ? {} : { status }), problem };
  }
  const what = `${path}${reference.includes(':') ? '@' : ':'}${reference}`;
  if (status >= 200 && status < 300)
    return { attempt: attemptOf(identity, 'found', `${host} has ${what}`, { status }) };
  const error = registryError(body);
  const words = error?.message ? `: ${session.context.scrub.clean(error.message, 200)}` : '';
  const said = `${host} answers ${status} for ${what}${words}`;
  const more = { status, ...(error?.code ? { code: error.code } : {}) };
  return {
    attempt: attemptOf(identity, answerOf(status, authorization), said, more),
    problem: problemOfStatus(status),
  };
}

/** A login that Basic sends is refused with 401; a token that was given and does not do lacks the right. */
function answerOf(status: number, authorization: Authorization | undefined): ProbeAttempt['answer'] {
  if (status === 404) return 'not-found';
  if (status === 401) return authorization?.sent === 'user and password' ? 'refused' : 'denied';
  if (status === 403) return 'denied';
  return status === 429 ? 'rate-limited' : 'failed';
}

function attemptOf(
  { label, login }: Identity,
  answer: ProbeAttempt['answer'],
  said: string,
  more: Pick<ProbeAttempt, 'status' | 'code'> = {},
): ProbeAttempt {
  return { as: label, anonymous: login === undefined, answer, said, ...more };
}
