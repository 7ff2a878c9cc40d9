import { afterEach, describe, expect, it } from 'vitest';
import type { Incident } from '../core/report.ts';
import { openLoopback } from '../sources/cluster/access.ts';
import { ClusterClient } from '../sources/cluster/client.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../testing/replay-server.ts';
import type { RawObject } from '../testing/store.ts';
import { type WaitStep, waitForPods } from './wait-for-pods.ts';

const BEGAN = '2026-11-20T22:00:00Z';
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A pod of Deployment api; `hash` is its revision. */
function pod(name: string, state: string, { hash = 'aaa', created = '2026-11-20T21:00:00Z' } = {}): RawObject {
  const runs = state === 'Running';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: created,
      labels: { 'pod-template-hash': hash },
      ownerReferences: [{ kind: 'ReplicaSet', name: `api-${hash}`, controller: true }],
    },
    spec: { containers: [{ name: 'app', image: 'x:1' }] },
    status: {
      phase: runs ? 'Running' : 'Pending',
      containerStatuses: [{ name: 'app', state: runs ? { running: {} } : { waiting: { reason: state } } }],
    },
  };
}

const incident = {
  scope: { pods: [{ namespace: 'shop', name: 'api-1' }], workloads: ['Deployment/shop/api'] },
} as unknown as Incident;

const incidentOf = (workload: string) =>
  ({ scope: { pods: [{ namespace: 'shop', name: 'api-1' }], workloads: [workload] } }) as unknown as Incident;

async function cluster(
  objects: RawObject[],
  options: Partial<ReplayOptions> = {},
): Promise<{ server: ReplayServer; client: ClusterClient }> {
  const server = await startReplayServer({ objects, ...options });
  const access = openLoopback(server.url, 'test');
  closing.push(
    () => access.close(),
    () => server.close(),
  );
  return { server, client: new ClusterClient(access) };
}

function words(step: WaitStep): string {
  if (!('outcome' in step)) return `${step.name} ${step.state}`;
  return step.outcome === 'running' ? `running ${step.pods}` : `failed again ${step.pod.name} ${step.pod.state}`;
}

/** Waits, doing one step after each thing that is told. */
async function wait(
  client: ClusterClient,
  steps: readonly (() => void)[],
  limitMs = 5_000,
  waitedFor = incident,
): Promise<string[]> {
  const told: string[] = [];
  const todo = [...steps];
  const options = { signal: AbortSignal.timeout(limitMs), pause: async () => undefined };
  for await (const step of waitForPods(client, [waitedFor], BEGAN, options)) {
    told.push(words(step));
    todo.shift()?.();
  }
  return told;
}

describe('waitForPods', () => {
  it('ends when the pod runs', async () => {
    const { server, client } = await cluster([pod('api-1', 'ImagePullBackOff')]);
    const told = await wait(client, [() => server.store.put(pod('api-1', 'Running'))]);
    expect(told).toEqual(['api-1 ImagePullBackOff', 'api-1 Running', 'running 1']);
  });

  it('follows the pods that a new revision makes, and waits for the old one to go', async () => {
    const { server, client } = await cluster([pod('api-1', 'ImagePullBackOff')]);
    const fresh = { hash: 'bbb', created: '2026-11-20T22:01:00Z' };
    const told = await wait(client, [
      () => server.store.put(pod('api-2', 'ContainerCreating', fresh)),
      () => server.store.put(pod('api-2', 'Running', fresh)),
      () => server.store.remove(pod('api-1', 'ImagePullBackOff')),
    ]);
    expect(told).toEqual([
      'api-1 ImagePullBackOff',
      'api-2 ContainerCreating',
      'api-2 Running',
      'api-1 gone',
      'running 1',
    ]);
  });

  it.each(['ReplicaSet/shop/api-aaa', 'Rollout/shop/api'])(
    'knows the pods of a new revision where the incident names %s',
    async (workload) => {
      const fresh = pod('api-0', 'Running', { hash: 'bbb', created: '2026-11-20T22:01:00Z' });
      const { server, client } = await cluster([pod('api-1', 'ImagePullBackOff'), fresh]);
      const steps = [() => undefined, () => server.store.remove(pod('api-1', 'ImagePullBackOff'))];
      const told = await wait(client, steps, 5_000, incidentOf(workload));
      expect(told).toEqual(['api-0 Running', 'api-1 ImagePullBackOff', 'api-1 gone', 'running 1']);
    },
  );

  it('ends for the run of a CronJob', async () => {
    const run = (state: string) => ({
      ...pod('api-1', state),
      metadata: {
        name: 'api-1',
        namespace: 'shop',
        ownerReferences: [{ kind: 'Job', name: 'nightly-1', controller: true }],
      },
    });
    const { server, client } = await cluster([run('ImagePullBackOff')]);
    const told = await wait(
      client,
      [() => server.store.put(run('Running'))],
      5_000,
      incidentOf('CronJob/shop/nightly'),
    );
    expect(told.at(-1)).toBe('running 1');
  });

  it('ends when the pull is tried again and fails', async () => {
    const { server, client } = await cluster([pod('api-1', 'ImagePullBackOff')]);
    const told = await wait(client, [() => server.store.put(pod('api-1', 'ErrImagePull'))]);
    expect(told).toEqual(['api-1 ImagePullBackOff', 'api-1 ErrImagePull', 'failed again api-1 ErrImagePull']);
  });

  it('ends when a new pod fails', async () => {
    const { server, client } = await cluster([pod('api-1', 'ImagePullBackOff')]);
    const told = await wait(client, [
      () => server.store.put(pod('api-2', 'ImagePullBackOff', { hash: 'bbb', created: '2026-11-20T22:01:00Z' })),
    ]);
    expect(told.at(-1)).toBe('failed again api-2 ImagePullBackOff');
  });

  it('does not take the failure from before for a new one, nor another workload for its own', async () => {
    const { server, client } = await cluster([pod('api-1', 'ErrImagePull')]);
    const other = { ...pod('web-1', 'ErrImagePull'), metadata: { name: 'web-1', namespace: 'shop' } };
    const told = await wait(client, [() => server.store.put(other)], 300);
    expect(told).toEqual(['api-1 ErrImagePull']);
  });

  it('keeps its thread when the watch has to list again', async () => {
    const { server, client } = await cluster([pod('api-1', 'ImagePullBackOff')], {
      faults: [{ on: { verb: 'watch' }, fault: { kind: 'gone' }, times: 1 }],
    });
    const told = await wait(client, [() => setTimeout(() => server.store.put(pod('api-1', 'Running')), 100)]);
    expect(told).toEqual(['api-1 ImagePullBackOff', 'api-1 Running', 'running 1']);
  });
});
