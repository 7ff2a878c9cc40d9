import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { answerOfKubelet, type ReplayedNode } from '../../testing/node-proxy.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../../testing/replay-server.ts';
import type { RawObject } from '../../testing/store.ts';
import { openLoopback } from '../cluster/access.ts';
import { type ClientOptions, ClusterClient } from '../cluster/client.ts';
import { MemorySink } from './evidence-sink.ts';
import { collectByKubeletApi } from './kubelet-api.ts';

interface Recorded {
  readonly name: string;
  readonly request: { readonly path: string };
  readonly response: { readonly status: number; readonly body: string };
}

const RECORDED = JSON.parse(readFileSync('fixtures/api/node.json', 'utf8')) as readonly Recorded[];

function recorded(name: string): Recorded {
  const found = RECORDED.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`nothing recorded as ${name}`);
  return found;
}

const ENDPOINTS = {
  'stats/summary': recorded('node-stats-summary').response.body,
  configz: recorded('node-configz').response.body,
  metrics: recorded('node-metrics').response.body,
};
const KUBELET_LOG = recorded('node-log-file').response.body;
const CONTAINERD_LOG = recorded('node-logs-query-enabled-no-options').response.body;

const NODE: RawObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-a' },
  spec: { providerID: 'aws:///eu-west-1a/i-0123456789abcdef0' },
  status: { nodeInfo: { containerRuntimeVersion: 'containerd://2.1.9', kubeletVersion: 'v1.36.2' } },
};

let open: ReplayServer | undefined;
afterEach(async () => open?.close());

async function collect(
  kubelet: ReplayedNode,
  more: Partial<ReplayOptions> = {},
  keepBytes = 2 ** 20,
  client: ClientOptions = {},
) {
  open = await startReplayServer({ objects: [NODE], kubelets: { 'node-a': kubelet }, ...more });
  const access = openLoopback(open.url, 'test');
  const sink = new MemorySink();
  try {
    await collectByKubeletApi(new ClusterClient(access, client), 'node-a', sink, {
      keepBytes,
      since: '2026-11-20T00:00:00Z',
    });
  } finally {
    access.close();
  }
  return { sink, paths: [...sink.files.keys()], asked: open.requests.map(({ path }) => path) };
}

describe('collecting by kubelet API', () => {
  it('takes logs of the journal, statistics, configuration, metrics and the Node', async () => {
    const { sink, paths } = await collect({
      logQuery: true,
      journal: { kubelet: KUBELET_LOG, containerd: CONTAINERD_LOG },
      endpoints: ENDPOINTS,
    });
    expect(paths).toEqual([
      'node.json',
      'stats-summary.json',
      'configz.json',
      'kubelet/metrics.txt',
      'kubelet/kubelet.log',
      'containerd/containerd-log.txt',
    ]);
    expect(sink.gaps).toEqual([]);
    expect(sink.textOf('kubelet/kubelet.log')).toBe(KUBELET_LOG);
    expect(sink.textOf('stats-summary.json')).toBe(ENDPOINTS['stats/summary']);
    expect(sink.textOf('kubelet/metrics.txt')).toContain('kubelet_runtime_operations_errors_total{');
  });

  it('takes whole files where the node keeps no journal', async () => {
    const { sink } = await collect({
      logQuery: true,
      files: { 'kubelet.log': KUBELET_LOG, 'containerd.log': CONTAINERD_LOG },
      endpoints: ENDPOINTS,
    });
    expect(sink.gaps).toEqual([]);
    expect(sink.textOf('containerd/containerd-log.txt')).toBe(CONTAINERD_LOG);
  });

  it('reads /var/log where log queries are off, the newest part of each file', async () => {
    const { sink, asked } = await collect(
      { files: { 'kubelet.log': KUBELET_LOG, 'containerd.log': CONTAINERD_LOG, 'apt/history.log': 'x' } },
      {},
      1_000,
    );
    const log = sink.textOf('kubelet/kubelet.log') ?? '';
    expect(log.length).toBeLessThanOrEqual(1_000);
    expect(KUBELET_LOG.endsWith(log)).toBe(true);
    expect(log).toMatch(/^I1120 /);
    expect(sink.cuts.get('kubelet/kubelet.log')).toMatch(/^the newest 1 KiB$/);
    expect(asked.some((path) => path.includes('apt'))).toBe(false);
  });

  it('says what would turn log queries on, never that there is no log', async () => {
    const { sink } = await collect({ files: { 'alternatives.log': 'x' }, endpoints: ENDPOINTS });
    expect(sink.gaps).toEqual([
      {
        wanted: 'the kubelet log and the containerd log of node node-a',
        why: 'not-collected',
        how: expect.stringMatching(/enableSystemLogQuery.*--by debug-pod/),
      },
    ]);
  });

  it('tells an unknown unit from a log', async () => {
    const { sink, paths } = await collect({ logQuery: true, files: {}, endpoints: ENDPOINTS });
    expect(paths).not.toContain('kubelet/kubelet.log');
    expect(sink.gaps.map(({ wanted }) => wanted)).toEqual([
      'the kubelet log of node node-a',
      'the containerd log of node node-a',
    ]);
  });

  it('takes the last lines of a unit that was quiet', async () => {
    const journal = { kubelet: KUBELET_LOG, containerd: CONTAINERD_LOG };
    const { sink } = await collect({ logQuery: true, journal, quiet: ['containerd'], endpoints: ENDPOINTS });
    expect(sink.textOf('containerd/containerd-log.txt')).toBe(CONTAINERD_LOG);
    expect(sink.gaps).toEqual([]);
  });

  it('names the one right that is missing, once', async () => {
    const { sink, asked } = await collect({}, { deny: [{ resource: 'nodes/proxy' }] });
    expect([...sink.files.keys()]).toEqual(['node.json']);
    expect(sink.gaps).toEqual([
      {
        wanted: 'what the kubelet of node node-a tells: logs, disk statistics, configuration',
        why: 'forbidden',
        how: expect.stringMatching(/can-i get nodes\/node-a --subresource=proxy.*resources: \[nodes\/proxy\]/),
      },
    ]);
    expect(asked.filter((path) => path.includes('/proxy/'))).toHaveLength(1);
  });

  it.each([
    [400, 'lookup node-a on 172.18.0.2:53: server misbehaving'],
    [503, 'error trying to reach service: dial tcp 172.18.0.2:10250: connect: no route to host'],
  ] as const)('a kubelet that is out of reach (%i) is asked no more', async (status, message) => {
    const { sink, asked } = await collect({ unreachable: { status, message } });
    expect(sink.gaps.map(({ why }) => why)).toEqual(['unreachable']);
    expect(sink.gaps[0]?.how).toContain(message);
    expect(new Set(asked.filter((path) => path.includes('/proxy/'))).size).toBe(1);
  });

  it('a kubelet that does not answer is waited for once', async () => {
    const hang = { on: { resource: 'nodes/proxy' }, fault: { kind: 'hang' } } as const;
    const { sink } = await collect({}, { faults: [hang] }, 1_000, { requestTimeoutMs: 500 });
    expect(sink.gaps.map(({ why }) => why)).toEqual(['timeout']);
  });

  it("does not take a broken answer for the kubelet's words", async () => {
    const { sink } = await collect(
      { logQuery: true, journal: { kubelet: KUBELET_LOG, containerd: CONTAINERD_LOG }, endpoints: ENDPOINTS },
      { faults: [{ on: { resource: 'nodes/proxy' }, fault: { kind: 'reset-mid-body' }, after: 3 }] },
    );
    expect(sink.gaps).toMatchObject([{ wanted: 'the logs of node node-a', why: 'unreachable' }]);
  });

  it('lets no secret reach the files', async () => {
    const canary = 'c4n4ry-s3cr3t-value';
    const line = `I1120 21:46:24.016541     810 x.go:1] "asked" header="Authorization: Bearer ${canary}" url="https://bob:${canary}@registry.acme.example/v2/"\n`;
    const { sink } = await collect({
      logQuery: true,
      journal: { kubelet: line, containerd: `time="2026-11-20T21:45:25Z" level=info msg="password=${canary}"\n` },
      endpoints: {
        ...ENDPOINTS,
        configz: `{"kubeletconfig":{"staticPodURLHeader":{"X-Login":["${canary}"]},"registryPullQPS":5}}`,
      },
    });
    expect(sink.files.size).toBe(6);
    for (const path of sink.files.keys()) expect(sink.textOf(path), path).not.toContain(canary);
    expect(sink.textOf('configz.json')).toContain('"registryPullQPS":5');
  });
});

describe('the replayed kubelet', () => {
  const files = { 'kubelet.log': KUBELET_LOG, 'containerd.log': CONTAINERD_LOG };
  const listed = ['alternatives.log', 'apt/x', 'bootstrap.log', 'containers/x', 'dpkg.log', 'journal/x', 'lab/x'];
  const off: ReplayedNode = {
    files: Object.fromEntries([...listed, 'nginx/x', 'pods/x', 'private/x'].map((name) => [name, ''])),
    endpoints: ENDPOINTS,
  };
  const on: ReplayedNode = { files, logQuery: true };

  it.each(RECORDED.filter(({ name }) => !/node-b|missing|pods|healthz|query-enabled-file$/.test(name)))(
    'answers $name as the real one did',
    ({ name, request, response }) => {
      const url = new URL(request.path, 'http://replay.invalid');
      const node = name.includes('enabled') || name === 'node-log-file' ? on : off;
      const path = url.pathname.replace(/^.*\/proxy\//, '');
      const { status, body } = answerOfKubelet(node, path, url.searchParams, undefined);
      expect({ status, body }).toEqual({ status: response.status, body: response.body });
    },
  );
});
