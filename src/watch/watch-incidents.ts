import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from '../core/cluster-error.ts';
import type { Incident } from '../core/report.ts';
import type { ClusterClient } from '../sources/cluster/client.ts';
import { WARNINGS } from '../sources/cluster/events.ts';
import type { Question } from '../sources/cluster/question.ts';
import { SettledPods } from '../sources/cluster/settled-pods.ts';
import { type WatchOptions, watch } from '../sources/cluster/watch.ts';
import { diagnoseCluster } from '../tasks/diagnose/diagnose-cluster.ts';
import { type IncidentChange, incidentChanges } from './incident-changes.ts';

/** What happens in a cluster that is followed. */
export type Happening =
  | IncidentChange
  /** Something could not be seen; it is tried again. */
  | { readonly type: 'trouble'; readonly at: string; readonly message: string };

export interface WatchIncidentsOptions extends Pick<WatchOptions, 'idleMs' | 'seconds'> {
  /** This machine's clock, RFC 3339. */
  readonly now: () => string;
  readonly signal: AbortSignal;
  /** Changes come in swarms: so long is waited before a look. */
  readonly settleMs?: number;
  /** A look without any change, for what no watch tells: incidents whose events have expired. */
  readonly resyncMs?: number;
}

const SETTLE_MS = 3_000;
const RESYNC_MS = 300_000;

/**
 * Follows a cluster until the signal says stop: looks, tells what opened, changed and was resolved, and looks again
 * when pods or warnings change. Keeps the last look's incidents, and a bounded number of pods that are settled, so it can run for ever.
 */
export async function* watchIncidents(
  client: ClusterClient,
  question: Question,
  options: WatchIncidentsOptions,
): AsyncGenerator<Happening> {
  const { settleMs = SETTLE_MS, resyncMs = RESYNC_MS, now } = options;
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const bell = new Bell(signal);
  const troubles: string[] = [];
  const watching = { ...options, signal };
  const followers = Promise.all([
    follow(client, 'Pod', question, { ...watching, fieldSelector: 'status.phase=Pending' }, bell, troubles),
    follow(client, 'Event', question, { ...watching, fieldSelector: WARNINGS }, bell, troubles),
  ]);
  // An error of ours in there ends the whole; it is thrown at the end.
  followers.catch(() => over.abort());
  try {
    yield* looks(client, question, { now, signal, settleMs, resyncMs }, bell, troubles);
  } finally {
    over.abort();
  }
  await followers;
}

async function* looks(
  client: ClusterClient,
  question: Question,
  { now, signal, settleMs, resyncMs }: Required<Omit<WatchIncidentsOptions, 'idleMs' | 'seconds'>>,
  bell: Bell,
  troubles: string[],
): AsyncGenerator<Happening> {
  let incidents: ReadonlyMap<string, Incident> = new Map();
  const settled = new SettledPods();
  while (!signal.aborted) {
    bell.reset();
    for (const message of troubles.splice(0)) yield { type: 'trouble', at: now(), message };
    const look = await lookAgain(client, question, now, settled);
    if ('message' in look) yield { type: 'trouble', at: now(), message: look.message };
    else {
      yield* incidentChanges(incidents, look.incidents, now(), look.whole);
      if (look.whole) incidents = new Map(look.incidents.map((incident) => [incident.id, incident]));
      else incidents = new Map([...incidents, ...look.incidents.map((incident) => [incident.id, incident] as const)]);
    }
    await bell.rung(resyncMs);
    await pause(settleMs, signal);
  }
}

async function lookAgain(client: ClusterClient, question: Question, now: () => string, settled: SettledPods) {
  try {
    const { report, unfinished } = await diagnoseCluster(client, question, { now, settled, select: () => () => true });
    return { incidents: report.incidents, whole: unfinished === undefined };
  } catch (error) {
    if (error instanceof ClusterError) return { message: error.message };
    throw error;
  }
}

/** Rings at every change. Without the right to watch, the regular looks have to do. */
async function follow(
  client: ClusterClient,
  kind: 'Pod' | 'Event',
  { namespace }: Question,
  options: WatchOptions,
  bell: Bell,
  troubles: string[],
): Promise<void> {
  try {
    for await (const change of watch(client, kind, namespace, options)) {
      if (change.type !== 'trouble') bell.ring();
      else if (troubles.length < MAX_TROUBLES) troubles.push(`the watch of ${kind}s broke: ${change.problem.message}`);
    }
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    troubles.push(error.message);
  }
}

const MAX_TROUBLES = 10;

/** Wakes one sleeper; what rings before it sleeps is not lost. */
class Bell {
  #rang = false;
  #wake: () => void = () => undefined;

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.ring(), { once: true });
  }

  ring(): void {
    this.#rang = true;
    this.#wake();
  }

  reset(): void {
    this.#rang = false;
  }

  async rung(longestMs: number): Promise<void> {
    if (this.#rang) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(done, longestMs);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
