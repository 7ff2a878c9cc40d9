import { describe, expect, it } from 'vitest';
import { gapsLeft, gapsShown } from './gaps-shown.ts';

const expired = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ what: `events of pod api-${at}`, why: 'expired' as const }));
const secret = { what: 'Secret shop/regcred', why: 'forbidden' as const };

describe('gaps for a person', () => {
  it('are three of each sort, and how many more there are', () => {
    const { shown, left } = gapsShown([...expired(40), secret]);
    expect(shown.map(({ what }) => what)).toEqual([
      'events of pod api-0',
      'events of pod api-1',
      'events of pod api-2',
      'Secret shop/regcred',
    ]);
    expect(gapsLeft(left)).toEqual(['and 37 more like these (-o json has all)']);
  });

  it('are all where one line more tells all', () => {
    expect(gapsShown([...expired(4), secret])).toEqual({ shown: [...expired(4), secret], left: 0 });
    expect(gapsLeft(0)).toEqual([]);
  });

  it('are another sort for another reason', () => {
    const forbidden = expired(4).map((gap) => ({ ...gap, why: 'forbidden' as const }));
    expect(gapsShown([...expired(4), ...forbidden]).left).toBe(0);
  });
});
