import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { READABLE_LINES, SECRET_LINES, SECRET_TEXTS, showsCanary } from '../../../test/support/secret-forms.ts';
import type { NodeFile } from '../../core/node/bundle.ts';
import { Meter } from '../lines/budget.ts';
import { memoryBundle, memoryFile } from '../memory-bundle.fixture.ts';
import type { ReadBounds } from './bounds.ts';
import { findFile } from './find-file.ts';
import { parseRange } from './range.ts';
import { readPart } from './read-file.ts';

const BOUNDS: ReadBounds = { lines: 50, bytes: 4096, lineChars: 200 };
const many = Array.from({ length: 20_000 }, (_, i) => `line ${i + 1}`).join('\n');

function file(text: string, compressed = false): NodeFile {
  return { ...memoryFile('kubelet/kubelet.log', text, 1000), compressed };
}

async function read(of: NodeFile, unit: 'lines' | 'bytes', range: string, bounds = BOUNDS) {
  return readPart(of, parseRange(unit, range), bounds, new Meter({ bytes: 1e9, milliseconds: 60_000 }));
}

describe('readPart', () => {
  it.each([false, true])('reads lines from anywhere (compressed: %s)', async (compressed) => {
    const of = file(many, compressed);
    expect((await read(of, 'lines', '1-2')).lines).toEqual([
      { line: 1, offset: 0, text: 'line 1' },
      { line: 2, offset: 7, text: 'line 2' },
    ]);
    expect((await read(of, 'lines', '12345-12346')).lines.map(({ text }) => text)).toEqual([
      'line 12345',
      'line 12346',
    ]);
    const last = await read(of, 'lines', '-2');
    expect(last).toMatchObject({ totalLines: 20_000, more: { before: true, after: false } });
    expect(last.lines.map(({ line, text }) => [line, text])).toEqual([
      [19_999, 'line 19999'],
      [20_000, 'line 20000'],
    ]);
  });

  it.each([false, true])('reads bytes from anywhere (compressed: %s)', async (compressed) => {
    const of = file('abc\ndef\nghi\n', compressed);
    expect((await read(of, 'bytes', '4-7')).lines).toEqual([{ offset: 4, text: 'def' }]);
    expect((await read(of, 'bytes', '-4')).lines).toEqual([{ offset: 8, text: 'ghi' }]);
    expect((await read(of, 'bytes', '0-6')).lines.map(({ text }) => text)).toEqual(['abc', 'de']);
  });

  it('is bounded, and says where to go on', async () => {
    const part = await read(file(many), 'lines', '11-500');
    expect(part.lines).toHaveLength(50);
    expect(part.cut).toContain('go on at line 61');
    expect((await read(file(many), 'bytes', '0-9000')).cut).toMatch(/go on at byte \d+/);
    const wide = await read(file(`${'x'.repeat(1_000_000)}\nnext`), 'lines', '1-2');
    expect(wide.lines[0]?.text).toHaveLength(201);
  });

  it('knows when it shows all', async () => {
    expect(await read(file('a\nb\n'), 'lines', '1-2')).toMatchObject({ more: { before: false, after: false } });
    expect(await read(file('a\nb'), 'lines', '1-10')).toMatchObject({ more: { before: false, after: false } });
    expect((await read(file('a\nb'), 'lines', '1-10')).cut).toBeUndefined();
    expect((await read(file(''), 'lines', '1-10')).lines).toEqual([]);
  });

  it('shows what follows a line of a log about headers', async () => {
    const text = '[GET response headers]\nimage = harbor.acme.example/team/api:v1\n';
    const part = await read(file(text), 'lines', '1-2');
    expect(part.lines.map((line) => line.text)).toEqual(text.trimEnd().split('\n'));
  });

  it('keeps blanks, hides secrets and private keys over all their lines', async () => {
    const text = [
      '[host]',
      '    authorization: Bearer c4n4ry-token-value',
      '-----BEGIN RSA PRIVATE KEY-----',
      'c4n4ryMIIEpAIBAAKCAQEA',
      '-----END RSA PRIVATE KEY-----',
      '  after\u001b[31m',
    ].join('\n');
    const part = await read(file(text), 'lines', '1-6');
    expect(part.lines.map((line) => line.text)).toEqual([
      '[host]',
      expect.stringMatching(/^ {4}authorization: /),
      expect.not.stringContaining('BEGIN'),
      expect.not.stringContaining('MII'),
      expect.not.stringContaining('END'),
      '  after\\x1b[31m',
    ]);
    const inside = [
      await read(file(text), 'lines', '4-4'),
      await read(file(text), 'bytes', `${text.indexOf('c4n4ryMII')}`),
    ];
    expect(JSON.stringify([part, inside])).not.toContain('c4n4ry');
  });

  it('hides a value below the name of a secret, and blocks of lines', async () => {
    const text = [
      'env:',
      '- name: DB_PASSWORD',
      '  value: c4n4ry plain words',
      '- name: IMAGE',
      '  value: harbor.acme.example/a',
      '  {',
      '    "name": "AWS_SECRET_ACCESS_KEY",',
      '    "value": "c4n4ry"',
      '  }',
      'password: |-',
      '  c4n4ry one',
      '',
      '  c4n4ry two',
      'next: 1',
      '- name: API_TOKEN',
      '  value: >',
      '    c4n4ry three',
      '- name: LAST',
    ].join('\n');
    const { lines } = await read(file(text), 'lines', '1-20');
    const shown = lines.map((line) => line.text);
    expect(shown.join('\n')).not.toContain('c4n4ry');
    expect(shown[2]).toBe('  value: [redacted]');
    expect(shown.filter((line) => line.includes('redacted'))).toHaveLength(7);
    expect(shown).toContain('  value: harbor.acme.example/a');
    for (const line of [3, 8, 11, 13, 17]) {
      const one = await read(file(text), 'lines', `${line}-${line}`);
      expect(JSON.stringify(one.lines)).not.toContain('c4n4ry');
    }
  });

  it.each([
    ['"name": "DB_PASSWORD",\n"value":\n  "c4n4ry"\n', 3],
    ['{\n  "name": "DB_PASSWORD",\n  "kind": "x",\n  "value": "c4n4ry"\n}\n', 4],
    ['{\n  "value": "c4n4ry",\n  "name": "DB_PASSWORD"\n}\n', 2],
    ['- value: c4n4ry\n  name: DB_PASSWORD\n', 1],
    ['- name: DB_PASSWORD # of the shop\n\n  # more\n  value: c4n4ry\n', 4],
    ['- name: DB_PASSWORD\n  value: "one\n    c4n4ry"\n', 3],
    ['- name: DB_PASSWORD\n  value: one\n    c4n4ry\n', 3],
    ['password:\n  c4n4ry\n', 2],
    ['password: &a !!str |\n  c4n4ry\n', 2],
    ['password = """\nc4n4ry\n"""\n', 2],
    ['  client-key-data: >-\n    c4n4ry\n', 2],
    ['  .dockerconfigjson: |\n    c4n4ry\n', 2],
    ['kind: Secret\nstringData:\n  greeting: c4n4ry\n', 3],
    ['"auth": [\n  "c4n4ry"\n]\n', 2],
    ['args:\n- --db-password\n- c4n4ry\n', 3],
    ['"Args": [\n  "--db-password",\n  "c4n4ry"\n]\n', 3],
    ['ExecStart=/bin/x \\\n  --password \\\n  c4n4ry\n', 3],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nc4n4ry\n', 2],
  ])('hides what %j holds, together and alone', async (text, line) => {
    for (const range of ['1-9', `${line}-${line}`])
      expect(JSON.stringify((await read(file(text), 'lines', range)).lines)).not.toContain('c4n4ry');
    const bytes = await read(file(text), 'bytes', `${text.indexOf('c4n4ry')}`);
    expect(JSON.stringify(bytes.lines)).not.toContain('c4n4ry');
  });

  it.each([
    'password:\n  secretKeyRef:\n    name: regcred\n',
    '- value: harbor.acme.example/a\n  name: IMAGE\n',
    '- name: DB_PASSWORD\n  valueFrom:\n    fieldRef: x\n- name: IMAGE\n  value: harbor.acme.example/a\n',
    '- --password\n- --verbose\n- x\n',
  ])('keeps %j', async (text) => {
    const { lines } = await read(file(text), 'lines', '1-9');
    expect(lines.map((line) => `${line.text}\n`).join('')).toBe(text);
  });

  it.each([...SECRET_LINES, ...SECRET_TEXTS])(
    'hides what %j holds: whole, line by line, in any bytes',
    async (text) => {
      const count = text.split('\n').length;
      const ranges = ['1-', ...Array.from({ length: count }, (_, i) => `${i + 1}-${i + 1}`)];
      const wide = { ...BOUNDS, lineChars: 4000 };
      for (const range of ranges) {
        const shown = await read(file(`${text}\n`), 'lines', range, wide);
        expect(showsCanary(JSON.stringify(shown.lines)), JSON.stringify(shown.lines)).toBe(false);
      }
      for (let from = 0; from < text.length; from += 13) {
        const shown = await read(file(`${text}\n`), 'bytes', `${from}-${from + 40}`, wide);
        expect(showsCanary(JSON.stringify(shown.lines)), `${from}: ${JSON.stringify(shown.lines)}`).toBe(false);
      }
    },
  );

  it('keeps lines that only speak of secrets, beside those that hold one', async () => {
    const { lines } = await read(file(`${READABLE_LINES.join('\n')}\n`), 'lines', '1-', { ...BOUNDS, lineChars: 4000 });
    expect(lines.map((line) => line.text)).toEqual(READABLE_LINES);
  });

  it.each([
    ['tls: want -----BEGIN PRIVATE KEY----- here', 1],
    ['cat <<EOF > /run/token', 1],
    ['docker login --password-stdin <<< "x"', 1],
    ['password: "', 1],
    ['<password>', 1],
    ['E1120 21:00:00.000000     859 pod.go:1] cat <<EOF > /run/token', 41],
  ])('hides no log behind %j', async (opening, hidden) => {
    const log = `E1120 21:00:00.000000     859 pod.go:1] "no space left"\n`;
    const { lines } = await read(file(`${opening}\n${log.repeat(50)}`), 'lines', '1-60', { ...BOUNDS, lines: 60 });
    expect(lines.filter(({ text }) => text.includes('no space left'))).toHaveLength(51 - hidden);
  });

  it('shows nothing of a word whose beginning lies too far back to know its name', async () => {
    const text = `{"kind":"Secret","data":{"release":"${'Ab1x'.repeat(10_000)}","x":"plain"}}\n`;
    const { lines } = await read(file(text), 'bytes', '30000-30040');
    expect(lines).toMatchObject([{ text: '[redacted]' }]);
  });

  it('shows no half of a secret that a range cuts', async () => {
    const text = `first\n{"token":"c4n4ry-1-c4n4ry-2-c4n4ry","x":1}\n{"a":"plain words"}\n`;
    for (let from = 0; from < text.length; from += 1)
      for (const to of [from + 9, text.length]) {
        const { lines } = await read(file(text), 'bytes', `${from}-${to}`);
        expect(JSON.stringify(lines), `${from}-${to}`).not.toMatch(/c4n4|n4ry|-\d-/);
      }
    const { lines } = await read(file(text), 'bytes', `${text.indexOf('ain')}-${text.length - 5}`);
    expect(lines).toMatchObject([{ text: 'ain wor' }]);
  });

  it('refuses ranges beyond the end and binary files in one line', async () => {
    await expect(read(file('a\nb\n'), 'lines', '3-4')).rejects.toThrow('has 2 lines: none from 3 on');
    await expect(read(file('abc'), 'bytes', '9-10')).rejects.toThrow('has 3 bytes: none from 9 on');
    await expect(read(file('\u0001\u0002\u0003\u0000'), 'lines', '1')).rejects.toThrow('no text');
  });

  it('tells how far it came when the budget ends first', async () => {
    const meter = new Meter({ bytes: 1, milliseconds: 60_000 });
    const long = file(`${'x\n'.repeat(5_000_000)}`);
    await expect(
      readPart(
        { ...long, read: memoryFile('a', 'x\n'.repeat(5_000_000), 1 << 20).read },
        { unit: 'last-lines', count: 1 },
        BOUNDS,
        meter,
      ),
    ).rejects.toThrow(/line \d+ was reached/);
  });

  it('shows of any text exactly its lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { maxLength: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        async (lines, from, compressed) => {
          const text = lines.map((line) => `${line}\n`).join('');
          if (from > lines.length) return;
          const { lines: shown } = await read(file(text, compressed), 'lines', `${from}-${from + 4}`, {
            ...BOUNDS,
            lineChars: 4000,
          });
          expect(shown.map(({ line }) => line)).toEqual(lines.slice(from - 1, from + 4).map((_, i) => from + i));
          for (const [i, { offset }] of shown.entries())
            expect(text.slice(offset, offset + (lines[from - 1 + i] ?? '').length)).toBe(lines[from - 1 + i]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('parseRange', () => {
  it.each([
    ['100-150', { unit: 'lines', from: 100, to: 150 }],
    ['7', { unit: 'lines', from: 7, to: Number.POSITIVE_INFINITY }],
    ['7-', { unit: 'lines', from: 7, to: Number.POSITIVE_INFINITY }],
    ['-50', { unit: 'last-lines', count: 50 }],
  ])('%s', (text, range) => {
    expect(parseRange('lines', text)).toEqual(range);
  });

  it.each(['', '-', 'a-b', '5-4', '0-3', '1-2-3'])('refuses %s', (text) => {
    expect(() => parseRange('lines', text)).toThrow();
  });
});

describe('findFile', () => {
  const bundle = memoryBundle({
    'kubelet/kubelet.log': '',
    'containerd/containerd-log.txt': '',
    'a/x.log': '',
    'b/x.log': '',
  });

  it('takes a path, or the end of one that is alone', () => {
    expect(findFile(bundle, 'kubelet/kubelet.log').path).toBe('kubelet/kubelet.log');
    expect(findFile(bundle, 'kubelet.log').path).toBe('kubelet/kubelet.log');
  });

  it('names what is near', () => {
    expect(() => findFile(bundle, 'kubelte.log')).toThrow(
      /no file is called kubelte.log: did you mean kubelet\/kubelet.log/,
    );
    expect(() => findFile(bundle, 'x.log')).toThrow(/several files.*a\/x.log, b\/x.log/);
    expect(() => findFile(memoryBundle({}), 'x')).toThrow(/empty/);
  });
});
