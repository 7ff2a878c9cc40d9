import { describe, expect, it } from 'vitest';
import { parseYaml } from './yaml.ts';

const DEEP = { problem: 'nested too deeply' };
const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');
const value = (text: string) => {
  const read = parseYaml(text);
  return 'problem' in read ? read : read.documents.map((document) => document.toJS() as unknown);
};

describe('parseYaml', () => {
  it.each([
    ['keys in keys', lines(102, (at) => `${' '.repeat(at)}a:`)],
    ['keys on one line', 'a: '.repeat(5_000)],
    ['quoted keys on one line', '"a": '.repeat(5_000)],
    ['values without keys', ': '.repeat(5_000)],
    ['dashes on one line', '- '.repeat(5_000)],
    ['dashes and tabs', `a:\n${'-\t'.repeat(5_000)}b`],
    ['dashes further in on each line', lines(20, (at) => `${' '.repeat(16 * at)}- - - - - - - -`)],
    ['complex keys', '? '.repeat(5_000)],
    ['complex keys in lists', '? - '.repeat(5_000)],
    ['tagged complex keys', '? !a '.repeat(5_000)],
    ['anchored complex keys', '? &a '.repeat(5_000)],
    ['aliases as keys', `x: &a 1\n${'*a : '.repeat(5_000)}`],
    ['brackets', `a: ${'['.repeat(50_000)}`],
    ['brackets beside items', '[a, '.repeat(5_000)],
    ['braces', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['braces as keys', `${'{['.repeat(200)}a${']: 1}'.repeat(200)}`],
    ['a later document', `a: b\n---\n${'- '.repeat(5_000)}`],
  ])('refuses %s without end', (_, text) => {
    expect(value(text)).toEqual(DEEP);
  });

  it.each([
    ['a hundred levels', lines(100, (at) => `${' '.repeat(at)}a:`)],
    ['JSON', `${'{"a":['.repeat(50)}1${']}'.repeat(50)}`],
    ['many documents', 'a: [{b: c}]\n---\n'.repeat(500)],
    ['a long list', lines(150_000, () => '- a')],
    ['a list of maps', lines(5_000, (at) => `- name: a${at}\n  image: {b: [c]}`)],
    ['prose', `a: |\n${lines(500, (at) => `${' '.repeat(1 + at)}- ? a: [ { why ? because: `)}`],
    ['complex keys beside each other', lines(50, (at) => `? [a, ${at}]\n: b`)],
  ])('reads %s', (_, text) => {
    expect(value(text)).not.toEqual(DEEP);
  });

  it.each([
    ['brackets that close nothing', `a: b\n${'}'.repeat(200_000)}`],
    ['brackets in a row', `a: ${'[]'.repeat(100_000)}`],
    ['items where none can be', `a: b\n${'- c\n'.repeat(50_000)}`],
  ])('makes no stack for each error of %s', (_, text) => {
    const { stackTraceLimit } = Error;
    const read = parseYaml(text);
    const errors = 'documents' in read ? (read.documents[0]?.errors ?? []) : [];
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.filter(({ stack }) => stack?.includes('\n    at '))).toEqual([]);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });

  it('leaves out strays beyond the first hundred', () => {
    const read = parseYaml(`a: b\n${'}'.repeat(200_000)}`);
    expect('documents' in read && read.documents[0]?.errors.length).toBeLessThanOrEqual(101);
  });

  it('tells keys that stand twice in a map, wherever it stands', () => {
    const errorsOf = (text: string, options = {}) => {
      const read = parseYaml(text, options);
      return 'problem' in read
        ? []
        : read.documents.flatMap(({ errors }) => errors.map(({ code, pos }) => [code, pos[0]]));
    };
    expect(errorsOf('a: 1\nb: {c: 1, c: 2}\n')).toEqual([['DUPLICATE_KEY', 15]]);
    expect(errorsOf('- a:\n    - {b: 1}\n  "a": 2\n- ? {x: 1, x: 2}\n')).toEqual([
      ['DUPLICATE_KEY', 38],
      ['DUPLICATE_KEY', 20],
    ]);
    expect(errorsOf('a: 1\n1: 2\n"1": 3\n~: 4\n')).toEqual([]);
    expect(errorsOf('a: 1\na: 2\n', { uniqueKeys: false })).toEqual([]);
    expect(errorsOf('a: 1\n'.repeat(20_000)).length).toBe(19_999);
  });

  it('reads a map of forty thousand keys', () => {
    expect(value(lines(40_000, (at) => `k${at}: v`))).toEqual([expect.objectContaining({ k0: 'v', k39999: 'v' })]);
  });

  it('gives every document, with what is wrong in it', () => {
    expect(value('a: 1\n---\n- b\n')).toEqual([{ a: 1 }, ['b']]);
    expect(value('')).toEqual([]);
    const read = parseYaml('a: 1\n---\na: b: c\n');
    expect('documents' in read && read.documents.map(({ errors }) => errors.length > 0)).toEqual([false, true]);
  });
});
