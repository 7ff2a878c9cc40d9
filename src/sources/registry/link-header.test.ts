import { describe, expect, it } from 'vitest';
import { nextLink } from './link-header.ts';

describe('the next page', () => {
  it.each([
    ['</v2/shop/api/tags/list?n=2&last=b>; rel="next"', '/v2/shop/api/tags/list?n=2&last=b'],
    ['<https://a.example/1>; rel="prev", <https://a.example/3>; title="x"; rel=next', 'https://a.example/3'],
    ['<x>; rel="prev"', undefined],
    ['<never closed', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (header, target) => {
    expect(nextLink(header)).toBe(target);
  });
});
