import { describe, expect, it } from 'vitest';
import { memoryBundle } from '../src/nodelogs/memory-bundle.fixture.ts';
import type { RenderOptions } from '../src/render/format.ts';
import { renderComparison } from '../src/render/node/compare.ts';
import { renderCorrelation } from '../src/render/node/correlate.ts';
import { renderNetwork } from '../src/render/node/network.ts';
import { renderStorage } from '../src/render/node/storage.ts';
import { renderSummary } from '../src/render/node/summarize.ts';
import { nodeComparison } from '../src/tasks/node/compare.ts';
import { nodeCorrelation } from '../src/tasks/node/correlate.ts';
import { nodeNetwork } from '../src/tasks/node/network.ts';
import { nodeStorage } from '../src/tasks/node/storage.ts';
import { nodeSummary } from '../src/tasks/node/summarize.ts';

const NOW = '2026-11-21T03:00:00Z';
const WIDTH = 80;
const OPTIONS: RenderOptions = { width: WIDTH, color: false, unicode: true, showEvidence: false, verbose: false };

const bundle = (id: string) =>
  memoryBundle(
    {
      'kubelet/kubelet.log':
        'E1120 21:00:00.000000     859 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"failed to pull and unpack image \\\\\\"registry.acme.example/shop/api:1\\\\\\": write /var/lib/containerd/io.containerd.content.v1.content/ingest/0: no space left on device\\"" pod="shop/api-1" podUID="u"\n',
      'storage/mounts.txt': 'Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/sda1 100 100 0 100% /\n',
      'networking/resolv.conf': 'nameserver 10.0.0.2\n',
      'etc/containerd/config.toml': 'version = 3\n',
    },
    { id, nodes: [id] },
  );

/** Commands and paths are never cut; all else fits the terminal. */
function tooLong(text: string): string[] {
  return text.split('\n').filter((line) => line.length > WIDTH && !/kubectl|crictl|\/var\/lib/.test(line));
}

describe('text for people', () => {
  it.each([
    ['storage', async () => renderStorage(await nodeStorage(bundle('node-a'), { now: NOW }), OPTIONS), '/ is full'],
    [
      'network',
      async () => renderNetwork(await nodeNetwork(bundle('node-a'), { now: NOW }), OPTIONS),
      'registry.acme.example',
    ],
    [
      'correlate',
      async () => renderCorrelation(await nodeCorrelation(bundle('node-a'), { now: NOW, pivot: 'no space' }), OPTIONS),
      '1 cluster',
    ],
    [
      'compare',
      async () => renderComparison(await nodeComparison([bundle('node-a'), bundle('node-b')]), OPTIONS),
      'cluster-wide',
    ],
    [
      'summarize',
      async () => renderSummary(await nodeSummary(bundle('node-a'), { now: NOW }), OPTIONS),
      'disk-full confirmed',
    ],
  ])('%s fits the terminal and says what it is about', async (_, render, words) => {
    const text = await render();
    expect(text).toContain(words);
    expect(tooLong(text)).toEqual([]);
    expect(text).not.toContain('undefined');
  });

  it('says why there is nothing', async () => {
    const text = renderCorrelation(await nodeCorrelation(bundle('node-a'), { now: NOW, pivot: 'zzz' }), OPTIONS);
    expect(text).toContain('"zzz" does not occur');
  });
});
