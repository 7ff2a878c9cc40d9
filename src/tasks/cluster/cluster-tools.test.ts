import { afterEach, describe, expect, it } from 'vitest';
import { openLoopback } from '../../sources/cluster/access.ts';
import { ClusterClient } from '../../sources/cluster/client.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../../testing/replay-server.ts';
import type { RawObject } from '../../testing/store.ts';
import { clusterHealth } from './cluster-health.ts';
import { credentialsOf } from './credentials-of.ts';
import { imagePullEvents } from './image-pull-events.ts';
import { listEvents } from './list-events.ts';
import { listResources } from './list-resources.ts';
import { secretExists } from './secret-exists.ts';
import { serviceAccountDetails } from './service-account-details.ts';

const AT = '2026-11-20T22:00:00Z';
const CANARY = 'canary-Pa55word-9f3c';

let open: ReplayServer | undefined;
let access: ReturnType<typeof openLoopback> | undefined;
afterEach(async () => {
  access?.close();
  await open?.close();
});

async function clientOf(objects: readonly RawObject[], more: Partial<ReplayOptions> = {}): Promise<ClusterClient> {
  open = await startReplayServer({ objects, ...more });
  access = openLoopback(open.url, 'test', 'shop');
  return new ClusterClient(access);
}

function pod(name: string, more: Readonly<Record<string, unknown>> = {}): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: 'api' }, annotations: { note: CANARY } },
    spec: {
      nodeName: 'node-a',
      imagePullSecrets: [{ name: 'regcred' }],
      containers: [{ name: 'app', image: 'registry.acme.example/shop/api:1', env: [{ name: 'X', value: CANARY }] }],
    },
    status: {
      phase: 'Pending',
      containerStatuses: [
        { name: 'app', state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } } },
      ],
    },
    ...more,
  };
}

function event(name: string, reason: string, message: string, at: string, more: object = {}): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'shop' },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'api-1', fieldPath: 'spec.containers{app}' },
    type: reason === 'BackOff' ? 'Normal' : 'Warning',
    reason,
    message,
    count: 2,
    firstTimestamp: AT,
    lastTimestamp: at,
    source: { component: 'kubelet', host: 'node-a' },
    ...more,
  };
}

const secret: RawObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'Opaque',
  metadata: { name: 'regcred', namespace: 'shop' },
  data: { password: Buffer.from(CANARY).toString('base64') },
};

describe('list of objects', () => {
  it('shows what a container waits for, and nothing of its environment and annotations', async () => {
    const list = await listResources(await clientOf([pod('api-1')]), { kind: 'Pod', limit: 10 });
    expect(list.items[0]?.pod).toMatchObject({
      status: 'ImagePullBackOff',
      node: 'node-a',
      imagePullSecrets: ['regcred'],
      containers: [{ name: 'app', state: 'waiting', reason: 'ImagePullBackOff', message: 'Back-off pulling image' }],
    });
    expect(JSON.stringify(list)).not.toContain(CANARY);
  });

  it('comes page by page, every object once', async () => {
    const client = await clientOf(['a', 'b', 'c', 'd', 'e'].map((name) => pod(`api-${name}`)));
    const names: string[] = [];
    let pageToken: string | undefined;
    do {
      const more = pageToken === undefined ? {} : { pageToken };
      const page = await listResources(client, { kind: 'Pod', namespace: 'shop', limit: 2, ...more });
      names.push(...page.items.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    expect(names).toEqual(['api-a', 'api-b', 'api-c', 'api-d', 'api-e']);
  });

  it('refuses a token of another question', async () => {
    const client = await clientOf(['a', 'b', 'c'].map((name) => pod(`api-${name}`)));
    const { nextPageToken = '' } = await listResources(client, { kind: 'Pod', limit: 1 });
    await expect(listResources(client, { kind: 'Event', limit: 1, pageToken: nextPageToken })).rejects.toThrow(
      'other arguments',
    );
    for (const token of ['', 'nonsense', 'bnVsbA'])
      await expect(listResources(client, { kind: 'Pod', limit: 1, pageToken: token })).rejects.toThrow('page token');
  });

  it('selects by fields, labels and name', async () => {
    const client = await clientOf([pod('api-1'), pod('api-2', { status: { phase: 'Running' } })]);
    const named = async (question: object) =>
      (await listResources(client, { kind: 'Pod', limit: 10, ...question })).items.map(({ name }) => name);
    expect(await named({ fieldSelector: 'status.phase=Pending' })).toEqual(['api-1']);
    expect(await named({ labelSelector: 'app=web' })).toEqual([]);
    expect(await named({ name: 'api-2' })).toEqual(['api-2']);
  });

  it('of Secrets asks for metadata alone', async () => {
    const client = await clientOf([secret]);
    const list = await listResources(client, { kind: 'Secret', limit: 10 });
    expect(list.items).toEqual([{ kind: 'Secret', namespace: 'shop', name: 'regcred', labels: {}, owners: [] }]);
    expect(open?.requests.every(({ bytes }) => bytes < 1_000)).toBe(true);
    expect(JSON.stringify(list)).not.toContain(Buffer.from(CANARY).toString('base64'));
  });

  it('that is refused is an error, not an empty list', async () => {
    const client = await clientOf([pod('api-1')], { deny: [{ resource: 'pods' }] });
    await expect(listResources(client, { kind: 'Pod', limit: 10 })).rejects.toMatchObject({
      problem: { kind: 'forbidden' },
    });
  });
});

describe('events', () => {
  const PULLS = [
    event('e1', 'Pulling', 'Pulling image "x"', '2026-11-20T22:01:00Z'),
    event('e2', 'Failed', 'Failed to pull image "x": not found', '2026-11-20T22:02:00Z'),
    event('e3', 'Failed', 'Error: ErrImagePull', '2026-11-20T22:02:00Z'),
    event('e4', 'BackOff', 'Back-off pulling image "x"', '2026-11-20T22:04:00Z'),
    event('e5', 'Failed', 'Error: illegal base64 data at input byte 4', '2026-11-20T22:05:00Z'),
    event('e6', 'FailedToRetrieveImagePullSecret', 'Unable to retrieve some', '2026-11-20T22:06:00Z'),
    event('e7', 'FailedCreatePodSandBox', 'failed to get sandbox image "pause"', '2026-11-20T22:07:00Z'),
  ];
  const OTHERS = [
    event('o1', 'BackOff', 'Back-off restarting failed container app', '2026-11-20T22:08:00Z'),
    event('o2', 'FailedScheduling', '0/3 nodes are available', '2026-11-20T22:09:00Z'),
    event('o3', 'Failed', 'Error: failed to create containerd task', '2026-11-20T22:10:00Z'),
  ];

  it('about pulls are told apart from others', async () => {
    const client = await clientOf([...PULLS, ...OTHERS]);
    const { events } = await imagePullEvents(client, { namespace: 'shop', name: 'api-1', limit: 50 });
    expect(events.length).toBe(PULLS.length);
    expect(events[0]).toMatchObject({ reason: 'FailedCreatePodSandBox', count: 2, container: 'app', node: 'node-a' });
    expect(events.find(({ reason }) => reason === 'BackOff')).toMatchObject({
      type: 'Normal',
      message: 'Back-off pulling image "x"',
      firstTimestamp: AT,
      lastTimestamp: '2026-11-20T22:04:00Z',
      source: 'kubelet',
    });
  });

  it('come newest first over all pages', async () => {
    const client = await clientOf([...PULLS, ...OTHERS]);
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await listEvents(client, {
        namespace: 'shop',
        limit: 3,
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      seen.push(...page.events.map(({ lastTimestamp = '' }) => lastTimestamp));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    expect(seen.length).toBe(10);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  it('that are not there may have expired', async () => {
    const { events, gaps } = await listEvents(await clientOf([]), { namespace: 'shop', limit: 3 });
    expect([events, gaps[0]?.why]).toEqual([[], 'expired']);
  });
});

describe('existence', () => {
  it.each([
    ['regcred', {}, true, 'exists'],
    ['other', {}, false, 'missing'],
    ['regcred', { deny: [{ resource: 'secrets' }] }, null, 'unknown'],
    ['other', { deny: [{ resource: 'secrets' }] }, null, 'unknown'],
    ['regcred', { faults: [{ on: { resource: 'secrets' }, fault: { kind: 'html' as const } }] }, null, 'unknown'],
  ])('of Secret %s with %j is %s', async (name, more, exists, state) => {
    const answer = await secretExists(await clientOf([secret], more), 'shop', name);
    expect(answer).toMatchObject({ exists, state });
    expect(answer.gaps.length).toBe(exists === null ? 1 : 0);
    expect(JSON.stringify(answer)).not.toContain(Buffer.from(CANARY).toString('base64'));
  });

  it('of a ServiceAccount has three values too', async () => {
    const account: RawObject = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'builder', namespace: 'shop' },
      secrets: [{ name: 'token-1' }],
      imagePullSecrets: [{ name: 'regcred' }],
    };
    const client = await clientOf([account], { deny: [{ resource: 'serviceaccounts', name: 'hidden' }] });
    expect(await serviceAccountDetails(client, 'shop', 'builder')).toMatchObject({
      state: 'exists',
      secrets: ['token-1'],
      imagePullSecrets: ['regcred'],
    });
    expect(await serviceAccountDetails(client, 'shop', 'none')).toMatchObject({ state: 'missing', gaps: [] });
    expect(await serviceAccountDetails(client, 'shop', 'hidden')).toMatchObject({
      state: 'unknown',
      gaps: [{ why: 'forbidden' }],
    });
  });
});

describe('credentials of a pod', () => {
  it('are explained for its images, a refusal is a gap', async () => {
    const client = await clientOf([pod('api-1'), secret]);
    const answer = await credentialsOf(client, { namespace: 'shop', pod: 'api-1', images: [] }, AT);
    expect(answer).toMatchObject({
      listed: ['regcred'],
      images: ['registry.acme.example/shop/api:1'],
      secrets: [{ name: 'regcred', usable: false }],
    });
    expect(JSON.stringify(answer)).not.toContain(CANARY);
    const denied = await clientOf([pod('api-1'), secret], { deny: [{ resource: 'secrets' }] });
    const unseen = await credentialsOf(denied, { namespace: 'shop', pod: 'api-1', images: [] }, AT);
    expect(unseen).toMatchObject({ secrets: [], notes: [], gaps: [{ why: 'forbidden' }] });
  });
});

describe('health of a cluster', () => {
  const node = (name: string, ready: string, more: object = {}): RawObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: more,
    status: {
      conditions: [
        { type: 'DiskPressure', status: ready === 'True' ? 'False' : 'True' },
        { type: 'Ready', status: ready, reason: 'KubeletReady' },
      ],
      nodeInfo: { containerRuntimeVersion: 'containerd://2.1.9', kubeletVersion: 'v1.36.2' },
    },
  });

  it('counts nodes, waiting reasons and registries', async () => {
    const objects = [
      node('node-a', 'True'),
      node('node-b', 'Unknown', { unschedulable: true }),
      pod('api-1'),
      pod('api-2'),
    ];
    const { nodes, pods, registries, gaps } = await clusterHealth(await clientOf(objects));
    expect(nodes).toMatchObject({
      total: 2,
      ready: 1,
      troubled: [
        {
          name: 'node-b',
          problems: ['DiskPressure', 'Ready=Unknown KubeletReady', expect.stringContaining('cordoned')],
        },
      ],
    });
    expect(pods).toEqual({ examined: 2, stuckOnImages: 2, waiting: [{ name: 'ImagePullBackOff', count: 2 }] });
    expect(registries).toEqual([{ registry: 'registry.acme.example', containers: 2, failing: 2 }]);
    expect(gaps).toEqual([]);
  });

  it('tells what it may not see, and fails when it may see nothing', async () => {
    const partly = await clusterHealth(await clientOf([pod('api-1')], { deny: [{ resource: 'nodes' }] }));
    expect(partly).toMatchObject({ pods: { examined: 1 }, gaps: [{ why: 'forbidden' }] });
    const blind = await clientOf([], { deny: [{}] });
    await expect(clusterHealth(blind)).rejects.toMatchObject({ problem: { kind: 'forbidden' } });
  });
});
