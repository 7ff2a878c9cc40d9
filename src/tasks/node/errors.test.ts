import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../causes/index.gen.ts';
import { memoryBundle } from '../../nodelogs/memory-bundle.fixture.ts';
import { PATTERNS } from '../../nodelogs/patterns/all.ts';
import { nodeErrors } from './errors.ts';

const bundle = () =>
  memoryBundle({
    'containerd/containerd-log.txt':
      'time="2026-11-20T21:00:00Z" level=info msg="containerd successfully booted in 0.05s"\n' +
      'time="2026-11-20T21:00:01Z" level=error msg="PullImage \\"reg.acme.example/shop/api:1.5\\" failed" error="failed to pull and unpack image \\"reg.acme.example/shop/api:1.5\\": failed to resolve image: failed to do request: Head \\"https://reg.acme.example/v2/shop/api/manifests/1.5\\": dial tcp: lookup reg.acme.example on 10.0.0.2:53: no such host"\n',
    'kubelet/kubelet.log':
      'E1120 21:00:02.000000     859 x.go:1] "write /var/lib/containerd/x" err="no space left on device"\n' +
      'W1120 21:00:03.000000     859 x.go:1] "x" err="read: connection reset by peer"\n',
  });

describe('nodeErrors', () => {
  it('gives each line its cause as decode would, the worst first, usual ones last', async () => {
    const { findings, bySeverity } = await nodeErrors(bundle());
    expect(findings.map(({ id, pattern, cause }) => [id, pattern, cause?.id])).toEqual([
      ['F-001', 'no-space', 'disk-full'],
      ['F-002', 'image-pull-failed', 'dns-failure'],
      ['F-003', 'connection-reset', undefined],
      ['F-004', 'runtime-started', undefined],
    ]);
    expect(bySeverity).toEqual({ critical: 1, high: 1, medium: 0, low: 1, info: 1 });
  });

  it('keeps the numbers whatever is asked for', async () => {
    const all = bundle();
    expect((await nodeErrors(all, { severity: 'high' })).findings.map(({ id }) => id)).toEqual(['F-001', 'F-002']);
    expect((await nodeErrors(all, { pattern: 'dns-failure' })).findings.map(({ id }) => id)).toEqual(['F-002']);
    expect((await nodeErrors(all, { hideUsual: true })).total).toBe(3);
  });

  it('refuses a pattern that nothing has, and takes one that is not in these logs', async () => {
    await expect(nodeErrors(bundle(), { pattern: 'no-spce' })).rejects.toThrow('did you mean no-space?');
    expect((await nodeErrors(bundle(), { pattern: 'tls-expired' })).total).toBe(0);
  });

  it('pages, and refuses tokens of another question', async () => {
    const all = bundle();
    const first = await nodeErrors(all, { limit: 3 });
    expect(first.findings).toHaveLength(3);
    const page = first.nextPage ?? '';
    const second = await nodeErrors(all, { limit: 3, page });
    expect(second.findings.map(({ id }) => id)).toEqual(['F-004']);
    expect(second).not.toHaveProperty('nextPage');
    await expect(nodeErrors(all, { severity: 'high', page })).rejects.toThrow(/another question/);
    await expect(nodeErrors(all, { page: '../etc' })).rejects.toThrow(/no page token/);
    await expect(nodeErrors(all, { limit: 0 })).rejects.toThrow(/limit of 0/);
  });

  it('refuses a node that the collection does not hold, and passes on what was not collected', async () => {
    await expect(nodeErrors(bundle(), { node: 'node-z' })).rejects.toThrow(/nothing of node node-z: it holds node-a/);
    const partial = { ...bundle(), gaps: [{ wanted: 'containerd journal', why: 'forbidden' as const }] };
    expect((await nodeErrors(partial)).gaps).toEqual([{ what: 'containerd journal', why: 'forbidden' }]);
  });
});

describe('causes that patterns imply', () => {
  it('exist', () => {
    const known = new Set(CAUSES.map(({ id }) => id));
    const implied = PATTERNS.flatMap(({ implies }) => implies ?? []);
    expect(implied.length).toBeGreaterThan(0);
    expect(implied.filter((id) => !known.has(id))).toEqual([]);
  });
});
