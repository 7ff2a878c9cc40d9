import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Readable } from 'node:stream';
import type { Credentials } from './access.ts';
import { nodeHttp } from './http.ts';

/** How far a request got before it failed. */
export type Step = 'DNS' | 'TCP' | 'TLS' | 'answer';

/** A request without an answer, or with one that broke off. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly step: Step;
  readonly reason: 'unreachable' | 'timeout' | 'broken' | 'too-large';

  constructor(step: Step, reason: ExchangeError['reason'], message: string) {
    super(message);
    this.step = step;
    this.reason = reason;
  }
}

export interface Ask {
  readonly server: URL;
  readonly path: string;
  readonly accept: string;
  /** For the headers and between any two pieces of the body; a stream may go on for longer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The newest so many bytes of a file, for servers that can give a part. */
  readonly lastBytes?: number;
  /** Anything but a read: only what `pod-writer.ts` sends. */
  readonly write?: { readonly method: 'POST' | 'DELETE'; readonly json?: string };
}

/** An answer whose body is still to come. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

/** Sends one request, a GET unless told otherwise, and resolves with the head of its answer. Throws `ExchangeError`, or the signal's reason. */
export async function ask(request: Ask, { agent, headers }: Credentials): Promise<Answer> {
  const { server, path, timeoutMs, signal, write } = request;
  signal?.throwIfAborted();
  const progress = { step: 'DNS' as Step };
  const base = server.pathname.replace(/\/$/, '');
  // The agent makes the connection, TLS included.
  const outgoing = begin({
    agent,
    protocol: server.protocol,
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port === '' ? undefined : Number(server.port),
    path: `${base}${path}`,
    method: write?.method ?? 'GET',
    headers: { ...mutable(headers), ...headersFor(request) },
  });
  let incoming: IncomingMessage | undefined;
  const stop = (error: Error) => {
    // Once all has come, the connection belongs to the next request, and an error on it to nobody.
    if (incoming?.complete !== true) outgoing.destroy(error);
  };
  const late = () =>
    stop(new ExchangeError(progress.step, 'timeout', `no ${saysOf(progress.step)} in ${timeoutMs} ms`));
  const timer = new IdleTimer(timeoutMs, late);
  const abort = () => stop(abortReason(signal));
  signal?.addEventListener('abort', abort, { once: true });
  const over = () => {
    timer.stop();
    signal?.removeEventListener('abort', abort);
  };
  outgoing.on('close', over);
  follow(outgoing, progress);
  try {
    incoming = await new Promise<IncomingMessage>((done, fail) => {
      outgoing.on('response', done).on('error', fail).end(write?.json);
    });
    return { status: incoming.statusCode ?? 0, headers: headersOf(incoming), body: bodyOf(incoming, timer, progress) };
  } catch (error) {
    over();
    throw asExchangeError(error, progress.step);
  }
}

/** Certificates of a login plugin are read when a connection is made, and may be no certificates. */
function begin(options: RequestOptions): ClientRequest {
  try {
    return nodeHttp().request(options);
  } catch (error) {
    throw new ExchangeError('TLS', 'unreachable', error instanceof Error ? error.message : String(error));
  }
}

/** All of a body as text; more than `maxBytes` is refused. */
export async function textOf({ body }: Pick<Answer, 'body'>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new ExchangeError('answer', 'too-large', `the answer is larger than ${Math.round(maxBytes / 2 ** 20)} MiB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Calls once when nothing was heard for so long. */
class IdleTimer {
  readonly #milliseconds: number;
  readonly #late: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number, late: () => void) {
    this.#milliseconds = milliseconds;
    this.#late = late;
    this.heard();
  }

  heard(): void {
    clearTimeout(this.#timer);
    if (this.#milliseconds > 0) this.#timer = setTimeout(this.#late, this.#milliseconds);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

async function* bodyOf(incoming: IncomingMessage, timer: IdleTimer, progress: { step: Step }): AsyncGenerator<Buffer> {
  const zipped = incoming.headers['content-encoding'] === 'gzip';
  // Only large answers are zipped; most runs of the command need not load this.
  const source: Readable = zipped ? incoming.pipe(process.getBuiltinModule('node:zlib').createGunzip()) : incoming;
  if (zipped) incoming.on('error', (error) => source.destroy(error));
  try {
    for await (const chunk of source) {
      timer.heard();
      yield chunk as Buffer;
    }
    if (!incoming.complete) throw new ExchangeError('answer', 'broken', 'the connection ended inside the answer');
  } catch (error) {
    throw asExchangeError(error, progress.step);
  } finally {
    timer.stop();
    if (!incoming.complete) incoming.destroy();
  }
}

/** Notes how far a new connection got; a kept one begins at the answer. */
function follow(outgoing: ClientRequest, progress: { step: Step }): void {
  outgoing.on('socket', (socket) => {
    if (!socket.connecting) {
      progress.step = 'answer';
      return;
    }
    const secure = 'encrypted' in socket;
    socket.once('lookup', (error) => {
      if (!error) progress.step = 'TCP';
    });
    socket.once('connect', () => {
      progress.step = secure ? 'TLS' : 'answer';
    });
    socket.once('secureConnect', () => {
      progress.step = 'answer';
    });
  });
}

const STEP_OF_CODE: Readonly<Record<string, Step>> = {
  ENOTFOUND: 'DNS',
  EAI_AGAIN: 'DNS',
  ECONNREFUSED: 'TCP',
  EHOSTUNREACH: 'TCP',
  ENETUNREACH: 'TCP',
  ETIMEDOUT: 'TCP',
  EPROTO: 'TLS',
};

function asExchangeError(error: unknown, step: Step): unknown {
  if (error instanceof ExchangeError || !(error instanceof Error) || error.name === 'AbortError') return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const tls = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code);
  const reached = tls ? 'TLS' : (STEP_OF_CODE[code] ?? step);
  // Happy Eyeballs fails with one error for all addresses tried, without a message of its own.
  const said = error.message === '' ? code : error.message.split('\n', 1)[0];
  return new ExchangeError(reached, reached === 'answer' ? 'broken' : 'unreachable', said ?? code);
}

function saysOf(step: Step): string {
  return step === 'answer' ? 'answer' : `answer at the ${step} step`;
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('stopped');
}

function headersFor({ accept, lastBytes, write }: Ask): Record<string, string> {
  return {
    Accept: accept,
    'User-Agent': 'pullwhy',
    // A part of a file is a part of its bytes as they are.
    ...(lastBytes === undefined ? { 'Accept-Encoding': 'gzip' } : { Range: `bytes=-${lastBytes}` }),
    ...(write?.json === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
}

function headersOf({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function mutable(headers: Credentials['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}
