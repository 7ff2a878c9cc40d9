import { randomBytes } from 'node:crypto';
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  type McpHttpHandler,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Caller } from '../auth/caller.ts';
import type { Host } from '../host.ts';
import { buildServer } from '../server.ts';
import { problem } from './problem.ts';

/** Sessions at once; each holds little but what its calls need. */
const MAX_SESSIONS = 500;
const IDLE_MS = 30 * 60_000;
const SWEEP_MS = 60_000;
/** Comment frames keep proxies from closing a stream that waits for a long call. */
const KEEP_ALIVE_MS = 15_000;

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly caller: Caller;
  usedAt: number;
  /** Requests that wait for their answer. */
  open: number;
}

/**
 * The protocol over HTTP. Since 2026-07-28 every request stands alone; clients of earlier revisions open a session
 * first, which belongs to whoever opened it.
 */
export class Sessions {
  readonly #host: Host;
  readonly #modern: McpHttpHandler;
  readonly #sessions = new Map<string, Session>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(host: Host) {
    this.#host = host;
    this.#modern = createMcpHandler(() => buildServer(host), { legacy: 'reject', keepAliveMs: KEEP_ALIVE_MS });
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** Answers one request; `body` is its parsed JSON, undefined for GET and DELETE. */
  async serve(request: Request, body: unknown, caller: Caller): Promise<Response> {
    if (!(await isLegacyRequest(request, body))) return this.#modern.fetch(request, { parsedBody: body });
    const id = request.headers.get('mcp-session-id');
    if (id === null) return this.#open(request, body, caller);
    const session = this.#sessions.get(id);
    // Whose session it is, is nobody else's business: not even that there is one.
    if (session === undefined || session.caller.id !== caller.id) return problem(404, 'Session not found', {}, -32001);
    return this.#continue(session, request, body);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#modern.close();
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
    this.#sessions.clear();
  }

  async #open(request: Request, body: unknown, caller: Caller): Promise<Response> {
    if (!isInitializeRequest(body)) return problem(400, 'Mcp-Session-Id is missing: send initialize first');
    if (this.#sessions.size >= MAX_SESSIONS && !this.#dropIdle()) {
      return problem(503, 'too many sessions are open', { 'Retry-After': '30' });
    }
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomBytes(24).toString('base64url'),
      keepAliveMs: KEEP_ALIVE_MS,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, session);
      },
      onsessionclosed: (id) => {
        this.#sessions.delete(id);
      },
    });
    const session: Session = { transport, caller, usedAt: performance.now(), open: 0 };
    await buildServer(this.#host).connect(transport);
    return this.#continue(session, request, body);
  }

  async #continue(session: Session, request: Request, body: unknown): Promise<Response> {
    const { transport } = session;
    session.usedAt = performance.now();
    const ids = requestIds(body);
    const leave = () => {
      for (const id of ids) cancel(transport, id);
    };
    request.signal.addEventListener('abort', leave, { once: true });
    session.open += 1;
    const response = await transport.handleRequest(request, body === undefined ? {} : { parsedBody: body });
    // A cancelled request is never answered (specification, cancellation): nothing more comes on its stream.
    for (const id of cancelledIds(body)) setImmediate(() => transport.closeSSEStream(id));
    return whenRead(response, () => {
      session.open -= 1;
      session.usedAt = performance.now();
    });
  }

  #sweep(): void {
    for (const [id, session] of this.#sessions) {
      if (session.open === 0 && performance.now() - session.usedAt > IDLE_MS) this.#drop(id, session);
    }
  }

  /** Makes room by ending the session that was silent longest. */
  #dropIdle(): boolean {
    const idle = [...this.#sessions].filter(([, { open }]) => open === 0).sort(([, a], [, b]) => a.usedAt - b.usedAt);
    const [oldest] = idle;
    if (oldest !== undefined) this.#drop(...oldest);
    return oldest !== undefined;
  }

  #drop(id: string, { transport }: Session): void {
    this.#sessions.delete(id);
    void transport.close();
  }
}

/** A caller that went away cannot be answered: without a store of events nobody could read the answer later. */
function cancel(transport: WebStandardStreamableHTTPServerTransport, requestId: string | number): void {
  transport.onmessage?.({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId, reason: 'the connection was closed' },
  });
}

function messagesIn(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const all: unknown[] = Array.isArray(body) ? body : [body];
  return all.filter((each): each is Record<string, unknown> => typeof each === 'object' && each !== null);
}

function requestIds(body: unknown): readonly (string | number)[] {
  return messagesIn(body).flatMap(({ id, method }) => (typeof method === 'string' && isId(id) ? [id] : []));
}

function cancelledIds(body: unknown): readonly (string | number)[] {
  return messagesIn(body).flatMap(({ method, params }) => {
    const id = (params as { readonly requestId?: unknown } | undefined)?.requestId;
    return method === 'notifications/cancelled' && isId(id) ? [id] : [];
  });
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** The same answer, telling when it was read to its end or given up. */
function whenRead(response: Response, done: () => void): Response {
  if (response.body === null) {
    done();
    return response;
  }
  let told = false;
  const tell = () => {
    if (!told) done();
    told = true;
  };
  const reader = response.body.getReader();
  const body = new ReadableStream({
    async pull(controller) {
      const { done: ended, value } = await reader.read();
      if (!ended) return controller.enqueue(value);
      tell();
      controller.close();
    },
    async cancel(reason) {
      tell();
      await reader.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
