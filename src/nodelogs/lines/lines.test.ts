import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import type { NodeFile } from '../../core/node/bundle.ts';
import { memoryFile } from '../memory-bundle.fixture.ts';
import { BLOCK_BYTES, blocksOf } from './blocks.ts';
import { encodingOf } from './encoding.ts';
import { millisOf, readLogTime } from './log-time.ts';
import { newestFirst } from './newest-first.ts';
import { openText } from './text-file.ts';

describe('blocksOf', () => {
  it('gives every byte once, and parts only where a line ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[ab \n\t]{0,200}$/),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (text, chunk, joined) => {
          const source = await openText(memoryFile('a.log', text, chunk));
          let seen = '';
          for await (const { bytes, start, continues } of blocksOf(source, { joined })) {
            expect([start, continues]).toEqual([seen.length, false]);
            seen += bytes.toString();
          }
          expect(seen).toBe(text);
        },
      ),
    );
  });

  it('cuts large text at line ends, and lines longer than a block anywhere', async () => {
    const lines = `${'x'.repeat(999)}\n`.repeat(9_000);
    const starts: boolean[] = [];
    for await (const { bytes, continues } of blocksOf(await openText(memoryFile('a', lines, 1 << 20)))) {
      expect([bytes.length % 1000, bytes.length <= BLOCK_BYTES]).toEqual([0, true]);
      starts.push(continues);
    }
    expect(starts).toEqual([false, false, false]);
    const long = await openText(memoryFile('a', 'x'.repeat(2.5 * BLOCK_BYTES), 1 << 20));
    const continued: boolean[] = [];
    for await (const { continues } of blocksOf(long)) continued.push(continues);
    expect(continued).toEqual([false, true, true]);
  });

  it('leaves a joined line with the one before', async () => {
    const text = `${'x'.repeat(BLOCK_BYTES - 10)}\nhead\n\ttail\nnext\n`;
    const blocks: string[] = [];
    for await (const { bytes } of blocksOf(await openText(memoryFile('a', text, 1 << 20)), { joined: true }))
      blocks.push(bytes.toString());
    expect(blocks[1]).toBe('head\n\ttail\nnext\n');
  });
});

describe('openText', () => {
  const bytesFile = (bytes: Buffer): NodeFile => ({
    ...memoryFile('a.log', ''),
    async *read({ start = 0, end = bytes.length } = {}) {
      for (let at = start; at < Math.min(end, bytes.length); at += 3)
        yield bytes.subarray(at, Math.min(at + 3, end, bytes.length));
    },
  });
  const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

  it.each([
    ['utf-16le', Buffer.from('\ufeffabc\u00e9\nx', 'utf16le')],
    ['utf-16be', swapped('\ufeffabc\u00e9\nx')],
    ['utf-16le', Buffer.from('abc\u00e9\nx', 'utf16le')],
  ])('reads %s, from any place', async (encoding, bytes) => {
    const text = await openText(bytesFile(bytes));
    expect([text.encoding, text.seekable]).toEqual([encoding, false]);
    const all: Uint8Array[] = [];
    for await (const chunk of text.chunks({ start: 1, end: 5 })) all.push(chunk);
    expect(Buffer.concat(all).toString()).toBe('bc\u00e9');
  });

  it.each([
    ['text\n', 'utf-8'],
    ['', 'utf-8'],
    [`log${'\0'.repeat(20)}${'y'.repeat(400)}`, 'utf-8'],
    ['\u0001\u0002\u0003\u0000\u0004', 'binary'],
    ['\u007fELF\u0002\u0001\u0001\u0000\u0000\u0000\u0000', 'binary'],
    ['\u001b[31mcolour\u001b[0m', 'utf-8'],
  ])('takes %j for %s', (text, encoding) => {
    expect(encodingOf(Buffer.from(text))).toBe(encoding);
  });
});

describe('readLogTime', () => {
  const reference = Date.parse('2026-11-21T00:00:00Z');
  it.each([
    ['E1120 22:13:00.860969     859 a.go:1] x', '2026-11-20T22:13:00.860Z'],
    ['time="2026-11-20T22:12:50.376690324Z" level=info', '2026-11-20T22:12:50.376Z'],
    ['Nov 20 22:13:00 n1 kubelet[859]: x', '2026-11-20T22:13:00.000Z'],
    ['2026-11-20T22:13:00+01:00 n1 kubelet: x', '2026-11-20T21:13:00.000Z'],
    ['[Fri Nov 20 22:12:51 2026] EXT4-fs error', '2026-11-20T22:12:51.000Z'],
    ['{"level":"info","msg":"x","time":"2026-11-20T22:12:51Z"}', '2026-11-20T22:12:51.000Z'],
    ['Dec 31 23:59:00 n1 kubelet: x', '2025-12-31T23:59:00.000Z'],
    ['[   12.345] usb', undefined],
    ['plain', undefined],
  ])('%s', (line, at) => {
    const ms = millisOf(readLogTime(line), reference);
    expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(at);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => void readLogTime(line)));
  });
});

describe('newestFirst', () => {
  it('goes by time, then by rotation', () => {
    const named = (path: string, modifiedAt?: string) => ({
      ...memoryFile(path, ''),
      ...(modifiedAt === undefined ? {} : { modifiedAt }),
    });
    const files = [named('k.log.10.gz'), named('k.log'), named('k.log.2'), named('old.log', '2026-01-01T00:00:00Z')];
    expect(newestFirst(files).map(({ path }) => path)).toEqual(['old.log', 'k.log', 'k.log.2', 'k.log.10.gz']);
  });
});
