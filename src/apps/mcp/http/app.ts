import type { HttpBindings } from '@hono/node-server';
import { readRequestBody } from '@modelcontextprotocol/server';
import { type Context, Hono } from 'hono';
import type { Auth, Caller } from '../auth/caller.ts';
import { refusalOf } from './guards.ts';
import { problem } from './problem.ts';
import { type Rate, RateLimit } from './rate-limit.ts';
import type { Sessions } from './sessions.ts';

/** Rendered manifests for preflight are the largest input. */
const MAX_BODY = 4 * 1024 * 1024;
const PATH = '/mcp';
const METADATA = '/.well-known/oauth-protected-resource';

interface AppOptions {
  /** Only this machine can reach it. */
  readonly local: boolean;
  readonly auth: Auth | undefined;
  readonly rate: Rate;
}

type Env = { Bindings: HttpBindings; Variables: { caller: Caller } };

/** The web side: every request is checked before a word of it is read. */
export function buildApp(sessions: Sessions, { local, auth, rate }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  const limit = new RateLimit(rate);
  app.use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    const refusal = refusalOf({ host: c.req.header('host'), origin: c.req.header('origin') }, local);
    if (refusal !== undefined) return problem(403, refusal);
    const wait = limit.take(c.env.incoming.socket.remoteAddress ?? '');
    if (wait > 0) return problem(429, 'too many requests', { 'Retry-After': String(wait) });
    return next();
  });
  app.get('/healthz', (c) => c.text('ok\n'));
  // RFC 9728: where a client gets a token for this server.
  app.get(`${METADATA}/*`, (c) => metadata(c, auth));
  app.get(METADATA, (c) => metadata(c, auth));
  app.use(PATH, async (c, next) => {
    const caller = auth === undefined ? { id: 'local' } : await auth.authenticate(c.req.header('authorization'));
    if (caller === undefined)
      return problem(401, 'a bearer token is needed', { 'WWW-Authenticate': challenge(c, auth) });
    c.set('caller', caller);
    return next();
  });
  app.all(PATH, async (c) => serve(sessions, c.req.raw, c.get('caller')));
  app.notFound(() => problem(404, `there is only ${PATH} here`));
  app.onError(() => problem(500, 'internal error'));
  return app;
}

async function serve(sessions: Sessions, request: Request, caller: Caller): Promise<Response> {
  if (request.method !== 'POST') return sessions.serve(request, undefined, caller);
  const read = await readRequestBody(request, MAX_BODY).catch(() => undefined);
  if (read === undefined) return problem(400, 'the body could not be read');
  if (read.tooLarge) return problem(413, `a body may have ${MAX_BODY} bytes`);
  let body: unknown;
  try {
    body = JSON.parse(read.text);
  } catch {
    return problem(400, 'Parse error: the body is no JSON', {}, -32700);
  }
  return sessions.serve(request, body, caller);
}

function metadata(c: Context<Env>, auth: Auth | undefined): Response {
  if (auth?.issuer === undefined) return problem(404, 'tokens of this server come from no issuer');
  return c.json({
    resource: `${baseOf(c)}${PATH}`,
    authorization_servers: [auth.issuer],
    bearer_methods_supported: ['header'],
  });
}

function challenge(c: Context<Env>, auth: Auth | undefined): string {
  const where = auth?.issuer === undefined ? '' : ` resource_metadata="${baseOf(c)}${METADATA}${PATH}"`;
  return `Bearer${where}`;
}

/** As the caller wrote it: what stands before us ends TLS. */
function baseOf(c: Context<Env>): string {
  const { protocol, host } = new URL(c.req.url);
  return `${c.req.header('x-forwarded-proto') === 'https' ? 'https:' : protocol}//${host}`;
}
