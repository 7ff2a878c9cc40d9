import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from '../../core/cluster-error.ts';
import type { ClusterClient } from './client.ts';
import { type Problem, problemOfError, titleOf } from './problem.ts';
import type { ListOptions } from './read-list.ts';
import { type Kind, pathOf } from './resources.ts';

/** What happened to the objects that are followed. */
export type Change =
  /** All of them, at the beginning and whenever the thread was lost: what is not among them is gone. */
  | { readonly type: 'listed'; readonly kind: string; readonly apiVersion: string; readonly items: readonly unknown[] }
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: unknown }
  /** The watch broke and is taken up again by itself. */
  | { readonly type: 'trouble'; readonly problem: Problem };

export interface WatchOptions extends Pick<ListOptions, 'fieldSelector' | 'labelSelector'> {
  readonly signal?: AbortSignal;
  /** The server ends a watch by itself after this; it is then taken up where it was. */
  readonly seconds?: number;
  /** Silence, bookmarks included, after which the connection is taken for dead. */
  readonly idleMs?: number;
  /** Waits before another try; replaced in tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

const SECONDS = 300;
const IDLE_MS = 150_000;
const MAX_LINE = 16 * 2 ** 20;
/** A server that ends watches at once would be asked in a circle. */
const AT_ONCE_MS = 500;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Follows objects until the signal says stop: lists them, then watches from there, with bookmarks.
 * A version that is too old (410, in either form) lists again; a broken, silent or refused connection is
 * opened again with growing pauses; a refused login is renewed. Throws only when it is forbidden.
 */
export async function* watch(
  client: ClusterClient,
  kind: Kind,
  namespace: string | undefined,
  options: WatchOptions = {},
): AsyncGenerator<Change> {
  const { signal, pause = wait } = options;
  const stopped = () => signal?.aborted === true;
  let version: string | undefined;
  let failures = 0;
  while (!stopped()) {
    let problem: Problem | undefined;
    let heard = false;
    const opened = performance.now();
    const { login } = client;
    try {
      if (version === undefined) {
        const listed = await client.list(kind, namespace, { ...options, fromCache: true });
        if (listed.ok) {
          version = listed.value.resourceVersion;
          const { kind: listKind, apiVersion, items } = listed.value;
          yield { type: 'listed', kind: listKind, apiVersion, items };
        } else problem = listed.problem;
      }
      if (problem === undefined) {
        for await (const step of follow(client, pathFor(kind, namespace, version ?? '', options), options)) {
          if ('problem' in step) problem = step.problem;
          else {
            heard = true;
            failures = 0;
            version = step.version ?? version;
            if (step.change !== undefined) yield step.change;
          }
        }
      }
    } catch (error) {
      problem = loginTrouble(error);
    }
    const served = heard || performance.now() - opened > AT_ONCE_MS;
    if (stopped() || (problem === undefined && served)) continue;
    if (problem === undefined) problem = { kind: 'broken', message: 'the watch ended as soon as it began' };
    if (problem.kind === 'forbidden')
      throw new ClusterError(`${titleOf({ verb: 'watch', kind, namespace })}: ${problem.message}`);
    if (problem.kind === 'gone') {
      version = undefined;
      // Once is usual after a long silence; a server that says so again and again must not be asked in a circle.
      failures += 1;
      if (failures === 1) continue;
    }
    yield { type: 'trouble', problem };
    if (problem.kind === 'unauthorized') await client.renew(login).catch(loginTrouble);
    await pause(Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS), signal);
    failures += 1;
  }
}

/** A login that fails now may work again later; anything else is a mistake of ours. */
function loginTrouble(error: unknown): Problem {
  if (!(error instanceof ClusterError)) throw error;
  return { kind: 'unauthorized', message: error.message };
}

type FollowStep = { readonly change?: Change; readonly version?: string | undefined } | { readonly problem: Problem };

/** One connection, from its opening to its end. */
async function* follow(client: ClusterClient, path: string, options: WatchOptions): AsyncGenerator<FollowStep> {
  const { idleMs = IDLE_MS, signal } = options;
  try {
    const stream = await client.stream(path, idleMs, signal);
    if (!stream.ok) {
      yield { problem: stream.problem };
      return;
    }
    for await (const line of linesOf(stream.value)) yield stepOf(line);
  } catch (error) {
    if (signal?.aborted === true) return;
    const problem = problemOfError(error);
    if (problem === undefined) throw error;
    yield { problem };
  }
}

const CHANGE_TYPES: Readonly<Record<string, 'added' | 'modified' | 'deleted'>> = {
  ADDED: 'added',
  MODIFIED: 'modified',
  DELETED: 'deleted',
};

function stepOf(line: string): FollowStep {
  const event = parse(line);
  const { type, object } = event ?? {};
  if (typeof type !== 'string' || typeof object !== 'object' || object === null) {
    return { problem: { kind: 'unreadable', message: 'the watch sent a line that is no event' } };
  }
  const { metadata, code, message } = object as { metadata?: unknown; code?: unknown; message?: unknown };
  if (type === 'ERROR') {
    const said = typeof message === 'string' ? message : 'the watch ended with an error';
    return { problem: { kind: code === 410 ? 'gone' : 'server', message: said } };
  }
  const resourceVersion = (metadata as { resourceVersion?: unknown } | undefined)?.resourceVersion;
  const version = typeof resourceVersion === 'string' ? resourceVersion : undefined;
  const change = CHANGE_TYPES[type];
  return change === undefined ? { version } : { version, change: { type: change, object } };
}

function parse(line: string): { readonly type?: unknown; readonly object?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a stream. */
async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) rest = '';
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}

function pathFor(kind: Kind, namespace: string | undefined, resourceVersion: string, options: WatchOptions): string {
  const { fieldSelector, labelSelector, seconds = SECONDS } = options;
  const query = new URLSearchParams({
    watch: '1',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds: String(seconds),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  });
  return `${pathOf(kind, namespace)}?${query}`;
}

async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  // An abort ends the pause; the loop then sees it.
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
