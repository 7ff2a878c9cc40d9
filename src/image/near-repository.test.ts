import { describe, expect, it } from 'vitest';
import { nearestRepositories } from './near-repository.ts';

const THERE = ['shop/api', 'shop/web', 'stock/api', 'proxy/library/nginx', 'team-a/payments', 'x'];

describe('nearestRepositories', () => {
  it.each([
    ['shop/apii', ['shop/api']],
    ['hsop/api', ['shop/api', 'stock/api']],
    ['sales/api', ['shop/api', 'stock/api']],
    ['library/nginx', ['proxy/library/nginx']],
    ['docker/shop/api', ['shop/api', 'stock/api']],
    ['team-a/paymets', ['team-a/payments']],
    ['team-b/payments', ['team-a/payments']],
    ['nothing/like-it', []],
    ['y', []],
    ['a'.repeat(300), []],
  ])('%s', (wanted, expected) => {
    expect(nearestRepositories(wanted, THERE, 3)).toEqual(expected);
  });

  it('is bounded and leaves out the name itself', () => {
    expect(nearestRepositories('shop/api', ['shop/api'], 3)).toEqual([]);
    const many = Array.from({ length: 5_000 }, (_, i) => `project-${i}/api`);
    const started = performance.now();
    expect(nearestRepositories('shop/api', many, 3)).toHaveLength(3);
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});
