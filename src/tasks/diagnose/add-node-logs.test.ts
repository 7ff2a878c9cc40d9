import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../core/report.ts';
import { readBundle } from '../../sources/bundle/read-bundle.ts';
import { openLoopback } from '../../sources/cluster/access.ts';
import { ClusterClient } from '../../sources/cluster/client.ts';
import type { ReplayedNode } from '../../testing/node-proxy.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../../testing/replay-server.ts';
import type { RawObject } from '../../testing/store.ts';
import { addNodeLogs, type NodeLogsOptions } from './add-node-logs.ts';
import { diagnose } from './diagnose.ts';
import { diagnoseCluster } from './diagnose-cluster.ts';

const NOW = '2026-11-20T23:59:00Z';

let closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

function objectsOf(scenario: string): readonly RawObject[] {
  return (JSON.parse(readFileSync(`fixtures/recordings/${scenario}/objects.json`, 'utf8')) as { items: RawObject[] })
    .items;
}

/** The node's logs as the recording has them, as files or in the journal. */
function kubeletOf(scenario: string, kept: 'files' | 'journal'): ReplayedNode {
  const read = (name: string) => {
    const file = `fixtures/recordings/${scenario}/${name}.log`;
    return existsSync(file) ? { [name]: readFileSync(file, 'utf8') } : {};
  };
  const logs: Record<string, string> = { ...read('kubelet'), ...read('containerd') };
  if (kept === 'journal') return { logQuery: true, journal: logs };
  return { files: Object.fromEntries(Object.entries(logs).map(([name, text]) => [`${name}.log`, text])) };
}

async function live(
  replay: ReplayOptions,
  options: NodeLogsOptions = {},
): Promise<{ readonly report: Report; readonly server: ReplayServer }> {
  const server = await startReplayServer(replay);
  const access = openLoopback(server.url, 'replay');
  closing.push(
    () => server.close(),
    () => access.close(),
  );
  const client = new ClusterClient(access);
  const { report } = await diagnoseCluster(
    client,
    { targets: [] },
    {
      now: () => NOW,
      select: () => () => true,
      askFurther: (snapshot, concerns) => addNodeLogs(client, snapshot, concerns, options),
    },
  );
  return { report, server };
}

function causesOf({ incidents }: Report): string[] {
  return incidents.map(({ cause, verdict }) => `${cause.id} ${verdict}`);
}

function nodesOf(objects: readonly RawObject[]): string[] {
  return objects.flatMap(({ kind, metadata }) => (kind === 'Node' ? [metadata?.name ?? ''] : []));
}

describe('a live diagnosis with node logs', () => {
  it.each([
    // The text blames DNS; only the runtime's log knows of the broken hosts.toml.
    ['mirror-hosts-toml-syntax', 'files'],
    ['mirror-hosts-toml-syntax', 'journal'],
    // Only the kubelet's log knows that the plugin failed.
    ['credential-provider-failing', 'journal'],
    // The events are gone.
    ['events-expired', 'files'],
    ['container-runtime-down-notready', 'journal'],
    ['mirror-override-path-missing', 'files'],
    ['response-stalled', 'journal'],
  ] as const)('%s: the same as from the recorded logs (%s)', async (scenario, kept) => {
    const objects = objectsOf(scenario);
    const recorded = await readBundle(
      ['objects.json', 'kubelet.log', 'containerd.log'].map((file) => `fixtures/recordings/${scenario}/${file}`),
    );
    const kubelets = Object.fromEntries(nodesOf(objects).map((node) => [node, kubeletOf(scenario, kept)]));
    const now = recorded.takenAt ?? NOW;
    const { report } = await live({ objects, kubelets, now });
    expect(causesOf(report)).toEqual(causesOf(diagnose(recorded, { now })));
  });

  it('says that it may not ask, and judges by the rest', async () => {
    const objects = objectsOf('mirror-hosts-toml-syntax');
    const { report } = await live({ objects, deny: [{ resource: 'nodes/proxy' }] });
    expect(report.incidents.map(({ cause }) => cause.id)).toEqual(['dns-failure']);
    expect(report.unknowns).toContainEqual({
      what: 'the logs of node node-a',
      why: 'forbidden',
      how: expect.stringContaining('nodes/proxy'),
    });
  });

  it('asks the nodes of failing pods alone, and names those left out', async () => {
    const scenario = 'mirror-hosts-toml-syntax';
    const objects = objectsOf(scenario);
    const kubelets = { 'node-a': kubeletOf(scenario, 'files') };
    const { report, server } = await live({ objects, kubelets }, { maxNodes: 0 });
    expect(server.requests.filter(({ path }) => path.includes('/proxy/'))).toEqual([]);
    expect(report.unknowns).toContainEqual({
      what: 'logs of node node-a',
      why: 'not-collected',
      how: 'pullwhy node collect node-a',
    });
  });
});
