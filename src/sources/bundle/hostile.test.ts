import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { UsageError } from '../../core/usage-error.ts';
import { LIMITS } from './limits.ts';
import { readBundle } from './read-bundle.ts';
import { readText } from './read-text.ts';

const RECORDINGS = join(import.meta.dirname, '../../../fixtures/recordings');
const NOW = '2026-06-01T00:00:00Z';

/** Reads bytes as standard input; anything but a snapshot or a usage error fails the test. */
async function survive(bytes: Uint8Array): Promise<void> {
  try {
    await readBundle(['-'], { stdin: async () => bytes, now: NOW });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

/** Beginnings that lead into each of the readers. */
const OPENINGS = [
  '',
  '{"apiVersion":"v1","kind":"List","items":[',
  '[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},',
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: ',
  'Name:  x\nNamespace:  y\nContainers:\n  app:\n    State:  ',
  'Name:  x\nNamespace:  y\nStatus: z\nEvents:\n  Type Reason Age From Message\n  Normal ',
  'LAST SEEN   TYPE   REASON   OBJECT   MESSAGE\n',
  'NAME   READY   STATUS   RESTARTS   AGE\n',
  'E0301 10:00:00.000001     859 x.go:1] "pull" err=<\n\t',
  'time="2026-03-01T10:00:00Z" level=info msg="pull',
  'Mar  1 10:00:00 node-a kubelet[1]: pull ',
  '{"MESSAGE":"pull","__REALTIME_TIMESTAMP":"',
  '==== START logs for container a of pod b ====\n',
  '$ kubectl describe pod x -n y\n',
].map((text) => new TextEncoder().encode(text));

const PIECES = [
  'Name: ',
  '\n',
  '  ',
  'Events:\n',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '\\',
  '<none>',
  '5m (x3 over 1h)',
  'Normal ',
  'spec.containers{a}',
  '\t',
  '\0',
  '\ud800',
  'pull ',
  '99999999999999999999d',
  '---\n',
  '| ',
  '&a ',
  '*a ',
];

describe('hostile input', () => {
  const opening = fc.constantFrom(...OPENINGS);
  const rest = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => new TextEncoder().encode(pieces.join(''))),
    fc.constantFrom(...PIECES).map((piece) => new TextEncoder().encode(piece.repeat(500))),
  );

  it('of any bytes gives a snapshot or a usage error', async () => {
    await fc.assert(
      fc.asyncProperty(opening, rest, async (head, tail) => {
        await survive(Buffer.concat([head, tail]));
      }),
      { numRuns: 2000 },
    );
  });

  it('packed in an archive, or as a damaged one, gives a snapshot or a usage error', async () => {
    const damaged = fc.tuple(rest, fc.nat(), fc.nat(255), fc.boolean()).map(([content, at, byte, zip]) => {
      const packed = zip ? zipSync({ a: content, 'b/c.json': content }) : new Uint8Array(gzipSync(content));
      packed[at % packed.length] = byte;
      return packed;
    });
    await fc.assert(fc.asyncProperty(damaged, survive), { numRuns: 500 });
  });

  it('that begins with magic numbers is not trusted for them', async () => {
    const magics = [
      [0x1f, 0x8b],
      [0x50, 0x4b, 3, 4],
      [0x50, 0x4b, 5, 6],
      [0xff, 0xfe],
      [0xfe, 0xff],
      [0xef, 0xbb, 0xbf],
    ];
    const magic = fc.constantFrom(...magics.map((m) => Uint8Array.from(m)));
    await fc.assert(
      fc.asyncProperty(magic, fc.uint8Array({ maxLength: 2000 }), (head, tail) => survive(Buffer.concat([head, tail]))),
      { numRuns: 500 },
    );
    const tar = Buffer.alloc(2048, 0xff);
    tar.write('ustar', 257);
    await survive(tar);
  });

  it('cut anywhere keeps what came before, or says that nothing is there', async () => {
    const files = ['tag-not-found', 'credential-provider-failing', 'init-container-tag-missing'].flatMap((name) => {
      const folder = join(RECORDINGS, name);
      return readdirSync(folder)
        .filter((file) => !file.startsWith('truth'))
        .map((file) => readFileSync(join(folder, file)));
    });
    for (const content of files) {
      for (let step = 1; step <= 12; step += 1)
        await survive(content.subarray(0, Math.floor((content.length * step) / 13)));
    }
  });

  const bomb = `apiVersion: v1\nkind: Pod\na: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`).join('\n')}`;
  it.each([
    ['open brackets', '['.repeat(100_000)],
    ['open objects', '{"a":'.repeat(100_000)],
    [
      'nested lists inside a pod',
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ],
    [
      'nested labels',
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","labels":{"a":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}}}`,
    ],
    [
      'prototype keys',
      '{"__proto__":{"kind":"Pod"},"apiVersion":"v1","kind":"Pod","metadata":{"__proto__":{"name":"y"},"name":"x"}}',
    ],
    [
      'wrong elements without number',
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[${'5,'.repeat(50_000)}5]}}`,
    ],
    ['events in events', `${'{"type":"ADDED","object":'.repeat(50_000)}{}${'}'.repeat(50_000)}`],
    ['YAML aliases that multiply', bomb],
    ['YAML in brackets', `apiVersion: v1\nkind: Pod\nx: ${'['.repeat(100_000)}`],
    ['YAML in braces', `apiVersion: v1\nkind: Pod\nx: ${'{a: '.repeat(300)}`],
    ['YAML of complex keys', `apiVersion: v1\nkind: Pod\n${'? '.repeat(100_000)}`],
    ['YAML of tagged complex keys', `apiVersion: v1\nkind: Pod\n${'? !a '.repeat(400)}`],
    ['YAML dashes', `apiVersion: v1\nkind: Pod\nx:\n${'- '.repeat(100_000)}`],
    [
      'YAML depth',
      `apiVersion: v1\nkind: Pod\n${Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')}`,
    ],
    ['empty YAML documents', `${'---\n'.repeat(200_000)}kind: x\napiVersion: v1`],
    ['describe starts', 'Name: x\nNamespace: y\n'.repeat(20_000)],
    [
      'describe depth',
      `Name: x\nNamespace: y\nContainers:\n${Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')}`,
    ],
    ['blanks', `Name:${' '.repeat(1_000_000)}x`],
    ['event words', `Events:\n${'  Normal '.repeat(100_000)}`],
    ['ages', `Events:\n  Normal  Pulled  ${'1m'.repeat(100_000)}\n`],
    ['table cells', `LAST SEEN   TYPE   REASON   OBJECT   MESSAGE\n${'1m '.repeat(300_000)}`],
    ['a prompt', `${'a'.repeat(1_000_000)}$ kubectl get`],
    ['log words on lines of their own', 'image\n'.repeat(200_000)],
    ['a log entry without end', `E0301 10:00:00.000001     859 x.go:1] a\n${'\timage\n'.repeat(200_000)}`],
    ['a log line without end', `E0301 10:00:00.000001     859 x.go:1] ${'pull '.repeat(400_000)}`],
    ['carriage returns', '\r'.repeat(1_000_000)],
    [
      'blanks in a YAML text',
      `apiVersion: v1\nkind: Pod\nx: "a${' '.repeat(300_000)}b\n  ${' '.repeat(300_000)}c\n  d"`,
    ],
    ['lines of a YAML text', `apiVersion: v1\nkind: Pod\nx: "${'a  \n  '.repeat(100_000)}"`],
    ['table headers', `LAST SEEN ${'REASON '.repeat(100_000)}\n`.repeat(3)],
    ['NULs', '\0'.repeat(1_000_000)],
    ['lone surrogates', '\ud800'.repeat(100_000)],
  ])('of %s is done in bounded time', (_, text) => {
    const start = performance.now();
    readText(text, 'x', { now: NOW });
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(({} as Record<string, unknown>).kind).toBeUndefined();
  });

  it('of many small files stays within its limits', async () => {
    const root = mkdtempSync(join(tmpdir(), 'many-'));
    for (let i = 0; i < 300; i += 1) writeFileSync(join(root, `${i}.txt`), `Failed to pull image "x${i}"\n`);
    const { texts, gaps } = await readBundle([root]);
    expect(texts).toHaveLength(LIMITS.texts);
    expect(gaps).toMatchObject([{ why: 'truncated' }]);
    rmSync(root, { recursive: true });
  });
});
