import { describe, expect, it } from 'vitest';
import { parseAge, parseSize } from './size-and-age.ts';

describe('an age', () => {
  it.each([
    ['30s', 30_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['1.5d', 129_600_000],
    ['2w', 1_209_600_000],
  ])('of %s is read', (text, ms) => expect(parseAge('--x', text)).toBe(ms));

  it.each(['7', '', 'd', '-7d', '7 d', '7days', '1e9d'])('of %j is refused', (text) => {
    expect(() => parseAge('--remove-older-than', text)).toThrow('--remove-older-than');
  });
});

describe('a size', () => {
  it.each([
    ['1048576', 1_048_576],
    ['500M', 524_288_000],
    ['2GiB', 2_147_483_648],
    ['2 gb', 2_147_483_648],
    ['0', 0],
  ])('of %s is read', (text, bytes) => expect(parseSize('--x', text)).toBe(bytes));

  it.each(['', 'M', '-1', '1X', '1 0M', '1e9'])('of %j is refused', (text) => {
    expect(() => parseSize('--keep-below', text)).toThrow('--keep-below');
  });
});
