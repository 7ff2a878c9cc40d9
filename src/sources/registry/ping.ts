import type { StageResult } from '../../core/probe.ts';
import type { Client } from './exchange.ts';
import { hostLabel, originUrl, stageOf } from './probe-context.ts';
import { isWebPage } from './registry-error.ts';
import type { Followed, Session } from './session.ts';
import { type Challenge, parseChallenges } from './www-authenticate.ts';

export interface Pinged {
  readonly stages: readonly StageResult[];
  readonly challenges: readonly Challenge[];
  /** The answer shows that there is no use in asking on. */
  readonly over: boolean;
}

/** Stages ping and challenge: `GET /v2/` without any credential (distribution specification, "API Version Check"). */
export async function ping(session: Session, client: Client): Promise<Pinged> {
  const { origin } = client.line;
  const url = new URL('/v2/', originUrl(origin));
  const reply = await session.ask({ method: 'GET', url, maxBytes: session.context.limits.errorBytes });
  const host = hostLabel(origin);
  const stage = pingStage(reply, host, session);
  const challenges = challengesOf(reply, url.origin);
  const over = stage.status === 'failed' && stage.problem !== 'not-found';
  return { stages: over ? [stage] : [stage, challengeStage(reply, challenges, host)], challenges, over };
}

function pingStage(reply: Followed, host: string, { context }: Session): StageResult {
  const { status, exchanges, way, headers, body } = reply;
  const stage = (outcome: StageResult['status'], said: string, problem?: StageResult['problem']) =>
    stageOf('ping', outcome, host, said, { exchanges, way, ...(problem === undefined ? {} : { problem }) });
  if (status === undefined || reply.problem !== undefined)
    return stage('failed', `${host}: ${reply.exchange.error ?? 'too many redirects'}`, reply.problem ?? 'unreadable');
  if (status === 400 && /required SSL certificate|client certificate/i.test(body.toString('utf8')))
    return stage('failed', `${host} wants a client certificate`, 'client-certificate');
  if (status === 429) return stage('failed', `${host} refuses for too many requests (429)`, 'rate-limited');
  if (status >= 500) return stage('failed', `${host} is in trouble: it answers ${status}`, 'server-error');
  const isRegistry = headers['docker-distribution-api-version'] !== undefined || hasRegistryChallenge(reply);
  if (!isRegistry && isWebPage(headers['content-type'], body))
    return stage('failed', `${host} answers ${status} with a web page: no registry speaks here`, 'not-a-registry');
  if (status === 404) return stage('failed', `${host} has no /v2/ (404)`, 'not-found');
  const words = status === 401 ? 'wants a login' : status === 200 ? 'is a registry' : `answers ${status}`;
  return stage(status === 200 || status === 401 ? 'ok' : 'unknown', context.scrub.clean(`${host} ${words}`));
}

function hasRegistryChallenge({ status, headers }: Followed): boolean {
  return status === 401 && headers['www-authenticate'] !== undefined;
}

function challengeStage({ status }: Followed, challenges: readonly Challenge[], host: string): StageResult {
  if (status !== 401) return stageOf('challenge', 'skipped', host, 'no login was asked for yet');
  const usable = usableChallenge(challenges);
  if (usable === undefined) {
    const said =
      challenges.length === 0 ? 'names no way to log in' : `wants ${challenges.map((c) => c.scheme).join(', ')}`;
    return stageOf('challenge', 'failed', host, `${host} ${said}`, { problem: 'unusable-challenge' });
  }
  const realm = usable.parameters.realm ?? '';
  const where = usable.scheme === 'bearer' && URL.canParse(realm) ? ` from ${new URL(realm).host}` : '';
  return stageOf('challenge', 'ok', host, usable.scheme === 'bearer' ? `a token${where}` : 'user and password (Basic)');
}

/**
 * All challenges of the registry's own answer; several header lines are one list (RFC 9110, 5.3). What a host behind a
 * redirect demands does not count: it must not name the place that a login goes to.
 */
export function challengesOf(
  { headers, url }: Pick<Followed, 'headers' | 'url'>,
  registry: string,
): readonly Challenge[] {
  if (url.origin !== registry) return [];
  return parseChallenges([headers['www-authenticate'] ?? ''].flat().join(', '));
}

/** A token is preferred to Basic where both are offered (containerd core/remotes/docker/auth). */
export function usableChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  return challenges.find((c) => c.scheme === 'bearer') ?? challenges.find((c) => c.scheme === 'basic');
}
