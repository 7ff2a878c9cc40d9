import { describe, expect, it } from 'vitest';
import { memoryBundle } from '../../nodelogs/memory-bundle.fixture.ts';
import { nodeRead } from './read.ts';
import { nodeSearch } from './search.ts';

const CONTAINERD = 'containerd/containerd-log.txt';

function line(minute: number, text: string): string {
  return `time="2026-11-20T21:${String(minute).padStart(2, '0')}:00Z" level=info msg="${text}"\n`;
}

function minutes(text: string, count = 30): string {
  return Array.from({ length: count }, (_, i) => line(i, `${text} ${i}`)).join('');
}

describe('nodeSearch', () => {
  it('gives lines newest first over files, with ids that stay and lead back to the line', async () => {
    const bundle = memoryBundle({
      [CONTAINERD]: minutes('pull'),
      'kubelet/kubelet.log': line(15, 'pull of the kubelet'),
    });
    const first = await nodeSearch([bundle], { query: 'pull', limit: 2 });
    expect(first).toMatchObject({ total: 31, places: [{ path: CONTAINERD, count: 30 }, { count: 1 }] });
    expect(first.matches.map(({ id, line: n }) => [id, n])).toEqual([
      ['S-001', 30],
      ['S-002', 29],
    ]);
    const again = await nodeSearch([bundle], { query: 'pull 28', fixed: true });
    expect(again.matches).toMatchObject([{ id: 'S-002', line: 29 }]);
    const around = await nodeRead(bundle, { path: 'S-002', context: 1 });
    expect(around.lines.map(({ line: n }) => n)).toEqual([28, 29, 30]);
    expect(around.about).toEqual({ id: 'S-002', line: 29 });
    expect((await nodeRead(bundle, { path: 's-2' })).about).toEqual(around.about);
    await expect(nodeRead(bundle, { path: 's-2', context: Number.NaN })).rejects.toThrow(/a context of NaN/);
    expect(await nodeRead(bundle, { path: CONTAINERD })).not.toHaveProperty('about');
    await expect(nodeRead(bundle, { path: 'S-009' })).rejects.toThrow(/nothing is called S-009/);
  });

  it('pages through all, each line once', async () => {
    const bundle = memoryBundle({ [CONTAINERD]: minutes('pull'), 'kubelet/kubelet.log': minutes('pull here') });
    const seen: string[] = [];
    let page: string | undefined;
    do {
      const answer = await nodeSearch([bundle], { query: 'pull', limit: 7, ...(page === undefined ? {} : { page }) });
      seen.push(...answer.matches.map(({ path, line: n }) => `${path}:${n}`));
      page = answer.nextPage;
    } while (page !== undefined);
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
    const { nextPage = '' } = await nodeSearch([bundle], { query: 'pull', limit: 7 });
    await expect(nodeSearch([bundle], { query: 'here', page: nextPage })).rejects.toThrow(/another question/);
  });

  it('holds a window against the time of the collection', async () => {
    const bundle = memoryBundle({ [CONTAINERD]: minutes('pull') });
    const last = await nodeSearch([bundle], { query: 'pull', since: '5m' });
    expect(last).toMatchObject({ total: 6, query: { from: '2026-11-20T21:24:00.000Z' } });
    const between = { since: '2026-11-20T21:03:00Z', until: '2026-11-20T21:04:30Z' };
    expect((await nodeSearch([bundle], { query: 'pull', ...between })).total).toBe(2);
    await expect(nodeSearch([bundle], { query: 'pull', since: 'yesterday' })).rejects.toThrow(/no time: use/);
  });

  it('shows neighbours, redacted like the line', async () => {
    const bundle = memoryBundle({
      [CONTAINERD]: `before https://u:c4n4ry-pw@h.acme.example/\nneedle token=c4n4ry-tok\n\tafter\n`,
    });
    const { matches } = await nodeSearch([bundle], { query: 'needle', context: 1 });
    expect(matches).toMatchObject([{ before: [expect.stringContaining('before')], after: ['after'] }]);
    expect(JSON.stringify(matches)).not.toContain('c4n4ry');
  });

  it('shows nothing of a private key, neither as a match nor beside one', async () => {
    const key = ['-----BEGIN PRIVATE KEY-----', 'c4n4ryMIIEpA', 'c4n4ryOTHER', '-----END PRIVATE KEY-----'];
    const bundle = memoryBundle({ [CONTAINERD]: ['needle before', ...key, 'needle after'].join('\n') });
    for (const query of ['needle', 'MII', 'OTHER', 'c4n4'])
      expect(JSON.stringify((await nodeSearch([bundle], { query, context: 2 })).matches)).not.toMatch(
        /c4n4ry(?:MII|OTHER)/,
      );
    expect((await nodeSearch([bundle], { query: 'MII' })).total).toBe(1);
  });

  it('searches several collections in one call', async () => {
    const a = memoryBundle({ [CONTAINERD]: minutes('pull', 3) }, { id: 'c-a', nodes: ['node-a'] });
    const b = memoryBundle({ [CONTAINERD]: minutes('pull', 2) }, { id: 'c-b', nodes: ['node-b'] });
    const answer = await nodeSearch([a, b], { query: 'pull' });
    expect(answer).toMatchObject({ total: 5, collections: ['c-a', 'c-b'], nodes: ['node-a', 'node-b'] });
    expect(answer.matches.map(({ collection, node, id }) => `${collection} ${node} ${id}`)).toContain(
      'c-b node-b S-001',
    );
    expect(answer.coverage).toMatchObject({ filesTotal: 2, filesRead: 2 });
  });

  it.each([
    [
      'Active: inactive|Active: failed|containerd.service.*dead',
      'containerd.service loaded failed failed x\n',
      /loaded failed failed/,
    ],
    ['is kubelet running', ' containerd.service loaded active running x\n', /lists no kubelet.service/],
    ['Active: active', ' crio.service loaded active running x\n', /crio.service as loaded active running/],
  ])('answers %s from the list of services', async (query, services, says) => {
    const bundle = memoryBundle({ [CONTAINERD]: line(1, 'quiet'), 'system/services.txt': services });
    const { related } = await nodeSearch([bundle], { query });
    expect(related.map((each) => each.says).join(' ')).toMatch(says);
  });

  it('relates nothing to a query that asks for no state', async () => {
    const bundle = memoryBundle({
      [CONTAINERD]: minutes('pull'),
      'system/services.txt': 'containerd.service loaded active running\n',
    });
    expect((await nodeSearch([bundle], { query: 'pull' })).related).toEqual([]);
    expect((await nodeSearch([bundle], { query: 'failed to pull' })).related).toEqual([]);
  });

  it('names findings on what is asked for only when no line fits', async () => {
    const full = 'E1120 21:00:00.000000 859 x.go:1] "write /var/lib/containerd/x" err="no space left on device"\n';
    const bundle = memoryBundle({ 'kubelet/kubelet.log': full });
    expect((await nodeSearch([bundle], { query: 'ENOSPC.*no space left on device' })).seeAlso).toMatchObject([
      { pattern: 'no-space' },
    ]);
    expect((await nodeSearch([bundle], { query: 'no space left' })).seeAlso).toEqual([]);
    expect((await nodeSearch([bundle], { query: 'something else' })).seeAlso).toEqual([]);
  });
});
