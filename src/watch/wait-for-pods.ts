import type { Pod } from '../core/objects.ts';
import type { Incident } from '../core/report.ts';
import { UsageError } from '../core/usage-error.ts';
import type { ClusterClient } from '../sources/cluster/client.ts';
import { type Change, type WatchOptions, watch } from '../sources/cluster/watch.ts';
import { parseObject } from '../sources/objects-schema.ts';
import { type PodProgress, type WaitEnd, WaitState } from './wait-state.ts';

export type WaitStep = PodProgress | WaitEnd;

/** One watch per namespace; more incidents than that are no fix to wait for. */
const MAX_NAMESPACES = 10;

/**
 * Follows the pods of incidents, and those that replace them, until all run or one fails again.
 * Yields each change and, last, the end; nothing more when the signal ends it before.
 */
export async function* waitForPods(
  client: ClusterClient,
  incidents: readonly Incident[],
  began: string,
  options: WatchOptions & { readonly signal: AbortSignal },
): AsyncGenerator<WaitStep> {
  const state = new WaitState(incidents, began);
  const { namespaces } = state;
  if (namespaces.length > MAX_NAMESPACES) {
    throw new UsageError(`--wait: the pods are in ${namespaces.length} namespaces: wait for one at a time with -n`);
  }
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  try {
    const watches = namespaces.map((namespace) => watch(client, 'Pod', namespace, { ...options, signal }));
    const listed = new Set<number>();
    for await (const { from, value } of merged(watches)) {
      yield* stepsOf(value, state, namespaces[from] ?? '', !listed.has(from));
      if (value.type === 'listed') listed.add(from);
      const end = listed.size === namespaces.length ? state.end : undefined;
      if (end !== undefined) {
        yield end;
        return;
      }
    }
  } finally {
    over.abort();
  }
}

function stepsOf(change: Change, state: WaitState, namespace: string, first: boolean): PodProgress[] {
  if (change.type === 'trouble') return [];
  if (change.type === 'listed') {
    const pods = change.items.flatMap((raw) => podOf(raw) ?? []);
    for (const pod of pods) state.learn(pod);
    const gone = state.listed(namespace, new Set(pods.map(({ metadata }) => metadata.name)));
    return [...gone, ...pods.flatMap((pod) => state.saw(pod, first) ?? [])];
  }
  const pod = podOf(change.object);
  if (pod === undefined) return [];
  return [(change.type === 'deleted' ? state.gone(pod) : state.saw(pod, first)) ?? []].flat();
}

function podOf(raw: unknown): Pod | undefined {
  const object = parseObject(raw, { kind: 'Pod', apiVersion: 'v1' })?.object;
  return object?.kind === 'Pod' ? object : undefined;
}

/** Values of several generators as they come. */
async function* merged<T>(
  sources: readonly AsyncGenerator<T>[],
): AsyncGenerator<{ readonly from: number; readonly value: T }> {
  const next = (from: number) => sources[from]?.next().then((result) => ({ from, result }));
  const pending = new Map(sources.map((_, from) => [from, next(from)]));
  while (pending.size > 0) {
    const arrived = await Promise.race(pending.values());
    if (arrived === undefined) return;
    const { from, result } = arrived;
    if (result.done === true) pending.delete(from);
    else {
      pending.set(from, next(from));
      yield { from, value: result.value };
    }
  }
}
