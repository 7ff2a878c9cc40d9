import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fc } from '../../../../test/support/properties.ts';
import { LIMITS } from '../limits.ts';
import type { FileContext } from '../reading.ts';
import { readLog } from './read-log.ts';
import { readLogStream } from './read-log-stream.ts';

const RECORDINGS = join(import.meta.dirname, '../../../../fixtures/recordings');
const FILE: FileContext = { name: 'kubelet.log', named: true, limits: LIMITS, place: {} };

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('a log read in stretches', () => {
  const logs = ['tag-not-found', 'credential-provider-failing'].flatMap((name) =>
    ['kubelet.log', 'containerd.log'].map((file) => readFileSync(join(RECORDINGS, name, file))),
  );

  it('gives what it gives when it is read at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...logs),
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 4_000, max: 20_000 }),
        async (bytes, chunk, stretch) => {
          const whole = readLog(bytes.toString('utf8'), 1, FILE);
          expect(await readLogStream(inChunks(bytes, chunk), FILE, stretch)).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps entries with several lines together', async () => {
    const entry = 'E0301 10:00:00.000001     859 x.go:1] "pull failed" err=<\n\tfirst image line\n\tsecond\n >\n';
    const bytes = Buffer.from(entry.repeat(50));
    const { logs: entries } = await readLogStream(inChunks(bytes, 7), FILE, 300);
    expect(entries).toHaveLength(50);
    expect(entries[49]?.locator).toBe('kubelet.log:197');
    expect(new Set(entries.map(({ raw }) => raw)).size).toBe(1);
  });

  it('keeps the newest entries and says that older ones were left', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `E0301 10:00:00.000001     859 x.go:1] "pull ${i}"\n`);
    const few = { ...FILE, limits: { ...LIMITS, logEntries: 10 } };
    const reading = await readLogStream(inChunks(Buffer.from(lines.join('')), 100), few, 200);
    expect(reading.logs.map(({ raw }) => raw)).toEqual(lines.slice(-10).map((line) => line.trimEnd()));
    expect(reading.gaps).toEqual([{ wanted: 'older entries of kubelet.log', why: 'truncated' }]);
  });

  it.each([
    ['', 'no line'],
    ['pull '.repeat(100_000), 'one line without end'],
    ['\n'.repeat(100_000), 'empty lines'],
  ])('of %# (%s) is done', async (text) => {
    const reading = await readLogStream(inChunks(Buffer.from(text), 4_096), FILE, 10_000);
    expect(reading.known).toBe(true);
  });
});
