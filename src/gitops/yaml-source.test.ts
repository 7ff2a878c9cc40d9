import { describe, expect, it } from 'vitest';
import { fileSource, parseSource } from './yaml-source.ts';

describe('a map of a checkout', () => {
  const map = (text: string) => parseSource(fileSource('values.yaml', text))[0];

  it('gives the last of two equal keys, as the tools that read it do', () => {
    expect(map('image: a\nimage: b\n')?.get('image')?.string()).toBe('b');
  });

  it('gives a key before what a merge brings in', () => {
    const text = 'base: &base {image: a, tag: "1"}\nown:\n  <<: *base\n  image: b\n';
    const own = map(text)?.get('own');
    expect([own?.get('image')?.string(), own?.get('tag')?.string()]).toEqual(['b', '1']);
  });

  // A look through the whole map for each key would outlast the test.
  it('gives each of fifty thousand keys', () => {
    const keys = Array.from({ length: 50_000 }, (_, at) => `key${at}`);
    const values = map(keys.map((key) => `${key}: ${key}\n`).join(''));
    expect(keys.filter((key) => values?.get(key)?.string() !== key)).toEqual([]);
  });
});
