import { describe, expect, it } from 'vitest';
import type { NodeBundle } from '../src/core/node/bundle.ts';
import { memoryBundle, memoryFile } from '../src/nodelogs/memory-bundle.fixture.ts';
import { nodeErrors } from '../src/tasks/node/errors.ts';
import { nodeSearch } from '../src/tasks/node/search.ts';

// What earlier tools of this kind got wrong about logs, each as a test that ours passes.

const KUBELET = 'kubelet/kubelet.log';
const CONTAINERD = 'containerd/containerd-log.txt';

describe('errors', () => {
  it('T01: takes no word of an image or namespace for noise', async () => {
    const answer = await nodeErrors(
      memoryBundle({
        [KUBELET]:
          '2026-11-20T21:32:59Z kubelet: Failed to pull image "web:latest": pull access denied\n' +
          '2026-11-20T21:33:00Z kubelet: pod="default/test-1" err="ErrImagePull" Failed to pull image "reg.acme.example/sample/mock:v2"\n',
      }),
    );
    const lines = answer.findings.filter(({ pattern }) => pattern === 'image-pull-failed');
    expect(lines.reduce((sum, { count }) => sum + count, 0)).toBe(2);
    expect(lines.every(({ usual }) => usual === undefined)).toBe(true);
  });

  it('T02: makes its own index, and fails aloud when nothing can be read', async () => {
    const bundle = memoryBundle({ [KUBELET]: pullFailure('2026-11-20T21:00:00Z', 'a') });
    expect((await nodeErrors(bundle)).total).toBe(1);
    const broken = { ...memoryFile(KUBELET, 'x'), read: () => failing() };
    const answer = await nodeErrors({ ...bundle, files: [broken], notes: emptyNotes() });
    expect(answer).toMatchObject({
      total: 0,
      coverage: { filesRead: 0, unread: [{ path: KUBELET, why: 'unreadable' }] },
    });
  });

  it('T03: reads a large log to its end, and says what a budget left out, which is the oldest', async () => {
    const healthy = 'I1120 20:00:00.000000 859 kubelet.go:2724] "SyncLoop ADD" source="api" pods=["shop/api-1"]\n';
    const text = healthy.repeat(80_000) + pullFailure('2026-11-20T21:00:00Z', 'late');
    const bundle = memoryBundle({}, { files: [memoryFile(KUBELET, text, 1 << 20)] });
    const answer = await nodeErrors(bundle);
    expect(answer.findings[0]?.sample).toMatchObject({ line: 80_001, at: '2026-11-20T21:00:00.000Z' });
    expect(answer.coverage).toMatchObject({ filesRead: 1, bytesRead: Buffer.byteLength(text), unread: [] });

    const rotated = [
      { ...memoryFile(`${KUBELET}.1`, pullFailure('2026-11-19T21:00:00Z', 'old')), modifiedAt: '2026-11-19T22:00:00Z' },
      { ...memoryFile(KUBELET, pullFailure('2026-11-20T21:00:00Z', 'new')), modifiedAt: '2026-11-20T22:00:00Z' },
    ];
    const short = await nodeErrors(memoryBundle({}, { files: rotated }), {
      budget: { bytes: 10, milliseconds: 60_000 },
    });
    expect(short.findings[0]?.sample.text).toContain('new');
    expect(short.coverage.unread).toMatchObject([{ path: `${KUBELET}.1`, why: 'budget' }]);
  });

  it('T13: finds nothing in a successful pull, whatever its account number', async () => {
    const answer = await nodeErrors(memoryBundle({ [KUBELET]: SUCCESS }));
    expect(answer).toMatchObject({ total: 0, coverage: { filesRead: 1 } });
  });
});

describe('search', () => {
  it("T04: looks at all times of the collection, not at this machine's last minutes", async () => {
    const line =
      'time="2019-03-02T20:00:02Z" level=error msg="PullImage failed" failed to pull and unpack image: not found\n';
    const answer = await nodeSearch([memoryBundle({ [CONTAINERD]: line })], { query: 'failed to pull' });
    expect(answer).toMatchObject({ total: 1, matches: [{ id: 'S-001', line: 1, at: '2019-03-02T20:00:02.000Z' }] });
  });

  it('T05: tells that the runtime runs though no log says so in the words asked for', async () => {
    const bundle = memoryBundle({
      [CONTAINERD]:
        'Nov 18 01:00:01 ip-10-0-0-7 systemd[1]: Starting containerd.service - containerd container runtime...\n' +
        'Nov 18 01:00:02 ip-10-0-0-7 containerd[2891]: level=info msg="containerd successfully booted in 0.052s"\n',
      'system/services.txt': '  containerd.service   loaded active running containerd container runtime\n',
    });
    const query = 'Active: active \\(running\\)|containerd.*started|containerd.service.*running';
    const answer = await nodeSearch([bundle], { query, logTypes: ['containerd'] });
    expect(answer.total).toBe(0);
    expect(answer.related).toMatchObject([
      { place: { path: 'system/services.txt', line: 1 }, says: expect.stringContaining('loaded active running') },
    ]);
    const without = memoryBundle({ [CONTAINERD]: 'Nov 18 01:00:01 ip containerd[2891]: level=info msg="ready"\n' });
    const silent = await nodeSearch([without], { query, logTypes: ['containerd'] });
    expect(silent.related).toMatchObject([{ says: expect.stringMatching(/not collected.*proves nothing/) }]);
  });

  it('T11: answers catastrophic patterns within its budget', async () => {
    const bundle = memoryBundle({ [KUBELET]: `${'a'.repeat(50_000)}!\n`.repeat(20) });
    for (const query of ['(a+)+$', '(a|a)*b', '(.*a){30}$', '([a-z]+)*[0-9]']) {
      const start = performance.now();
      const answer = await nodeSearch([bundle], { query, budget: { bytes: 1e9, milliseconds: 2_000 } });
      expect(performance.now() - start).toBeLessThan(10_000);
      if (answer.coverage.unread.length === 0) expect(answer.coverage.bytesRead).toBe(20 * 50_002);
      else expect(answer.coverage.unread[0]?.why).toBe('budget');
    }
  });

  it('T12: points to missing images that the log tells of in other words', async () => {
    const bundle = memoryBundle({
      [CONTAINERD]:
        'time="2026-11-20T20:00:02Z" level=error msg="PullImage \\"reg.acme.example/x/y:1\\" failed" error="failed to resolve reference \\"reg.acme.example/x/y:1\\": reg.acme.example/x/y:1: not found"\n',
    });
    const query = 'manifest unknown|not found.*manifest|404.*manifest|repository.*not found|name unknown';
    const answer = await nodeSearch([bundle], { query });
    expect(answer).toMatchObject({ total: 0, seeAlso: [{ id: 'F-001', pattern: 'image-pull-failed' }] });
    expect(answer.seeAlso[0]?.cause?.id).toMatch(/^(?:tag|repository)-not-found$/);
  });

  it('T13: takes numbers for HTTP statuses only where a status stands', async () => {
    const refused =
      'time="2026-11-20T21:00:05Z" level=info msg="fetch failed" error="unexpected status from HEAD request to https://reg.acme.example/v2/a/manifests/403: 401 Unauthorized"\n';
    const pid = 'E1120 21:00:06.000000     401 kubelet.go:2724] "Listening" port=403\n';
    const bundle = memoryBundle({ [KUBELET]: SUCCESS + pid + refused });
    expect(await nodeSearch([bundle], { query: '401|403' })).toMatchObject({
      total: 1,
      matches: [{ line: 3 }],
      query: { note: expect.stringContaining('HTTP status') },
    });
    expect(await nodeSearch([bundle], { query: '401', fixed: true })).toMatchObject({ total: 3 });
  });
});

const SUCCESS =
  'Nov 20 21:00:00 ip-10-0-0-7 kubelet: Successfully pulled image "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1.11.1"\n';

function pullFailure(at: string, name: string): string {
  return `time="${at}" level=error msg="PullImage \\"reg.acme.example/shop/${name}:1.0\\" failed" error="failed to pull and unpack image \\"reg.acme.example/shop/${name}:1.0\\": not found"\n`;
}

function emptyNotes(): NodeBundle['notes'] {
  return { get: async () => undefined, put: async () => undefined };
}

// biome-ignore lint/correctness/useYield: a file that fails at its first byte
async function* failing(): AsyncGenerator<Uint8Array> {
  throw new Error('EIO: i/o error');
}
