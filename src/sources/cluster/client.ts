import { setTimeout as sleep } from 'node:timers/promises';
import type { Access } from './access.ts';
import { type Answer, type Ask, ask, textOf } from './exchange.ts';
import { Gate } from './gate.ts';
import { type Problem, problemOfError, problemOfStatus } from './problem.ts';
import { isStatus, readGroups, whyNoJson } from './read-answer.ts';
import { type List, type ListOptions, listQuery, NOT_A_LIST, type Page, readPage } from './read-list.ts';
import { type Kind, pathOf } from './resources.ts';
import { isPassing, waitBefore } from './retry.ts';

export interface ClientOptions {
  /** For the head of an answer and between its pieces; 0: no limit. */
  readonly requestTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Requests at once. */
  readonly width?: number;
  readonly maxBytes?: number;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly date?: string }
  | { readonly ok: false; readonly problem: Problem };

export interface OpenOptions {
  /** Of a file: only its newest bytes, where the server can give a part. */
  readonly lastBytes?: number;
  /** Longest silence. */
  readonly idleMs?: number;
}

/** An answer whose body is still to come. */
export interface Opened {
  readonly contentType: string;
  /** What came before is left out. */
  readonly cut: boolean;
  readonly body: Answer['body'];
}

/** An answer of what stands behind the API server's proxy. */
export interface Proxied {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const METADATA_OBJECT = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
const PAGE = 500;
const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_BYTES = 128 * 2 ** 20;
const MAX_PROXIED_BYTES = 4 * 2 ** 20;
/** Tries after the first one. */
const RETRIES = 2;
/** The body of an empty file. */
const NOTHING: Answer['body'] = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};

/** The few verbs that pullwhy needs; it never writes. Problems are values, for each has its own consequence. */
export class ClusterClient {
  readonly access: Access;
  /** As the user wants it; undefined when nobody said. */
  readonly requestTimeoutMs: number | undefined;
  readonly #gate: Gate;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  readonly #signal: AbortSignal | undefined;
  #renewing: Promise<unknown> | undefined;
  #requests = 0;
  #login = 0;

  constructor(access: Access, options: ClientOptions = {}) {
    const { requestTimeoutMs = DEFAULT_TIMEOUT_MS, signal, width = 6, maxBytes = DEFAULT_MAX_BYTES } = options;
    this.access = access;
    this.requestTimeoutMs = options.requestTimeoutMs;
    this.#gate = new Gate(width);
    this.#timeoutMs = requestTimeoutMs;
    this.#maxBytes = maxBytes;
    this.#signal = signal;
  }

  /** How many requests were sent, repeated ones included. */
  get requests(): number {
    return this.#requests;
  }

  async get(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    { metadataOnly = false }: Pick<ListOptions, 'metadataOnly'> = {},
  ): Promise<Result<unknown>> {
    return this.#json(pathOf(kind, namespace, name), metadataOnly ? METADATA_OBJECT : 'application/json');
  }

  async list(kind: Kind, namespace: string | undefined, options: ListOptions = {}): Promise<Result<List>> {
    return this.listAt(pathOf(kind, namespace), options);
  }

  /** Reads page after page until all, or `max`, is there. */
  async listAt(path: string, options: ListOptions = {}): Promise<Result<List>> {
    const { max = Number.POSITIVE_INFINITY } = options;
    const accept = options.metadataOnly === true ? METADATA_LIST : 'application/json';
    const items: unknown[] = [];
    let last: Page | undefined;
    do {
      const query = listQuery(options, Math.min(PAGE, max - items.length), last?.continue ?? options.continueFrom);
      const answer = await this.#json(`${path}?${query}`, accept);
      if (!answer.ok) {
        // A token may expire between pages (410): what was read stays true, it is only not all.
        return last === undefined ? answer : { ok: true, value: { ...last, items, complete: false } };
      }
      const page = readPage(answer.value);
      if (page === undefined) return { ok: false, problem: NOT_A_LIST };
      for (const item of page.items) items.push(item);
      last = page;
      if (page.continue === undefined) return { ...answer, value: { ...page, items, complete: true } };
    } while (items.length < max);
    return { ok: true, value: { ...last, items, complete: false } };
  }

  /** The groups of APIs that the cluster serves, each with the version that it prefers. */
  async groups(): Promise<Result<ReadonlyMap<string, string>>> {
    const answer = await this.#json('/apis', 'application/json');
    return answer.ok ? { ...answer, value: readGroups(answer.value) } : answer;
  }

  async podLog(namespace: string, pod: string, container: string, tailLines: number): Promise<Result<string>> {
    const query = new URLSearchParams({ container, tailLines: String(tailLines), timestamps: 'true' });
    return this.#text(`${pathOf('Pod', namespace, pod, 'log')}?${query}`, '*/*');
  }

  /** Opens a stream that is read as it comes; tried once, for whoever follows tries again on its own terms. */
  async stream(path: string, idleMs: number, signal: AbortSignal | undefined): Promise<Result<Answer['body']>> {
    return this.#try(async () => {
      const answer = await this.#ask({ path, accept: 'application/json' }, idleMs, signal);
      if (answer.status === 200) return { ok: true, value: answer.body };
      return { ok: false, problem: problemOfStatus(answer.status, await textOf(answer, this.#maxBytes)) };
    });
  }

  /** Opens an answer of any type and size; its head is waited for like any other, its body is read as it comes. */
  async open(path: string, { lastBytes, idleMs = this.#timeoutMs }: OpenOptions = {}): Promise<Result<Opened>> {
    return this.#persistently(async (head) => {
      const request = { path, accept: '*/*', ...(lastBytes === undefined ? {} : { lastBytes }) };
      const answer = await this.#ask(request, idleMs, this.#signal);
      head(answer);
      const { status, headers, body } = answer;
      if (status !== 200 && status !== 206) {
        const said = await textOf(answer, this.#maxBytes);
        // An empty file has no last bytes.
        if (status === 416) return { ok: true, value: { contentType: '', cut: false, body: NOTHING } };
        return { ok: false, problem: problemOfStatus(status, said) };
      }
      const cut = status === 206 && !headers['content-range']?.startsWith('bytes 0-');
      return { ok: true, value: { contentType: headers['content-type'] ?? '', cut, body } };
    });
  }

  /**
   * What something behind the API server's proxy answers, whatever its status. A refusal by the API server itself is a
   * problem: that comes as a `Status`, and 503 where nothing stands behind a Service.
   */
  async proxied(path: string, accept: string): Promise<Result<Proxied>> {
    return this.#persistently(async (head) => {
      const answer = await this.#ask({ path, accept }, this.#timeoutMs, this.#signal);
      head(answer);
      const body = await textOf(answer, MAX_PROXIED_BYTES);
      const { status } = answer;
      if (status !== 200 && isStatus(body)) return { ok: false, problem: problemOfStatus(status, body) };
      return { ok: true, value: { status, contentType: answer.headers['content-type'] ?? '', body } };
    });
  }

  /** Which login is in use; it changes with every renewal. */
  get login(): number {
    return this.#login;
  }

  /** Logs in again, unless that was done since `refused` was in use: many requests notice the same ended token. */
  async renew(refused: number): Promise<void> {
    if (refused !== this.#login) return;
    this.#renewing ??= this.access.credentials(true).finally(() => {
      this.#login += 1;
      this.#renewing = undefined;
    });
    await this.#renewing;
  }

  async #json(path: string, accept: string): Promise<Result<unknown>> {
    const answer = await this.#text(path, accept);
    if (!answer.ok) return answer;
    try {
      return { ...answer, value: JSON.parse(answer.value) as unknown };
    } catch {
      return { ok: false, problem: { kind: 'unreadable', message: whyNoJson(answer.value) } };
    }
  }

  async #text(path: string, accept: string): Promise<Result<string>> {
    return this.#persistently(async (head) => {
      const answer = await this.#ask({ path, accept }, this.#timeoutMs, this.#signal);
      head(answer);
      const body = await textOf(answer, this.#maxBytes);
      if (answer.status !== 200) return { ok: false, problem: problemOfStatus(answer.status, body) };
      const { date } = answer.headers;
      return { ok: true, value: body, ...(date === undefined ? {} : { date }) };
    });
  }

  /** Logs in afresh once when refused, and tries again after trouble that may pass. */
  async #persistently<T>(attempt: (head: (answer: Answer) => void) => Promise<Result<T>>): Promise<Result<T>> {
    let renewed = false;
    for (let tries = 0; ; ) {
      const login = this.#login;
      let retryAfter: string | undefined;
      const head = ({ headers }: Answer) => {
        retryAfter = headers['retry-after'];
      };
      const result = await this.#gate.run(() => this.#try(() => attempt(head)));
      if (result.ok) return result;
      if (result.problem.kind === 'unauthorized' && !renewed) {
        renewed = true;
        await this.renew(login);
      } else if (isPassing(result.problem) && tries < RETRIES) {
        await sleep(
          waitBefore(tries, retryAfter),
          undefined,
          this.#signal === undefined ? {} : { signal: this.#signal },
        );
        tries += 1;
      } else return result;
    }
  }

  async #ask(
    request: Pick<Ask, 'path' | 'accept' | 'lastBytes'>,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const credentials = await this.access.credentials();
    this.#requests += 1;
    const { server } = this.access;
    return ask({ server, ...request, timeoutMs, ...(signal === undefined ? {} : { signal }) }, credentials);
  }

  /** Network trouble becomes a value; an abort and our own mistakes stay errors. */
  async #try<T>(attempt: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await attempt();
    } catch (error) {
      const problem = problemOfError(error);
      if (problem === undefined) throw error;
      return { ok: false, problem };
    }
  }
}
