import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../src/core/report.ts';
import { UsageError } from '../src/core/usage-error.ts';
import { reportSchema } from '../src/render/report-schema.ts';
import { readBundle } from '../src/sources/bundle/read-bundle.ts';
import { readText } from '../src/sources/bundle/read-text.ts';
import { decodeText } from '../src/tasks/decode-text.ts';
import { NOW, outputsOf, reportOf } from './support/outputs.ts';
import { fc } from './support/properties.ts';
import { containerdLog, describeOf, kubeletLog, objectsOf, PLAIN } from './support/stuck-pod.ts';

const ROOT = 'fixtures/recordings';
const recordings = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const read = (scenario: string, file: string) => readFileSync(join(ROOT, scenario, file), 'utf8');

/** Runs as many cases as a few seconds allow. */
const BUDGET = { numRuns: 150, interruptAfterTimeLimit: 2_000, markInterruptAsFailure: false } as const;

/** Whatever the evidence is like, the report has its published shape and prints in every format. */
async function expectReport(report: Report): Promise<void> {
  expect(reportSchema.safeParse(JSON.parse(JSON.stringify(report))).error).toBeUndefined();
  for (const { format, text } of await outputsOf(report)) {
    expect(text.endsWith('\n'), format).toBe(true);
    expect(text, format).not.toMatch(/\[object Object\]|NaN/);
  }
}

const expectText = (text: string) => expectReport(reportOf(readText(text, 'evidence', { now: NOW })));

/** One place of a JSON value, and what is put there. */
interface Mutation {
  readonly at: number;
  readonly make: (value: unknown) => unknown;
}

const REMOVED = Symbol('removed');

const DEEP = Array.from({ length: 400 }).reduce<unknown>((inner) => ({ a: [inner] }), 'x');

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat({ max: 1_000_000 }),
  make: fc.oneof(
    fc.constant(() => REMOVED),
    fc
      .constantFrom<unknown>(
        null,
        '',
        0,
        -1,
        1e308,
        true,
        [],
        {},
        [null],
        [[]],
        [{}],
        { name: null },
        'x'.repeat(100_000),
        '\u0000\ud800',
        '2026-13-45T99:99:99Z',
        '9'.repeat(400),
        DEEP,
        JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}},"toString":1,"hasOwnProperty":null}'),
      )
      .map((other) => () => other),
    fc.constant((value: unknown) => [value, value]),
    fc.constant((value: unknown) => ({ name: value })),
    // A damaged object may have a `toString` that is no function.
    fc.constant((value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))),
    fc.constant((value: unknown) => (Array.isArray(value) ? [...value, ...value].reverse() : value)),
    fc.constant((value: unknown) => (typeof value === 'string' ? value.slice(0, value.length / 2) : value)),
    fc.constant((value: unknown) => (typeof value === 'string' ? Number(value) : value)),
  ),
});

function mutated(root: unknown, mutations: readonly Mutation[]): unknown {
  return mutations.reduce<unknown>((value, { at, make }) => {
    const places = placesIn(value);
    const target = at % Math.max(1, places);
    let index = -1;
    const visit = (node: unknown): unknown => {
      index += 1;
      if (index === target) return make(node);
      if (Array.isArray(node)) return node.map(visit).filter((inner) => inner !== REMOVED);
      if (typeof node !== 'object' || node === null || node === DEEP) return node;
      return Object.fromEntries(
        Object.entries(node)
          .map(([key, inner]): [string, unknown] => [key, visit(inner)])
          .filter(([, inner]) => inner !== REMOVED),
      );
    };
    const next: unknown = visit(value);
    return next === REMOVED ? {} : next;
  }, root);
}

function placesIn(node: unknown): number {
  if (typeof node !== 'object' || node === null || node === DEEP) return 1;
  return Object.values(node).reduce((sum: number, inner: unknown) => sum + placesIn(inner), 1);
}

describe('damaged recordings', () => {
  const scenario = fc.constantFrom(...recordings);

  it('objects with fields removed, swapped, doubled and of other types', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, fc.array(mutation, { minLength: 1, maxLength: 12 }), async (name, mutations) => {
        await expectText(JSON.stringify(mutated(JSON.parse(read(name, 'objects.json')), mutations)));
      }),
      BUDGET,
    );
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it.each([
    ['null', null],
    ['a number', 7],
    ['an object', {}],
  ])('every field of one name is %s', (_, other) => {
    const objects = JSON.parse(read('pull-secret-wrong-port', 'objects.json')) as unknown;
    const names = new Set<string>();
    JSON.stringify(objects, (key, value: unknown) => {
      names.add(key);
      return value;
    });
    const replaced = (name: string) =>
      JSON.stringify(objects, (key, value: unknown) => (key === name && key !== '' ? other : value));
    for (const name of [...names].filter((n) => /^[a-z]/i.test(n))) {
      const report = reportOf(readText(replaced(name), 'evidence', { now: NOW }));
      expect(reportSchema.safeParse(JSON.parse(JSON.stringify(report))).error, name).toBeUndefined();
    }
  });

  it('items shuffled and repeated: the same incidents', () => {
    fc.assert(
      fc.property(scenario, fc.infiniteStream(fc.nat()), (name, order) => {
        const list = JSON.parse(read(name, 'objects.json')) as { items?: unknown[] };
        const items = list.items ?? [];
        const ranks = new Map(items.map((item) => [item, order.next().value ?? 0]));
        const shuffled = [...items, ...items].sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
        const causes = (all: unknown[]) =>
          reportOf(readText(JSON.stringify({ ...list, items: all }), 'evidence', { now: NOW }))
            .incidents.map((i) => `${i.id} ${i.verdict} ${i.cause.detail ?? ''}`)
            .sort();
        expect(causes(shuffled)).toEqual(causes(items));
      }),
      BUDGET,
    );
  });

  it.each(['objects.json', 'describe.txt', 'kubelet.log', 'containerd.log', 'pods.txt'])(
    '%s cut off or with characters changed',
    async (file) => {
      await fc.assert(
        fc.asyncProperty(
          scenario,
          fc.nat(),
          fc.array(
            fc.tuple(
              fc.nat(),
              fc.constantFrom('\n', '"', '{', '}', '\\', '\u0000', '\u001b[', ':', '---\n', '\t', ' '),
            ),
          ),
          async (name, cut, noise) => {
            const whole = read(name, file);
            const text = noise.reduce(
              (t, [at, piece]) => {
                const where = at % (t.length + 1);
                return t.slice(0, where) + piece + t.slice(where);
              },
              whole.slice(0, cut % (whole.length + 1)),
            );
            await expectText(text);
          },
        ),
        { ...BUDGET, interruptAfterTimeLimit: 1_000 },
      );
    },
  );
});

describe('any input', () => {
  it('text of any kind', async () => {
    const pieces = [objectsOf(PLAIN), kubeletLog(PLAIN), describeOf(PLAIN), containerdLog(PLAIN)].map((piece) =>
      typeof piece === 'string' ? piece : JSON.stringify(piece),
    );
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(...pieces),
      fc.json(),
      fc.constantFrom(
        'apiVersion: v1\nkind: Pod\n',
        '---\n',
        'Events:\n',
        'NAME READY STATUS\n',
        '{"kind":"List","items":[',
        ']}',
        '\ufeff',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const text = parts.join('');
        await expectText(text);
        decodeText(text);
      }),
      { ...BUDGET, interruptAfterTimeLimit: 1_500 },
    );
  });

  it('bytes of any kind on standard input', async () => {
    const magic = fc.constantFrom<number[]>(
      [],
      [0x1f, 0x8b],
      [0x50, 0x4b, 3, 4],
      [0xff, 0xfe],
      [0xfe, 0xff],
      [0xef, 0xbb, 0xbf],
    );
    await fc.assert(
      fc.asyncProperty(magic, fc.uint8Array({ maxLength: 2_000 }), async (start, bytes) => {
        const stdin = async () => Uint8Array.from([...start, ...bytes]);
        const snapshot = await readBundle(['-'], { stdin, now: NOW }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(UsageError);
        });
        if (snapshot !== undefined) await expectReport(reportOf(snapshot));
      }),
      { ...BUDGET, interruptAfterTimeLimit: 1_500 },
    );
  });
});

describe('100 KB of one piece takes time in proportion', () => {
  const SIZE = 100_000;

  it.each([
    '[',
    '{',
    '{"a":',
    '"',
    "'",
    '\\"',
    '\\',
    ': ',
    '; ',
    '\n',
    ' ',
    '\t',
    'a',
    'a:',
    'a=',
    '=',
    '- ',
    '> ',
    '(',
    '[x: y, ',
    'rpc error: code = Unknown desc = ',
    'failed to pull image "',
    'failed to pull and unpack image "x": ',
    'Head "https://x/v2/": ',
    'lookup x: ',
    'Events:\n',
    'Name: x\n',
    '  Warning  Failed  1m  kubelet  x\n',
    'E1120 21:59:30.007076 859 x.go:1] "x" err="y"\n',
    'time="2026-11-20T21:59:30Z" level=error msg="x"\n',
    '{"message":"x","reason":"Failed"}\n',
    'message: "\n',
    'reason: Failed\nmessage: x\n',
    '---\n',
    'kind: Pod\n',
    '&a *a ',
    'Mirrors also failed: [',
    'errors:\n',
    '<html>',
    '\u001b[',
    '\u0000',
    '\ud83d\ude80',
    '401 ',
    'https://a@',
    'x509: ',
    '|',
    'NAME   READY\nx   0/1\n',
  ])('%j', (piece) => {
    const text = piece.repeat(Math.ceil(SIZE / piece.length));
    const start = performance.now();
    decodeText(text);
    decodeText(`Failed to pull image "${text}": ${text}: not found`);
    reportOf(readText(text, 'evidence', { now: NOW }));
    reportOf(readText(JSON.stringify(objectsOf({ ...PLAIN, error: text })), 'objects.json', { now: NOW }));
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
