import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { CollectAnswer } from '../../core/node/collect-answer.ts';
import { openLoopback } from '../../sources/cluster/access.ts';
import { ClusterClient } from '../../sources/cluster/client.ts';
import { chooseNodes, type NodeQuestion } from '../../sources/node/choose-nodes.ts';
import { CollectionStore } from '../../sources/node/collection-store.ts';
import type { AwsPort } from '../../sources/node/ssm.ts';
import type { ReplayedNode } from '../../testing/node-proxy.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../../testing/replay-server.ts';
import type { RawObject } from '../../testing/store.ts';
import { type CollectOptions, collectNodes } from './collect.ts';
import { kubeletApiCollector, ssmCollector } from './collectors.ts';

const CANARY = 'c4n4ry-s3cr3t';
const LINE = `I1120 21:46:24.016541     810 x.go:1] "asked" header="Authorization: Bearer ${CANARY}"\n`;
const KUBELET: ReplayedNode = {
  logQuery: true,
  journal: { kubelet: LINE, containerd: `time="2026-11-20T21:45:25Z" level=error msg="password=${CANARY}"\n` },
  endpoints: { 'stats/summary': '{"node":{}}', configz: '{"kubeletconfig":{}}', metrics: '' },
};
const SINCE = { since: '2026-11-20T00:00:00Z' };

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-collect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

function node(name: string, instance: string, labels: Readonly<Record<string, string>> = {}): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: { providerID: `aws:///eu-west-1a/${instance}` },
    status: { nodeInfo: { containerRuntimeVersion: 'containerd://2.1.9' } },
  };
}

function pendingPod(name: string, nodeName: string): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { nodeName, containers: [{ name: 'app', image: 'r.acme.example/app:1' }] },
    status: { phase: 'Pending', containerStatuses: [] },
  };
}

const OBJECTS = [
  node('node-a', 'i-0000000000000000a', { pool: 'x' }),
  node('node-b', 'i-0000000000000000b'),
  node('node-c', 'i-0000000000000000c', { pool: 'x' }),
  pendingPod('one', 'node-c'),
  pendingPod('two', 'node-b'),
  pendingPod('three', 'node-b'),
];

async function cluster(more: Partial<ReplayOptions> = {}): Promise<{ client: ClusterClient; server: ReplayServer }> {
  const kubelets = { 'node-a': KUBELET, 'node-b': KUBELET, 'node-c': KUBELET };
  const server = await startReplayServer({ objects: OBJECTS, kubelets, ...more });
  const access = openLoopback(server.url, 'test');
  closing.push(
    () => server.close(),
    () => access.close(),
  );
  return { client: new ClusterClient(access), server };
}

function newStore(): CollectionStore {
  return new CollectionStore(mkdtempSync(join(folder, 'store-')));
}

async function collect(
  store: CollectionStore,
  client: ClusterClient,
  question: NodeQuestion,
  options: Partial<CollectOptions> = {},
): Promise<CollectAnswer> {
  const chosen = await chooseNodes(client, question);
  return collectNodes(store, chosen, kubeletApiCollector(client, SINCE), { by: 'kubelet-api', ...options });
}

/** Every file below a folder, with its text. */
function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile());
}

describe('chooseNodes', () => {
  it.each<[string, NodeQuestion, string[]]>([
    ['names', { names: ['node-b'] }, ['node-b']],
    ['instance ids', { names: ['i-0000000000000000c', 'node-a'] }, ['node-c', 'node-a']],
    ['all', { names: [], all: true }, ['node-a', 'node-b', 'node-c']],
    ['a selector', { names: [], selector: 'pool=x' }, ['node-a', 'node-c']],
    ['failing nodes first', { names: [], all: true, failingFirst: true }, ['node-b', 'node-c', 'node-a']],
    ['a sample: one healthy among two', { names: [], all: true, failingFirst: true, sample: 2 }, ['node-b', 'node-a']],
    ['a sample of one', { names: [], all: true, failingFirst: true, sample: 1 }, ['node-b']],
  ])('finds %s', async (_, question, expected) => {
    const { client } = await cluster();
    const { nodes, leftOut, gaps } = await chooseNodes(client, question);
    expect(nodes.map(({ name }) => name)).toEqual(expected);
    expect(gaps).toEqual([]);
    if (question.sample !== undefined) expect(leftOut).toHaveLength(3 - expected.length);
  });

  it('refuses a name that is none', async () => {
    const { client } = await cluster();
    await expect(chooseNodes(client, { names: ['node-z'] })).rejects.toThrow(/no node node-z in context test/);
    await expect(chooseNodes(client, { names: ['i-0000000000000000f'] })).rejects.toThrow(/no node i-0/);
  });

  it('takes a name as it is where nodes may not be read, and says so', async () => {
    const { client } = await cluster({ deny: [{ resource: 'nodes' }] });
    const { nodes, gaps } = await chooseNodes(client, { names: ['node-b'] });
    expect(nodes).toEqual([{ name: 'node-b' }]);
    expect(gaps).toMatchObject([{ wanted: 'Node node-b', why: 'forbidden' }]);
  });

  it('orders nothing by what it may not see', async () => {
    const { client } = await cluster({ deny: [{ resource: 'pods' }] });
    const { nodes, gaps } = await chooseNodes(client, { names: [], all: true, failingFirst: true });
    expect(nodes.map(({ name }) => name)).toEqual(['node-a', 'node-b', 'node-c']);
    expect(nodes[0]).not.toHaveProperty('stuckPods');
    expect(gaps).toMatchObject([{ wanted: 'which nodes have stuck pods', why: 'forbidden' }]);
  });
});

describe('collectNodes', () => {
  it('makes a collection of each node that opens as a bundle', async () => {
    const store = newStore();
    const { client } = await cluster();
    const answer = await collect(store, client, { names: [], all: true });
    expect(answer.nodes.map(({ node: name, instance, state, files }) => [name, instance, state, files])).toEqual([
      ['node-a', 'i-0000000000000000a', 'complete', 6],
      ['node-b', 'i-0000000000000000b', 'complete', 6],
      ['node-c', 'i-0000000000000000c', 'complete', 6],
    ]);
    const bundle = await store.open(answer.nodes[1]?.collection ?? '');
    expect(bundle.nodes).toEqual(['node-b']);
    expect(bundle.files.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['kubelet', 'containerd', 'stats-summary']),
    );
    expect((await store.latestOf('i-0000000000000000b'))?.id).toBe(bundle.id);
  });

  it('lets no secret reach the disk', async () => {
    const store = newStore();
    const { client } = await cluster();
    await collect(store, client, { names: ['node-a'] });
    const files = filesBelow(store.folder);
    expect(files.length).toBeGreaterThan(6);
    for (const file of files) expect(readFileSync(file, 'utf8'), file).not.toContain(CANARY);
  });

  it('makes it once for a token', async () => {
    const store = newStore();
    const { client, server } = await cluster();
    const first = await collect(store, client, { names: ['node-a'] }, { token: 'case-7' });
    const asked = server.requests.length;
    const again = await collect(store, client, { names: ['node-a'] }, { token: 'case-7' });
    expect(again.nodes[0]?.collection).toBe(first.nodes[0]?.collection);
    expect(server.requests.slice(asked).filter(({ path }) => path.includes('/proxy/'))).toEqual([]);
    expect(await store.list()).toHaveLength(1);
  });

  it('tries again what could not be had, and forgets the old gap', async () => {
    const store = newStore();
    const refused = await cluster({ deny: [{ resource: 'nodes/proxy' }] });
    const first = await collect(store, refused.client, { names: ['node-a'] }, { token: 'case-8' });
    expect(first.nodes).toMatchObject([
      { state: 'failed', problem: expect.stringMatching(/^nothing could be collected: .*forbidden/) },
    ]);
    const { client } = await cluster();
    const again = await collect(store, client, { names: ['node-a'] }, { token: 'case-8' });
    expect(again.nodes).toMatchObject([{ state: 'complete', gaps: [], collection: first.nodes[0]?.collection }]);
  });

  it('goes on with the others when one node is out of reach', async () => {
    const store = newStore();
    const unreachable = { status: 503, message: 'error trying to reach service: dial tcp: no route to host' } as const;
    const { client } = await cluster({ kubelets: { 'node-a': KUBELET, 'node-b': { unreachable }, 'node-c': KUBELET } });
    const answer = await collect(store, client, { names: [], all: true });
    expect(answer.nodes.map(({ state }) => state)).toEqual(['complete', 'failed', 'complete']);
    expect(answer.nodes[1]?.gaps).toMatchObject([{ why: 'unreachable' }]);
  });

  it('asks no more nodes at once than it may', async () => {
    const { client } = await cluster();
    const chosen = await chooseNodes(client, { names: [], all: true });
    let atOnce = 0;
    let most = 0;
    await collectNodes(
      newStore(),
      chosen,
      async (_, sink) => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await sink.addFile('kubelet/kubelet.log', LINE);
        atOnce -= 1;
      },
      { by: 'kubelet-api', width: 2 },
    );
    expect(most).toBe(2);
  });

  it('leaves nodes out once it is stopped', async () => {
    const { client } = await cluster();
    const stop = new AbortController();
    const chosen = await chooseNodes(client, { names: [], all: true });
    const answer = await collectNodes(
      newStore(),
      chosen,
      async (_, __, ___, signal) => {
        stop.abort();
        signal.throwIfAborted();
      },
      { by: 'kubelet-api', width: 1, signal: stop.signal },
    );
    expect(answer.nodes).toMatchObject([{ node: 'node-a', state: 'cancelled' }]);
    expect(answer.leftOut).toEqual([
      { node: 'node-b', why: 'stopped before' },
      { node: 'node-c', why: 'stopped before' },
    ]);
  });
});

describe('collecting by SSM', () => {
  const NOW = '2026-11-20T23:00:00Z';

  /** An account in which the runbook goes through the given states. */
  function aws(states: readonly string[], objects: readonly { key: string; modifiedAt: string }[] = []) {
    const calls: string[] = [];
    const left = [...states];
    const port: AwsPort = {
      startAutomation: async ({ document, parameters }) => {
        calls.push(`start ${document} ${JSON.stringify(parameters)}`);
        return 'exec-1';
      },
      automation: async () => ({ status: left.shift() ?? 'Success', failure: 'the agent does not answer' }),
      stopAutomation: async (id) => void calls.push(`stop ${id}`),
      objects: async (_, prefix) =>
        objects.filter(({ key }) => key.startsWith(prefix)).map((each) => ({ ...each, size: 1 })),
      download: async (_, key) => {
        calls.push(`download ${key}`);
        return oneChunk(await tarball());
      },
    };
    return { port, calls };
  }

  async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield bytes;
  }

  async function tarball(): Promise<Uint8Array> {
    const [{ packTar }, { gzipSync }] = await Promise.all([import('modern-tar'), import('fflate')]);
    const body = 'I1120 21:46:24.016541     810 x.go:1] "hello"\n';
    return gzipSync(await packTar([{ header: { name: 'kubelet/kubelet.log', size: body.length }, body }]));
  }

  async function run(states: readonly string[], objects?: readonly { key: string; modifiedAt: string }[]) {
    const store = newStore();
    const { port, calls } = aws(states, objects);
    const chosen = {
      nodes: [{ name: 'node-a', cloud: { instanceId: 'i-0000000000000000a', region: 'eu-west-1' } }],
      leftOut: [],
      gaps: [],
    };
    const choice = { region: 'eu-west-1', bucket: 'acme-logs', now: () => NOW, pollMs: 1 };
    const answer = await collectNodes(store, chosen, ssmCollector(port, choice), { by: 'ssm' });
    return { store, calls, collected: answer.nodes[0] };
  }

  it('follows the runbook and unpacks its archive', async () => {
    const { store, calls, collected } = await run(
      ['Pending', 'InProgress', 'Success'],
      [
        { key: 'eks_i-0000000000000000a_2026-11-20_2301-UTC_0.7.9.tar.gz', modifiedAt: '2026-11-20T23:02:00Z' },
        { key: 'eks_i-0000000000000000a_2026-11-01_1000-UTC_0.7.9.tar.gz', modifiedAt: '2026-11-01T10:00:00Z' },
      ],
    );
    expect(collected).toMatchObject({ state: 'complete', instance: 'i-0000000000000000a' });
    expect(calls).toEqual([
      'start AWSSupport-CollectEKSInstanceLogs {"EKSInstanceId":["i-0000000000000000a"],"LogDestination":["acme-logs"]}',
      'download eks_i-0000000000000000a_2026-11-20_2301-UTC_0.7.9.tar.gz',
    ]);
    const bundle = await store.open(collected?.collection ?? '');
    expect(bundle.files.map(({ kind }) => kind)).toContain('kubelet');
  });

  it.each([
    ['Failed', 'refused', /ended as Failed \(the agent does not answer\); aws ssm get-automation-execution/],
    ['TimedOut', 'timeout', /ended as TimedOut/],
    ['Success', 'not-collected', /bucket acme-logs has no new archive/],
  ] as const)('says why there is nothing: %s', async (status, why, how) => {
    const { collected } = await run([status]);
    expect(collected).toMatchObject({ state: 'failed', gaps: [{ why, how: expect.stringMatching(how) }] });
  });
});
