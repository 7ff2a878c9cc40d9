import { setTimeout as pause } from 'node:timers/promises';
import type { ProbeAddress, ProbeExchange, ProbeProblem, StageResult } from '../../core/probe.ts';
import { type Dialled, dial } from './dial.ts';
import { type Ask, Client, type Reply } from './exchange.ts';
import type { NamedBy } from './may-dial.ts';
import { type Origin, originOf, originUrl, type ProbeContext } from './probe-context.ts';

/** The last answer of a chain of retries and redirects, with all that was asked on the way. */
export interface Followed extends Reply {
  readonly exchanges: readonly ProbeExchange[];
  /** Ways to hosts that were dialled for it. */
  readonly way: readonly StageResult[];
  /** Where the last answer came from. */
  readonly url: URL;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Answers that may be another in a moment (containerd and Docker retry these as well). */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const FIRST_PAUSE_MS = 250;

/** The hosts of one probe, each dialled once, and requests that follow redirects among them. */
export class Session {
  readonly context: ProbeContext;
  readonly #dialled = new Map<string, { readonly dialled: Dialled; readonly client: Client | undefined }>();
  #registryReach: ProbeAddress['reach'] = 'public';

  constructor(context: ProbeContext) {
    this.context = context;
  }

  /** Dials the registry itself: how far away it is decides where it may send a request. */
  async open(
    origin: Origin,
  ): Promise<{ readonly stages: readonly StageResult[]; readonly client: Client | undefined }> {
    const { dialled, client } = await this.#reach(origin, { who: 'target' });
    this.#registryReach = dialled.line?.reach ?? 'public';
    // A server without TLS is asked on at `http://…`, over the same line.
    if (dialled.line !== undefined) this.#dialled.set(originUrl(dialled.line.origin), { dialled, client });
    return { stages: dialled.stages, client };
  }

  close(): void {
    for (const { client } of this.#dialled.values()) client?.close();
  }

  /** Asks, waits where the server says so, and follows redirects. Credentials stay with the host that they are for. */
  async ask(first: Ask): Promise<Followed> {
    const exchanges: ProbeExchange[] = [];
    const way: StageResult[] = [];
    let ask = first;
    for (let hops = 0; ; hops += 1) {
      const origin = originOf(ask.url);
      const known = this.#dialled.has(originUrl(origin));
      const { dialled, client } = await this.#reach(origin, { who: 'registry', registry: this.#registryReach });
      if (!known) way.push(...dialled.stages);
      if (client === undefined) return { ...unreachable(dialled), exchanges, way, url: ask.url };
      const reply = await this.#patiently(client, ask, exchanges);
      const target = ask.follow === false ? undefined : redirectOf(reply, ask.url);
      if (target === undefined) return { ...reply, exchanges, way, url: ask.url };
      if (target === 'unusable' || hops >= this.context.limits.redirects)
        return { ...reply, problem: 'redirects', exchanges, way, url: ask.url };
      ask = { ...(sameOrigin(ask.url, target) ? ask : withoutCredential(ask)), url: target };
    }
  }

  async #reach(origin: Origin, named: NamedBy) {
    const key = originUrl(origin);
    const known = this.#dialled.get(key);
    if (known !== undefined) return known;
    const dialled = await dial(origin, named, this.context);
    const client = dialled.line === undefined ? undefined : new Client(dialled.line, this.context);
    const reached = { dialled, client };
    this.#dialled.set(key, reached);
    return reached;
  }

  async #patiently(client: Client, ask: Ask, exchanges: ProbeExchange[]): Promise<Reply> {
    const { limits, signal } = this.context;
    // A secret goes to a trusted host only, whoever asks.
    const safe = client.line.trusted ? ask : withoutCredential(ask);
    for (let retries = 0; ; retries += 1) {
      const reply = await client.ask(safe);
      exchanges.push(reply.exchange);
      const wait = retries < limits.retries ? waitBefore(reply, retries, limits.retryAfterMs) : undefined;
      if (wait === undefined || signal.aborted) return reply;
      await pause(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Milliseconds until a retry makes sense; undefined when it does not. */
export function waitBefore({ status, headers }: Reply, retries: number, longest: number): number | undefined {
  if (status === undefined || !PASSING.has(status)) return undefined;
  const said = headers['retry-after'];
  if (said !== undefined) {
    const seconds = Number(said);
    return Number.isFinite(seconds) && seconds >= 0 && seconds * 1000 <= longest ? seconds * 1000 : undefined;
  }
  // A limit without a word on its end is not tested again.
  return status === 429 ? undefined : FIRST_PAUSE_MS * 2 ** retries;
}

function redirectOf({ status, headers }: Reply, from: URL): URL | 'unusable' | undefined {
  if (status === undefined || !REDIRECTS.has(status) || headers.location === undefined) return undefined;
  if (!URL.canParse(headers.location, from.href)) return 'unusable';
  const target = new URL(headers.location, from);
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return 'unusable';
  target.username = '';
  target.password = '';
  target.hash = '';
  return target;
}

function sameOrigin(a: URL, b: URL): boolean {
  return a.origin === b.origin;
}

function withoutCredential({ authorization: _, ...ask }: Ask): Ask {
  return ask;
}

function unreachable({ stages }: Dialled): Reply {
  const last = stages.at(-1);
  const problem: ProbeProblem = last?.problem ?? 'unreadable';
  const exchange = { request: '', sent: 'nothing' as const, ms: 0, error: last?.said ?? 'not reached' };
  return { exchange, headers: {}, body: Buffer.alloc(0), problem };
}
