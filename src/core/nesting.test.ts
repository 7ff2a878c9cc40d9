import { describe, expect, it } from 'vitest';
import { nestsDeeper } from './nesting.ts';

const nested = (levels: number) => JSON.parse(`${'{"a":['.repeat(levels)}1${']}'.repeat(levels)}`) as unknown;

describe('nestsDeeper', () => {
  it.each([
    [1, 0, false],
    ['text', 0, false],
    [null, 0, false],
    [[], 0, true],
    [[], 1, false],
    [{ a: {} }, 1, true],
    [{ a: {} }, 2, false],
    [nested(50), 99, true],
    [nested(50), 100, false],
  ])('%j, %i levels: %s', (value, levels, deeper) => {
    expect(nestsDeeper(value, levels)).toBe(deeper);
  });

  it('takes no stack', () => {
    expect(nestsDeeper(nested(200_000), 100)).toBe(true);
    expect(nestsDeeper(nested(200_000), 1_000_000)).toBe(false);
  });
});
