import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

describe('nearest', () => {
  it.each([
    ['noed', ['node', 'sop', 'demo'], ['node']],
    ['tag-not-fond', ['tag-not-found', 'digest-not-found'], ['tag-not-found']],
    ['api', ['web', 'shop-api-7d9f', 'app'], ['shop-api-7d9f', 'app']],
    ['repla', ['replay'], ['replay']],
    ['a', ['b', 'ab'], ['b', 'ab']],
    // Half of a short word is no slip.
    ['foo', ['sop', 'node', 'demo'], []],
    ['help', ['demo', 'node'], []],
    ['something-else', ['tag-not-found'], []],
    ['x', [], []],
  ])('of %s in %j', (word, known, expected) => {
    expect(nearest(word, known)).toEqual(expected);
  });

  it('says it in a clause, or nothing', () => {
    expect(didYouMean('noed', ['node'])).toBe(' (did you mean node?)');
    expect(didYouMean('noed', ['sop'])).toBe('');
  });
});
