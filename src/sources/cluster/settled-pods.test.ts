import { describe, expect, it } from 'vitest';
import { SettledPods } from './settled-pods.ts';

describe('SettledPods', () => {
  it('recalls what the same events told of, look after look', () => {
    const settled = new SettledPods();
    settled.begin();
    settled.keep('shop/api', '3 22:00', 'gone');
    for (let look = 0; look < 3; look += 1) {
      settled.begin();
      expect(settled.recall('shop/api', '3 22:00')).toBe('gone');
    }
  });

  it('asks again after a new event, and forgets what no look comes across', () => {
    const settled = new SettledPods();
    settled.begin();
    settled.keep('shop/api', '3 22:00', 'gone');
    settled.begin();
    expect(settled.recall('shop/api', '4 22:05')).toBeUndefined();
    settled.begin();
    expect(settled.recall('shop/api', '3 22:00')).toBeUndefined();
  });

  it('keeps a bounded number', () => {
    const settled = new SettledPods();
    settled.begin();
    for (let n = 0; n < 10_000; n += 1) settled.keep(`shop/p-${n}`, '', 'gone');
    settled.begin();
    const kept = Array.from({ length: 10_000 }, (_, n) => settled.recall(`shop/p-${n}`, '')).filter(Boolean);
    expect(kept.length).toBe(2_000);
  });
});
