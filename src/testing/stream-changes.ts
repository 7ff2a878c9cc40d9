import { apiVersionOf } from './forms.ts';
import type { Resource, Target } from './resources.ts';
import type { Predicate } from './selectors.ts';
import * as status from './status.ts';
import type { ObjectStore, RawObject, WatchEvent } from './store.ts';

const BOOKMARK_MS = 1_000;
const LONGEST_WATCH_SECONDS = 3_600;

/** Where the events of a watch go. */
export interface WatchSink {
  readonly send: (event: WatchEvent) => void;
  readonly end: () => void;
}

/** Streams changes: what there is first when no version was given, then what happens, with bookmarks if asked. */
export function streamChanges(
  store: ObjectStore,
  { resource, namespace }: Target,
  selects: Predicate,
  params: URLSearchParams,
  { send, end }: WatchSink,
): () => void {
  const version = Number(params.get('resourceVersion') ?? '0');
  const concerns = ({ object }: WatchEvent) =>
    object.kind === resource.kind &&
    (namespace === undefined || object.metadata?.namespace === namespace) &&
    selects(object);
  const missed = version === 0 ? undefined : store.since(version);
  if (version !== 0 && missed === undefined) {
    const { body } = status.expired(`too old resource version: ${version} (${store.version})`);
    send({ type: 'ERROR', object: body as RawObject });
    end();
    return () => undefined;
  }
  if (version === 0) {
    for (const object of store.list(resource.kind, namespace).filter(selects)) send({ type: 'ADDED', object });
  }
  for (const event of missed ?? []) if (concerns(event)) send(event);
  // Also without being asked for initial events, when bookmarks are allowed (recorded on 1.36).
  const marked = isSet(params, 'sendInitialEvents') || (version === 0 && isSet(params, 'allowWatchBookmarks'));
  if (marked) send(bookmark(resource, store.version, true));
  const unfollow = store.follow((event) => concerns(event) && send(event));
  const seconds = Math.min(Number(params.get('timeoutSeconds') ?? LONGEST_WATCH_SECONDS), LONGEST_WATCH_SECONDS);
  const over = setTimeout(end, seconds * 1000);
  const ticks = isSet(params, 'allowWatchBookmarks')
    ? setInterval(() => send(bookmark(resource, store.version, false)), BOOKMARK_MS)
    : undefined;
  return () => {
    unfollow();
    clearTimeout(over);
    clearInterval(ticks);
  };
}

function bookmark(resource: Resource, version: number, initial: boolean): WatchEvent {
  return {
    type: 'BOOKMARK',
    object: {
      kind: resource.kind,
      apiVersion: apiVersionOf(resource),
      metadata: {
        resourceVersion: String(version),
        ...(initial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
      },
    },
  };
}

function isSet(params: URLSearchParams, name: string): boolean {
  return ['1', 'true'].includes(params.get(name) ?? '');
}
