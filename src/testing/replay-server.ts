import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dateHeader, kubeconfig, statusAnswer } from './answers.ts';
import { discovery, isReview } from './discovery.ts';
import { type Fault, FaultPlan, type InjectedFault, matches, type RequestMatch } from './faults.ts';
import { type Form, formOf, listBody, objectBody } from './forms.ts';
import { answerOfKubelet, type ReplayedNode } from './node-proxy.ts';
import { pageOf } from './pages.ts';
import { type PodLogs, type RunPod, writePod } from './pod-writes.ts';
import { type Resource, type Target, targetOf } from './resources.ts';
import { BadSelector, fieldSelector, labelSelector, type Predicate } from './selectors.ts';
import * as status from './status.ts';
import { ObjectStore, type RawObject } from './store.ts';
import { streamChanges } from './stream-changes.ts';

export interface ReplayOptions {
  readonly objects: readonly RawObject[];
  /** Requests that RBAC refuses. */
  readonly deny?: readonly RequestMatch[];
  readonly faults?: readonly InjectedFault[];
  /** Bearer tokens that are let in; left out: everybody. */
  readonly tokens?: readonly string[];
  /** Log text of a container: `namespace/pod/container`. */
  readonly logs?: Readonly<Record<string, string>>;
  /** Who the server takes the caller for. */
  readonly user?: string;
  /** RFC 3339; what the server's clock says, for recordings are replayed later. Left out: the real time. */
  readonly now?: string | (() => string);
  /** Kubelets behind the node proxy, by node. */
  readonly kubelets?: Readonly<Record<string, ReplayedNode>>;
  /** What answers behind the service proxy, by `namespace/name:port` as in the path (`infra/https:registry:5000`). */
  readonly services?: Readonly<Record<string, ReplayedService>>;
  /** Lets pods be created and deleted; left out, nothing can be written. */
  readonly runPod?: RunPod;
  /** Of loopback; one that is free when left out. */
  readonly port?: number;
  /** Told of each request before it is answered: to change the cluster at the right moment. */
  readonly onRequest?: (verb: string, path: string) => void;
}

/** A program behind a Service: what it answers to a path (`/v2/_catalog`), its query left out. */
export type ReplayedService = (path: string) => {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
};

/** One request as it was answered. */
export interface Served {
  readonly verb: string;
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
}

/** A running replay of a recorded cluster on loopback. */
export interface ReplayServer {
  readonly url: string;
  /** Change it and the watches tell. */
  readonly store: ObjectStore;
  readonly requests: readonly Served[];
  /** A kubeconfig for this server, as text. */
  kubeconfig(namespace?: string): string;
  close(): Promise<void>;
}

/** Serves recorded objects through enough of the Kubernetes API: get, list, watch, logs, pages, refusals and faults. */
export async function startReplayServer(options: ReplayOptions): Promise<ReplayServer> {
  const store = new ObjectStore(options.objects);
  const faults = new FaultPlan(options.faults ?? []);
  const requests: Served[] = [];
  const logs: PodLogs = { ...options.logs };
  const server = createServer((request, response) => {
    const exchange = new Exchange(request, response, store, { ...options, logs }, faults);
    response.on('close', () => requests.push(exchange.served()));
    exchange.run().catch(() => response.destroy());
  });
  await new Promise<void>((ready) => server.listen(options.port ?? 0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    store,
    requests,
    kubeconfig: (namespace = 'default') => kubeconfig(url, namespace, options.tokens?.[0]),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const WRITES: Readonly<Record<string, string>> = { POST: 'create', DELETE: 'delete' };

/** One request and its answer. */
class Exchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #store: ObjectStore;
  readonly #options: ReplayOptions & { readonly logs: PodLogs };
  readonly #faults: FaultPlan;
  readonly #url: URL;
  #verb = 'get';
  #bytes = 0;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    store: ObjectStore,
    options: ReplayOptions & { readonly logs: PodLogs },
    faults: FaultPlan,
  ) {
    this.#request = request;
    this.#response = response;
    this.#store = store;
    this.#options = options;
    this.#faults = faults;
    this.#url = new URL(request.url ?? '/', 'http://replay.invalid');
  }

  served(): Served {
    return { verb: this.#verb, path: this.#request.url ?? '', status: this.#response.statusCode, bytes: this.#bytes };
  }

  async run(): Promise<void> {
    const { pathname } = this.#url;
    if (this.#options.now !== undefined) this.#response.setHeader('Date', dateHeader(this.#clock()));
    if (!this.#isKnownCaller()) return this.#status(status.unauthorized());
    if (isReview(pathname)) return this.#status(status.methodNotAllowed());
    const said = discovery(pathname, (resource) => this.#isServed(resource));
    if (said !== undefined) return this.#json(200, said);
    const target = targetOf(pathname);
    if (target === undefined || !this.#isServed(target.resource)) return this.#text(404, '404 page not found\n');
    const write = WRITES[this.#request.method ?? ''];
    if (this.#request.method !== 'GET' && (write === undefined || this.#options.runPod === undefined))
      return this.#status(status.methodNotAllowed());
    this.#verb = write ?? this.#readVerb(target);
    this.#options.onRequest?.(this.#verb, this.#url.pathname);
    const { deny = [] } = this.#options;
    const user = this.#user();
    if (this.#isAnonymous() || deny.some((rule) => matches(rule, this.#verb, target)))
      return this.#status(status.forbidden(target, this.#verb, user));
    for (const fault of this.#faults.strike(this.#verb, target)) {
      if (await this.#suffer(fault, target, user)) return;
    }
    if (write !== undefined) return this.#change(target);
    try {
      return this.#answer(target, formOf(this.#request.headers.accept));
    } catch (error) {
      if (!(error instanceof BadSelector)) throw error;
      return this.#status(status.badRequest(error.message));
    }
  }

  #isServed({ installed, kind }: Resource): boolean {
    return installed !== true || this.#store.list(kind, undefined).length > 0;
  }

  #readVerb({ name }: Target): string {
    return name !== undefined ? 'get' : this.#flag('watch') ? 'watch' : 'list';
  }

  async #change(target: Target): Promise<void> {
    const { logs, runPod } = this.#options;
    const chunks: Buffer[] = [];
    for await (const chunk of this.#request) chunks.push(chunk as Buffer);
    const change = {
      method: this.#request.method ?? '',
      target,
      body: Buffer.concat(chunks).toString('utf8'),
      now: new Date(dateHeader(this.#clock())).toISOString(),
    };
    const answer = runPod === undefined ? undefined : writePod(this.#store, logs, runPod, change);
    this.#status(answer ?? status.methodNotAllowed());
  }

  /** What the kubelet behind the node proxy says. */
  #kubelet(target: Target): void {
    const node = this.#options.kubelets?.[target.name ?? ''];
    if (node === undefined) return this.#status(status.notFound(target));
    const { unreachable } = node;
    if (unreachable !== undefined) return this.#status(status.ofCode(unreachable.status, unreachable.message));
    const path = decodeURIComponent(this.#url.pathname).replace(/^.*?\/proxy\//, '');
    const answer = answerOfKubelet(node, path, this.#url.searchParams, this.#request.headers.range);
    for (const [header, value] of Object.entries(answer.headers ?? {})) this.#response.setHeader(header, value);
    this.#text(answer.status, answer.body, answer.type);
  }

  #service(target: Target): void {
    const { namespace, name } = target;
    const service = this.#options.services?.[`${namespace}/${name}`];
    if (service === undefined) {
      return this.#status(status.ofCode(503, `no endpoints available for service "${name}"`));
    }
    const { status: code, type, body } = service(this.#url.pathname.replace(/^.*?\/proxy(?=\/|$)/, ''));
    this.#text(code, body, type ?? 'application/json');
  }

  #answer(target: Target, form: Form): void {
    if (target.resource.kind === 'Service' && target.subresource === 'proxy') return this.#service(target);
    if (target.resource.kind === 'Node' && target.subresource === 'proxy') return this.#kubelet(target);
    if (target.subresource === 'log') return this.#log(target);
    if (target.name !== undefined) {
      const object = this.#store.get(target.resource.kind, target.namespace, target.name);
      return object === undefined ? this.#status(status.notFound(target)) : this.#json(200, objectBody(object, form));
    }
    const selects = this.#selection(target);
    if (this.#verb === 'watch') return this.#watch(target, selects);
    const all = this.#store.list(target.resource.kind, target.namespace).filter(selects);
    const limit = this.#url.searchParams.get('limit');
    const page = pageOf(
      all,
      limit === null ? undefined : Number(limit),
      this.#url.searchParams.get('continue') ?? undefined,
      { version: this.#store.version, counted: !this.#isSelective() },
    );
    return this.#json(200, listBody(target.resource, page, this.#store.version, form));
  }

  #isSelective(): boolean {
    const { searchParams } = this.#url;
    return (searchParams.get('fieldSelector') ?? '') + (searchParams.get('labelSelector') ?? '') !== '';
  }

  #selection({ resource }: Target): Predicate {
    const fields = fieldSelector(this.#url.searchParams.get('fieldSelector') ?? '', resource);
    const labels = labelSelector(this.#url.searchParams.get('labelSelector') ?? '');
    return (object) => fields(object) && labels(object);
  }

  #watch(target: Target, selects: Predicate): void {
    this.#head(200, 'application/json');
    const stop = streamChanges(this.#store, target, selects, this.#url.searchParams, {
      send: (event) => this.#write(`${JSON.stringify(event)}\n`),
      end: () => this.#response.end(),
    });
    this.#response.on('close', stop);
  }

  #log({ namespace, name }: Target): void {
    const container = this.#url.searchParams.get('container') ?? '';
    const text = this.#options.logs[`${namespace}/${name}/${container}`];
    if (text !== undefined) return this.#text(200, text);
    this.#status(
      status.badRequest(
        `container "${container}" in pod "${name}" is waiting to start: trying and failing to pull image`,
      ),
    );
  }

  /** Plays a fault; true when it ended the exchange. */
  async #suffer(fault: Fault, target: Target, user: string): Promise<boolean> {
    switch (fault.kind) {
      case 'latency':
        await new Promise((done) => setTimeout(done, fault.milliseconds));
        return false;
      case 'clock-skew':
        this.#response.setHeader('Date', dateHeader(this.#clock(), fault.seconds));
        return false;
      case 'hang':
        return true;
      case 'gone':
        this.#gone();
        return true;
      case 'invalid-json':
        this.#head(200, 'application/json');
        this.#response.end('{"kind":"PodList","items":[{"metadata":');
        return true;
      case 'html':
        this.#text(200, '<html><body>Sign in to continue</body></html>', 'text/html');
        return true;
      case 'reset-mid-body':
        this.#head(200, 'application/json');
        this.#write('{"kind":"PodList","apiVersion":"v1","items":[');
        setTimeout(() => this.#request.socket.resetAndDestroy(), 20);
        return true;
      case 'status':
        this.#status(statusAnswer(fault, target, this.#verb, user), fault.retryAfterSeconds);
        return true;
    }
  }

  /** A watch is told inside a stream that began well (recorded on 1.36). */
  #gone(): void {
    const answer = status.expired('too old resource version');
    if (this.#verb !== 'watch') return this.#status(answer);
    this.#text(200, `${JSON.stringify({ type: 'ERROR', object: answer.body })}\n`, 'application/json');
  }

  #clock(): string | undefined {
    const { now } = this.#options;
    return typeof now === 'function' ? now() : now;
  }

  /** A token that is wrong is refused; none at all is let in as nobody, who may see nothing. */
  #isKnownCaller(): boolean {
    const { tokens } = this.#options;
    const { authorization } = this.#request.headers;
    return this.#isAnonymous() || tokens === undefined || tokens.some((token) => authorization === `Bearer ${token}`);
  }

  #isAnonymous(): boolean {
    return this.#options.tokens !== undefined && this.#request.headers.authorization === undefined;
  }

  #user(): string {
    return this.#isAnonymous() ? 'system:anonymous' : (this.#options.user ?? 'system:serviceaccount:diag:viewer');
  }

  #flag(name: string): boolean {
    return ['1', 'true'].includes(this.#url.searchParams.get(name) ?? '');
  }

  #status({ code, body }: status.StatusAnswer, retryAfterSeconds?: number): void {
    if (retryAfterSeconds !== undefined) this.#response.setHeader('Retry-After', String(retryAfterSeconds));
    this.#json(code, body);
  }

  #json(code: number, body: object): void {
    this.#text(code, JSON.stringify(body), 'application/json');
  }

  #text(code: number, text: string, type = 'text/plain; charset=utf-8'): void {
    this.#head(code, type);
    this.#write(text);
    this.#response.end();
  }

  #head(code: number, type: string): void {
    this.#response.writeHead(code, {
      'Content-Type': type,
      'Cache-Control': 'no-cache, private',
      // So do the refusals of RBAC and the answers of the multiplexer itself.
      ...(code === 403 || type.startsWith('text/plain') ? { 'X-Content-Type-Options': 'nosniff' } : {}),
    });
  }

  #write(text: string): void {
    this.#bytes += Buffer.byteLength(text);
    this.#response.write(text);
  }
}
