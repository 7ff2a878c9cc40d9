import { afterEach, describe, expect, it } from 'vitest';
import { openLoopback } from '../sources/cluster/access.ts';
import { ClusterClient } from '../sources/cluster/client.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../testing/replay-server.ts';
import type { RawObject } from '../testing/store.ts';
import { type Happening, watchIncidents } from './watch-incidents.ts';

const NOW = '2026-11-20T22:05:10Z';
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function pod(name: string, image: string, runs = false): RawObject {
  const waiting = {
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${image}": ErrImagePull: failed to resolve reference "${image}": ${image}: not found`,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: '2026-11-20T22:00:00Z' },
    spec: { nodeName: 'node-a', containers: [{ name: 'app', image }] },
    status: {
      phase: runs ? 'Running' : 'Pending',
      containerStatuses: [
        { name: 'app', image, imageID: '', ready: runs, state: runs ? { running: { startedAt: NOW } } : { waiting } },
      ],
    },
  };
}

const IMAGE = 'registry.acme.example/shop/api:9.9.9';

async function cluster(options: Partial<ReplayOptions> = {}): Promise<{ server: ReplayServer; client: ClusterClient }> {
  const server = await startReplayServer({ objects: [], now: NOW, ...options });
  const access = openLoopback(server.url, 'test');
  closing.push(
    () => access.close(),
    () => server.close(),
  );
  return { server, client: new ClusterClient(access) };
}

/** Follows until that was told, doing one step after each happening. */
async function follow(client: ClusterClient, last: string, steps: readonly (() => void)[] = []): Promise<string[]> {
  const stop = new AbortController();
  const told: string[] = [];
  const todo = [...steps];
  todo.shift()?.();
  const options = { now: () => NOW, signal: stop.signal, settleMs: 10, resyncMs: 300 };
  for await (const happening of watchIncidents(client, { targets: [] }, options)) {
    told.push(words(happening));
    if (told.at(-1) === last) stop.abort();
    else todo.shift()?.();
  }
  return told;
}

function words(happening: Happening): string {
  if (happening.type === 'trouble') return `trouble ${happening.message.replace(/:.*/, '')}`;
  const { incident, what } = happening;
  return [happening.type, incident.cause.id, ...(what === undefined ? [] : [what])].join(' ');
}

describe('watchIncidents', () => {
  it('tells what opens, changes and is resolved', async () => {
    const { server, client } = await cluster();
    const told = await follow(client, 'resolved tag-not-found', [
      () => setTimeout(() => server.store.put(pod('api-1', IMAGE)), 50),
      () => server.store.put(pod('api-2', IMAGE)),
      () => server.store.remove(pod('api-2', IMAGE)),
      () => server.store.put(pod('api-1', 'registry.acme.example/shop/api:1.0.0', true)),
    ]);
    expect(told).toEqual([
      'opened tag-not-found',
      'changed tag-not-found 1 → 2 pods, reaches namespace',
      'changed tag-not-found 2 → 1 pods, reaches pod',
      'resolved tag-not-found',
    ]);
  });

  it('asks once for a pod that runs or is gone, however long its events stay', async () => {
    const failed = (name: string): RawObject => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.1`, namespace: 'shop' },
      involvedObject: { kind: 'Pod', namespace: 'shop', name, uid: `uid-${name}` },
      type: 'Warning',
      reason: 'Failed',
      message: 'Error: ErrImagePull',
      count: 1,
      lastTimestamp: NOW,
    });
    const { server, client } = await cluster({
      objects: [failed('mended-1'), failed('gone-1'), pod('mended-1', IMAGE, true)],
    });
    const again = { ...failed('mended-1'), count: 2 };
    await follow(client, 'resolved tag-not-found', [
      () => setTimeout(() => server.store.put(pod('api-1', IMAGE)), 50),
      () => server.store.put(pod('api-2', IMAGE)),
      () => {
        server.store.put(again);
        server.store.remove(pod('api-2', IMAGE));
      },
      () => server.store.remove(pod('api-1', IMAGE)),
    ]);
    const gets = (name: string) => server.requests.filter(({ path }) => path.endsWith(`/pods/${name}`)).length;
    expect(gets('gone-1')).toBe(1);
    expect(gets('mended-1')).toBe(2);
  });

  it('takes nothing for resolved while pods cannot be seen', async () => {
    const { server, client } = await cluster({
      objects: [pod('api-1', IMAGE)],
      faults: [{ on: { resource: 'pods', verb: 'list' }, fault: { kind: 'status', status: 403 }, after: 6, times: 4 }],
    });
    const told = await follow(client, 'resolved tag-not-found', [
      () => undefined,
      () => setTimeout(() => server.store.put(pod('api-1', 'registry.acme.example/shop/api:1.0.0', true)), 1_200),
    ]);
    expect(told.filter((line) => !line.startsWith('trouble'))).toEqual([
      'opened tag-not-found',
      'resolved tag-not-found',
    ]);
  });

  it('goes on by regular looks when it may not watch', async () => {
    const { server, client } = await cluster({ deny: [{ verb: 'watch' }] });
    const told = await follow(client, 'opened tag-not-found', [
      () => setTimeout(() => server.store.put(pod('api-1', IMAGE)), 50),
    ]);
    expect(told.sort()).toEqual([
      'opened tag-not-found',
      'trouble Events of all namespaces',
      'trouble Pods of all namespaces',
    ]);
  });

  it('goes on when the API server fails for a while', async () => {
    const { client } = await cluster({
      objects: [pod('api-1', IMAGE)],
      faults: [{ on: {}, fault: { kind: 'status', status: 401 }, times: 6 }],
    });
    const told = await follow(client, 'opened tag-not-found');
    expect(told.at(-1)).toBe('opened tag-not-found');
  });
});
