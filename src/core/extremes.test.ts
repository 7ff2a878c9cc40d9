import { expect, it } from 'vitest';
import { largest, smallest } from './extremes.ts';

it.each([
  ['none', [], Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ['a few', [2, -1, 3], -1, 3],
  ['more than a call takes', Array.from({ length: 500_000 }, (_, at) => at), 0, 499_999],
])('of %s', (_, values, least, most) => {
  expect(smallest(values)).toBe(least);
  expect(largest(values)).toBe(most);
});
