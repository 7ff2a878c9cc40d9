import { describe, expect, it } from 'vitest';
import { flattenQuotes, readQuoted, readQuotedValue } from './unquote.ts';

describe('readQuoted', () => {
  it.each([
    ['"plain" rest', 'plain', 7, true],
    ['"a \\"b\\" c"', 'a "b" c', 11, true],
    ['"line\\nbreak\\t\\u003c"', 'line\nbreak\t<', 21, true],
    ['"never closed', 'never closed', 13, false],
    ['"ends in \\', 'ends in \\', 10, false],
  ])('%s', (text, value, end, closed) => {
    expect(readQuoted(text, 0)).toEqual({ value, end, closed });
  });
});

describe('readQuotedValue', () => {
  it('finds the end of a value whose inner quotes lost their backslashes', () => {
    expect(readQuotedValue('"PullImage "a:1" failed" error="x"', 0).value).toBe('PullImage "a:1" failed');
    expect(readQuotedValue('"PullImage "a:1" failed"', 0).value).toBe('PullImage "a:1" failed');
  });
});

describe('flattenQuotes', () => {
  it.each([
    ['a \\"b\\" c', 'a "b" c'],
    ['a \\\\\\"b\\\\\\" c', 'a "b" c'],
    ['one\\ntwo', 'one two'],
    ['\\u003chtml\\u003e', '<html>'],
    ['C:\\Program', 'C:\\Program'],
  ])('%s', (text, flat) => {
    expect(flattenQuotes(text)).toBe(flat);
  });
});
