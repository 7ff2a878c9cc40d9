import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import type { BundleNotes, NodeFile } from '../../core/node/bundle.ts';
import { memoryBundle, memoryFile } from '../memory-bundle.fixture.ts';
import { buildIndex, INDEX_BUDGET } from './build-index.ts';
import type { Judge } from './judge.ts';
import { indexOf } from './stored-index.ts';

const KUBELET = 'kubelet/kubelet.log';
const CONTAINERD = 'containerd/containerd-log.txt';
const nothing: Judge = () => undefined;
/** Stands for decoding: the words after the last colon. */
const words: Judge = (entry) => ({
  id: entry.includes('401') ? 'bad-credentials' : 'tag-not-found',
  verdict: 'likely',
});

function pull(at: string, error = 'not found'): string {
  return `time="${at}" level=error msg="PullImage \\"reg.acme.example/a:1\\" failed" error="${error}"\n`;
}

describe('buildIndex', () => {
  it('counts lines, with the times of the first and the last and the newest as the sample, over all files', async () => {
    const bundle = memoryBundle({
      [`${CONTAINERD}`]: pull('2026-11-20T21:00:00Z') + pull('2026-11-20T21:00:05Z', 'of the end'),
      [`${CONTAINERD}.1`]: pull('2026-11-19T21:00:00Z').repeat(3),
    });
    const { findings, coverage } = await buildIndex(bundle, nothing);
    expect(findings).toMatchObject([
      {
        id: 'F-001',
        pattern: 'image-pull-failed',
        count: 5,
        firstAt: '2026-11-19T21:00:00.000Z',
        lastAt: '2026-11-20T21:00:05.000Z',
        sample: { path: CONTAINERD, line: 2, text: expect.stringContaining('of the end') },
        places: [
          { path: CONTAINERD, count: 2 },
          { path: `${CONTAINERD}.1`, count: 3 },
        ],
      },
    ]);
    expect(coverage).toMatchObject({ filesTotal: 2, filesRead: 2, unread: [], from: '2026-11-19T21:00:00.000Z' });
  });

  it('takes logs that were written newest first by their times', async () => {
    const newest = pull('2026-11-20T21:00:05Z', 'of the end');
    const { findings } = await buildIndex(
      memoryBundle({ [CONTAINERD]: newest + pull('2026-11-20T21:00:00Z') }),
      nothing,
    );
    expect(findings).toMatchObject([
      { firstAt: '2026-11-20T21:00:00.000Z', lastAt: '2026-11-20T21:00:05.000Z', sample: { line: 1 } },
    ]);
  });

  it('tells causes apart, statuses too, and decodes lines of one shape once', async () => {
    let judged = 0;
    const judge: Judge = (entry) => {
      judged += 1;
      return words(entry);
    };
    const bundle = memoryBundle({
      [CONTAINERD]: [0, 1, 2, 3, 4]
        .map((second) => pull(`2026-11-20T21:00:0${second}Z`, `unexpected status: ${second < 2 ? 401 : 404}`))
        .join(''),
    });
    const { findings } = await buildIndex(bundle, judge);
    expect(findings.map(({ cause, count }) => [cause?.id, count])).toEqual([
      ['tag-not-found', 3],
      ['bad-credentials', 2],
    ]);
    expect(judged).toBe(2);
  });

  it('takes an entry over several lines as one', async () => {
    const entry =
      'E1120 22:06:11.839000     859 plugin.go:418] "Failed to provide credentials for image" err=<\n' +
      '\terror execing credential provider plugin p for image a: exit status 1\n >\n';
    const seen: string[] = [];
    const bundle = memoryBundle({ [KUBELET]: entry + entry }, { collectedAt: '2026-11-20T23:00:00Z' });
    const { findings } = await buildIndex(bundle, (text) => void seen.push(text));
    expect(findings).toMatchObject([{ count: 2, sample: { line: 4, at: '2026-11-20T22:06:11.839Z' } }]);
    expect(seen[0]).toContain('exit status 1');
  });

  it('puts times without a year before the newest full time, and leaves them out where nothing tells', async () => {
    const line = 'E1231 23:59:00.000000     859 kubelet.go:1] "x: no space left on device"\n';
    const alone = await buildIndex(memoryBundle({ [KUBELET]: line }), nothing);
    expect(alone.findings[0]).not.toHaveProperty('lastAt');
    const both = memoryBundle({ [KUBELET]: line, [CONTAINERD]: 'time="2026-01-01T00:01:00Z" level=info msg="x"\n' });
    expect((await buildIndex(both, nothing)).findings[0]?.lastAt).toBe('2025-12-31T23:59:00.000Z');
  });

  it('reads UTF-16, CRLF, stray NULs and what is kept compressed, and counts binary files as unread', async () => {
    const line = 'E1120 22:00:00.000000 1 a.go:1] "no space left on device"';
    const files: NodeFile[] = [
      bytesFile('kubelet/a.log', Buffer.from(`\ufeff${line}\r\n`, 'utf16le')),
      bytesFile('kubelet/b.log', Buffer.from(`${line}\r\n${'\0'.repeat(40)}${'x'.repeat(4000)}\n`)),
      bytesFile('kubelet/core.bin', Buffer.from([...Array(4096).keys()].map((n) => n % 7))),
      { ...bytesFile('kubelet/c.log.gz', Buffer.from(`${line}\n`.repeat(3))), compressed: true, size: 20 },
    ];
    const { findings, coverage } = await buildIndex(memoryBundle({}, { files }), nothing);
    expect(findings[0]?.count).toBe(5);
    expect(coverage).toMatchObject({
      filesTotal: 4,
      filesRead: 3,
      unread: [{ path: 'kubelet/core.bin', why: 'binary' }],
    });
  });

  it('keeps what a damaged file gave, and says how far it was read', async () => {
    const broken: NodeFile = {
      ...memoryFile(CONTAINERD, ''),
      compressed: true,
      async *read({ start = 0 } = {}) {
        if (start === 0) yield Buffer.from(pull('2026-11-20T21:00:00Z').repeat(60_000));
        throw new Error('unexpected end of file');
      },
    };
    const { findings, coverage } = await buildIndex(memoryBundle({}, { files: [broken] }), nothing);
    expect(findings[0]?.count).toBeGreaterThan(1000);
    expect(coverage.unread).toMatchObject([
      { why: 'damaged', note: expect.stringMatching(/^read to byte \d+: unexpected end/) },
    ]);
  });

  it('takes a stop of the runtime without a start after it for more than a restart', async () => {
    const stop = 'time="2026-11-20T21:00:00Z" level=info msg="Stop CRI service"\n';
    const start = 'time="2026-11-20T21:00:09Z" level=info msg="containerd successfully booted in 0.05s"\n';
    const stopped = async (text: string) =>
      (await buildIndex(memoryBundle({ [CONTAINERD]: text }), nothing)).findings.find(
        ({ pattern }) => pattern === 'runtime-stopped',
      );
    expect(await stopped(start.replace(':09', ':00').replace('21:', '20:') + stop)).toMatchObject({
      severity: 'high',
      cause: { id: 'runtime-unavailable', verdict: 'possible' },
    });
    expect(await stopped(stop + start)).not.toHaveProperty('cause');
  });

  it('never shows a secret', async () => {
    const bundle = memoryBundle({
      [CONTAINERD]: pull('2026-11-20T21:00:00Z', 'https://bob:c4n4ry-pw@reg.acme.example/v2/'),
    });
    expect(JSON.stringify(await buildIndex(bundle, nothing))).not.toContain('c4n4ry');
  });

  it('answers on any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 70 }),
        async (parts, chunk) => {
          const bytes = Buffer.concat(
            parts.map((part) => Buffer.concat([part, Buffer.from('\nno space left on device\n')])),
          );
          const { coverage } = await buildIndex(
            memoryBundle({}, { files: [bytesFile(KUBELET, bytes, chunk)] }),
            nothing,
          );
          const told =
            coverage.filesRead === 1 ? coverage.bytesRead > 0 || bytes.length === 0 : coverage.unread.length === 1;
          expect(told).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads a line of 50 MB and one without an end', async () => {
    const long = Buffer.concat([Buffer.alloc(50_000_000, 'x'), Buffer.from('\nno space left on device')]);
    const { findings, coverage } = await buildIndex(
      memoryBundle({}, { files: [bytesFile(KUBELET, long, 1 << 20)] }),
      nothing,
    );
    expect(findings[0]?.sample.line).toBe(2);
    expect(coverage.bytesRead).toBe(long.length);
  });
});

describe('ids of findings', () => {
  it('stay when the collection grows', async () => {
    const notes = memoryNotes();
    const first = await buildIndex(memoryBundle({ [CONTAINERD]: pull('2026-11-20T21:00:00Z') }, { notes }), nothing);
    expect(first.findings.map(({ id, pattern }) => [id, pattern])).toEqual([['F-001', 'image-pull-failed']]);
    const grown = memoryBundle(
      { [CONTAINERD]: pull('2026-11-20T21:00:00Z'), [KUBELET]: 'E1120 1 "no space left on device"\n' },
      { notes },
    );
    const second = await buildIndex(grown, nothing);
    expect(second.findings.map(({ id, pattern }) => [id, pattern])).toEqual([
      ['F-002', 'no-space'],
      ['F-001', 'image-pull-failed'],
    ]);
  });

  it('are told to be fleeting when the store cannot be written', async () => {
    const notes = { ...memoryNotes(), put: async () => Promise.reject(new Error('EROFS')) };
    const { findings, gaps } = await buildIndex(
      memoryBundle({ [CONTAINERD]: pull('2026-11-20T21:00:00Z') }, { notes }),
      nothing,
    );
    expect(findings).toHaveLength(1);
    expect(gaps).toHaveLength(1);
  });
});

describe('indexOf', () => {
  it('is made once, and anew when a file changed', async () => {
    const notes = memoryNotes();
    let judged = 0;
    const judge: Judge = () => {
      judged += 1;
      return undefined;
    };
    const bundle = memoryBundle({ [CONTAINERD]: pull('2026-11-20T21:00:00Z') }, { notes });
    const first = await indexOf(bundle, judge);
    expect(await indexOf(bundle, judge)).toEqual(first);
    expect(judged).toBe(1);
    await indexOf(memoryBundle({ [CONTAINERD]: pull('2026-11-20T21:00:00Z', 'and more') }, { notes }), judge);
    expect(judged).toBe(2);
  });

  it('does not keep what a budget cut short, nor trust notes that do not parse', async () => {
    const notes = memoryNotes();
    const bundle = memoryBundle({ [CONTAINERD]: pull('2026-11-20T21:00:00Z'), [KUBELET]: 'x\n' }, { notes });
    await indexOf(bundle, nothing, { ...INDEX_BUDGET, bytes: 1 });
    expect(await notes.get('index.json')).toBeUndefined();
    await notes.put('index.json', '{"made":');
    await notes.put('finding-numbers.json', '[]');
    expect((await indexOf(bundle, nothing)).findings).toHaveLength(1);
  });

  it('makes anew what was kept in another form', async () => {
    const notes = memoryNotes();
    const bundle = memoryBundle({ [CONTAINERD]: pull('2026-11-20T21:00:00Z') }, { notes });
    const first = await indexOf(bundle, nothing);
    const { made } = JSON.parse((await notes.get('index.json')) ?? '') as { made: string };
    for (const index of [{ findings: [null] }, { ...first, findings: [{ id: 'F-001' }] }, { ...first, gaps: 5 }]) {
      await notes.put('index.json', JSON.stringify({ made, index }));
      expect(await indexOf(bundle, nothing)).toEqual(first);
    }
    await notes.put('finding-numbers.json', JSON.stringify({ next: 2, given: { any: 'x' } }));
    await notes.put('index.json', '');
    expect(await indexOf(bundle, nothing)).toEqual(first);
  });
});

function bytesFile(path: string, bytes: Buffer, chunk = 64): NodeFile {
  return {
    ...memoryFile(path, ''),
    size: bytes.length,
    async *read({ start = 0, end = bytes.length } = {}) {
      const last = Math.min(end, bytes.length);
      for (let at = start; at < last; at += chunk) yield bytes.subarray(at, Math.min(at + chunk, last));
    },
  };
}

function memoryNotes(): BundleNotes {
  const kept = new Map<string, string>();
  return { get: async (name) => kept.get(name), put: async (name, text) => void kept.set(name, text) };
}
