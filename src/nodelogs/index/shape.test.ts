import { describe, expect, it } from 'vitest';
import { ShapeReader } from './shape.ts';
import { ShapeTable, UNSEEN } from './shape-table.ts';

function shapes(
  text: string,
  joined = false,
): { readonly key: string; readonly text: string; readonly line: number }[] {
  const bytes = Buffer.from(text);
  const reader = new ShapeReader(bytes, 7, joined);
  const found = [];
  while (reader.next()) {
    const { first, second, start, end, line } = reader;
    found.push({ key: `${first} ${second}`, text: bytes.toString('utf8', start, end), line });
  }
  return found;
}

function alike(a: string, b: string): boolean {
  return shapes(a)[0]?.key === shapes(b)[0]?.key;
}

describe('ShapeReader', () => {
  it.each([
    ['E1120 22:12:50.042846  859 a.go:2500] "x"', 'E1231 23:59:59.999999  859 a.go:9999] "x"'],
    ['pod="shop/api-bd668c946-x1y2z" uid="5713e2c4-9330"', 'pod="shop/api-7c9f4d5b8-q9w8e" uid="0a1b2c3d-4e5f"'],
    ['sha256:20b0b63ada07d0a5 read=60018499', 'sha256:0000000000000000 read=1'],
    ['took 1.5s', 'took 12.25s'],
    ['pod="shop/api-bd668c946-xkcdz"', 'pod="shop/api-bd668c946-v5qrt"'],
  ])('takes %s and %s for the same', (a, b) => {
    expect(alike(a, b)).toBe(true);
  });

  it.each([
    ['status 401', 'status 403'],
    ['E1120 x', 'I1120 x'],
    ['no such host', 'no such file'],
    ['a b', 'a  b'],
    ['is after', 'is before'],
    ['"connection refused"', '"connection reset"'],
    ['dial tcp 127.0.0.1:5000', 'dial tcp 10.0.0.1:5000'],
    ['a', 'aa'],
    ['pod-https', 'pod-https-down'],
    ['use-proxy', 'use-other'],
    ['xkcdz', 'v5qrt'],
    ['', 'a'],
  ])('tells %s from %s', (a, b) => {
    expect(alike(a, b)).toBe(false);
  });

  it('parts lines, counts them, and joins what begins with a blank only if asked', () => {
    const text = 'one\n\ttwo\n three\nfour';
    expect(shapes(text).map((shape) => [shape.text, shape.line])).toEqual([
      ['one', 0],
      ['\ttwo', 1],
      [' three', 2],
      ['four', 3],
    ]);
    expect(shapes(text, true).map((shape) => [shape.text, shape.line])).toEqual([
      ['one\n\ttwo\n three', 0],
      ['four', 3],
    ]);
  });

  it('does not join without end', () => {
    const entries = shapes(`head\n${' rest of it\n'.repeat(20_000)}`, true);
    expect(entries.length).toBeGreaterThan(2);
    expect(Math.max(...entries.map(({ text }) => text.length))).toBeLessThan(70_000);
  });
});

describe('ShapeTable', () => {
  it('remembers values by both hashes, and forgets all when it is full', () => {
    const table = new ShapeTable();
    table.set(1, 2, 0);
    table.set(1, 3, 5);
    expect([table.get(1, 2), table.get(1, 3), table.get(1, 4), table.get(2, 2)]).toEqual([0, 5, UNSEEN, UNSEEN]);
    for (let n = 0; n < 200_000; n += 1) table.set(n * 31, n, 1);
    expect(table.get(1, 2)).toBe(UNSEEN);
    expect(table.get(199_999 * 31, 199_999)).toBe(1);
  });
});
