import type { ProbeProblem, StageResult } from '../../core/probe.ts';
import type { Authorization } from './exchange.ts';
import { basicOf, type Identity } from './identity.ts';
import { hostLabel, originOf, stageOf } from './probe-context.ts';
import { jsonObject, registryError } from './registry-error.ts';
import type { Followed, Session } from './session.ts';
import type { Challenge } from './www-authenticate.ts';

export interface TokenResult {
  readonly stage: StageResult;
  readonly authorization?: Authorization;
  /** The user's login was sent to the realm. */
  readonly loginSent: boolean;
  readonly status?: number;
}

/** Longer tokens do not fit into a header. */
const MAX_TOKEN_CHARS = 16_384;

/**
 * Stage token: a token for pulling from the repository (distribution, docs/spec/auth/token). The login goes to the
 * realm only if the registry named it over trusted TLS, and the realm is reached over trusted TLS itself.
 */
export async function fetchToken(
  session: Session,
  challenge: Challenge,
  identity: Identity,
  where: { readonly path: string; readonly host: string; readonly trusted: boolean },
): Promise<TokenResult> {
  const url = tokenUrl(challenge, where.path);
  const as = { as: identity.label };
  if (url === undefined) {
    const said = 'the registry names no usable place for tokens (realm)';
    return {
      stage: stageOf('token', 'failed', where.host, said, { problem: 'unusable-challenge', ...as }),
      loginSent: false,
    };
  }
  const host = hostLabel(originOf(url));
  const { login } = identity;
  if (login !== undefined && (!where.trusted || url.protocol !== 'https:')) {
    const said = `the login is not sent: ${where.trusted ? `the realm ${host}` : 'the registry'} is not reached over trusted TLS`;
    return { stage: stageOf('token', 'skipped', host, said, { problem: 'insecure-realm', ...as }), loginSent: false };
  }
  const reply = await session.ask({
    method: 'GET',
    url,
    maxBytes: session.context.limits.tokenBytes,
    ...(login === undefined ? {} : { authorization: { sent: 'user and password', value: basicOf(login) } }),
  });
  const loginSent = reply.exchanges.some(({ sent }) => sent === 'user and password');
  return { ...resultOf(session, reply, host, identity), loginSent };
}

/** `realm?service=…&scope=…`; a query that the realm has already stays. */
function tokenUrl({ parameters }: Challenge, path: string): URL | undefined {
  const { realm = '', service } = parameters;
  if (!URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${path}:pull`);
  return url;
}

function resultOf(
  session: Session,
  reply: Followed,
  host: string,
  identity: Identity,
): Pick<TokenResult, 'stage' | 'authorization' | 'status'> {
  const { status, exchanges, way } = reply;
  const more = { as: identity.label, exchanges, way };
  const fail = (problem: ProbeProblem, said: string) => ({
    stage: stageOf('token', 'failed', host, said, { problem, ...more }),
    ...(status === undefined ? {} : { status }),
  });
  if (status === undefined || reply.problem !== undefined)
    return fail(reply.problem ?? 'unreadable', `${host}: ${reply.exchange.error ?? 'no token'}`);
  if (status !== 200) return fail(problemOfStatus(status), refusalWords(session, reply, host, identity));
  const token = tokenIn(reply.body);
  if (token === undefined) return fail('unreadable', `${host} answers 200 without a token`);
  session.context.scrub.add(token);
  const said =
    identity.login === undefined ? `${host} gives an anonymous token` : `${host} gives a token for the login`;
  return {
    stage: stageOf('token', 'ok', host, said, more),
    authorization: { sent: 'token', value: `Bearer ${token}` },
    status,
  };
}

function tokenIn(body: Buffer): string | undefined {
  const json = jsonObject(body);
  const token = [json?.token, json?.access_token].find((value) => typeof value === 'string' && value !== '');
  const usable = typeof token === 'string' && token.length <= MAX_TOKEN_CHARS && /^[\x21-\x7e]+$/.test(token);
  return usable ? token : undefined;
}

export function problemOfStatus(status: number): ProbeProblem {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 429) return 'rate-limited';
  return status >= 500 ? 'server-error' : 'unreadable';
}

function refusalWords(session: Session, { status, body }: Followed, host: string, { login }: Identity): string {
  const said = registryError(body)?.message ?? '';
  const words = said === '' ? '' : `: ${session.context.scrub.clean(said, 200)}`;
  return `${host} refuses ${login === undefined ? 'an anonymous token' : 'the login'} (${status})${words}`;
}
