import { createHash, type Hash } from 'node:crypto';
import { Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProbeExchange, ProbeProblem } from '../../core/probe.ts';
import type { Line } from './dial.ts';
import { codeOf, problemOf, wordsOf } from './network-problem.ts';
import { hostLabel, type ProbeContext } from './probe-context.ts';

/** A credential on its way; `value` is the whole header. */
export interface Authorization {
  readonly sent: 'user and password' | 'token';
  readonly value: string;
}

export interface Ask {
  readonly method: 'GET' | 'HEAD';
  readonly url: URL;
  readonly accept?: readonly string[];
  /** `bytes=0-0`: whether it can be read matters, not what it is. */
  readonly range?: string;
  readonly authorization?: Authorization;
  /** False: a redirect is an answer like any other. */
  readonly follow?: false;
  /** A longer body is cut for errors and refused for answers. */
  readonly maxBytes: number;
  /** The body is not kept, only its digest by this algorithm; it may take as long as the whole probe. */
  readonly hashWith?: 'sha256' | 'sha512';
}

/** What came back; without a status there was no answer. */
export interface Reply {
  readonly exchange: ProbeExchange;
  readonly status?: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Hex digest and length of a body that was hashed. */
  readonly hashed?: { readonly hex: string; readonly bytes: number };
  readonly problem?: ProbeProblem;
}

/** Headers that tell something about the registry, its limits or what stands before it. */
const TELLING_HEADERS = [
  'content-type',
  'content-length',
  'content-encoding',
  'docker-content-digest',
  'docker-distribution-api-version',
  'www-authenticate',
  'location',
  'retry-after',
  'ratelimit-limit',
  'ratelimit-remaining',
  'docker-ratelimit-source',
  'server',
  'via',
  'x-cache',
];
const HEADER_CHARS = 300;

/** A client of one host that keeps its connection between requests. */
export class Client {
  readonly line: Line;
  readonly #agent: Agent;
  readonly #context: ProbeContext;

  constructor(line: Line, context: ProbeContext) {
    this.line = line;
    this.#context = context;
    this.#agent = new Agent({ keepAlive: true, maxSockets: context.limits.layersAtOnce });
    let first: Duplex | undefined = line.socket;
    const createConnection = (_options: unknown, done: (error: Error | null, socket: Duplex) => void) => {
      const opened = first;
      first = undefined;
      if (opened !== undefined && !opened.destroyed) return opened;
      line.reopen().then(
        (socket) => done(null, socket),
        (error: Error) => done(error, undefined as never),
      );
      return undefined;
    };
    Object.assign(this.#agent, { createConnection });
  }

  close(): void {
    this.#agent.destroy();
    this.line.socket.destroy();
  }

  /** One request, once more only where a kept connection had silently ended. Never throws. */
  async ask(ask: Ask): Promise<Reply> {
    const started = this.#context.now();
    const { requestMs, totalMs } = this.#context.limits;
    const patience = AbortSignal.timeout(ask.hashWith === undefined ? requestMs : totalMs);
    const signal = AbortSignal.any([this.#context.signal, patience]);
    for (let again = true; ; again = false) {
      const outgoing = this.#request(ask, signal);
      try {
        const incoming = await answerTo(outgoing);
        return await this.#read(ask, incoming, started, signal);
      } catch (error) {
        const stale = outgoing.reusedSocket && /ECONNRESET|EPIPE/.test(codeOf(error)) && !signal.aborted;
        if (!stale || !again) return this.#failed(ask, signal.aborted ? signal.reason : error, started);
      } finally {
        outgoing.on('error', () => undefined);
      }
    }
  }

  #request({ method, url, accept, range, authorization }: Ask, signal: AbortSignal): ClientRequest {
    const { host, port } = this.line.origin;
    return request({
      agent: this.#agent,
      method,
      host,
      port,
      path: `${url.pathname}${url.search}`,
      headers: {
        Host: hostLabel(this.line.origin),
        'User-Agent': 'pullwhy',
        // What is not compressed cannot burst.
        'Accept-Encoding': 'identity',
        ...(accept === undefined ? {} : { Accept: accept.join(', ') }),
        ...(range === undefined ? {} : { Range: range }),
        ...(authorization === undefined ? {} : { Authorization: authorization.value }),
      },
      maxHeaderSize: this.#context.limits.headerBytes,
      signal,
    });
  }

  async #read(ask: Ask, incoming: IncomingMessage, started: number, signal: AbortSignal): Promise<Reply> {
    const { statusCode: status = 0, headers } = incoming;
    const isError = status >= 400;
    const max = isError ? this.#context.limits.errorBytes : ask.maxBytes;
    const hash = isError || ask.hashWith === undefined ? undefined : createHash(ask.hashWith);
    const { body, size, cut, error } = await bodyOf(incoming, max, hash);
    const exchange: ProbeExchange = {
      ...this.#sent(ask, started),
      status,
      headers: this.#shown(headers),
      ...(isError && body.length > 0 ? { body: this.#context.scrub.clean(body.toString('utf8')) } : {}),
    };
    const hashed = hash === undefined ? {} : { hashed: { hex: hash.digest('hex'), bytes: size } };
    const reply = { exchange, status, headers, body, ...hashed };
    if (cut && !isError && ask.range === undefined) {
      return {
        ...reply,
        exchange: { ...exchange, error: `the answer is larger than ${max} bytes` },
        problem: 'too-large',
      };
    }
    if (error === undefined || isError) return reply;
    const problem = signal.aborted ? 'timeout' : problemOf(error);
    return { ...reply, exchange: { ...exchange, error: wordsOf(problem, error) }, problem };
  }

  #failed(ask: Ask, error: unknown, started: number): Reply {
    const problem = problemOf(error);
    const exchange = { ...this.#sent(ask, started), error: wordsOf(problem, error) };
    return { exchange, headers: {}, body: Buffer.alloc(0), problem };
  }

  #sent({ method, url, authorization }: Ask, started: number): ProbeExchange {
    const { scrub, now } = this.#context;
    return {
      request: scrub.clean(`${method} ${url.href}`),
      sent: authorization?.sent ?? 'nothing',
      ms: Math.max(0, now() - started),
    };
  }

  #shown(headers: IncomingHttpHeaders): Record<string, string> {
    const shown: Record<string, string> = {};
    for (const name of TELLING_HEADERS) {
      const value = headers[name];
      if (value !== undefined) shown[name] = this.#context.scrub.clean([value].flat().join(', '), HEADER_CHARS);
    }
    return shown;
  }
}

function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    outgoing.once('response', done).once('error', fail).end();
  });
}

interface Body {
  readonly body: Buffer;
  readonly size: number;
  readonly cut: boolean;
  readonly error?: unknown;
}

/** At most `max` bytes; the rest is not read, and the connection is given up. */
async function bodyOf(incoming: IncomingMessage, max: number, hash: Hash | undefined): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      if (hash === undefined) chunks.push(chunk.subarray(0, max - size));
      else hash.update(chunk);
      size += chunk.length;
      if (size > max) {
        incoming.destroy();
        return { body: Buffer.concat(chunks), size, cut: true };
      }
    }
    return { body: Buffer.concat(chunks), size, cut: false };
  } catch (error) {
    return { body: Buffer.concat(chunks), size, cut: false, error };
  }
}
