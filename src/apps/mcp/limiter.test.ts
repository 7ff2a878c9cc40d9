import { describe, expect, it } from 'vitest';
import { Limiter } from './limiter.ts';

const NEVER = new AbortController().signal;

/** A task that ends when it is told to. */
function held() {
  let release: () => void = () => undefined;
  const task = () =>
    new Promise<void>((done) => {
      release = done;
    });
  return { task, release: () => release() };
}

describe('Limiter', () => {
  it('runs so many at once, the next when one ends', async () => {
    const limiter = new Limiter(1, 5);
    const first = held();
    const order: string[] = [];
    const one = limiter.run(NEVER, first.task).then(() => order.push('one'));
    const two = limiter.run(NEVER, async () => order.push('two'));
    await Promise.resolve();
    expect(order).toEqual([]);
    first.release();
    await Promise.all([one, two]);
    expect(order.sort()).toEqual(['one', 'two']);
  });

  it('sends away who would wait too long in the queue', async () => {
    const limiter = new Limiter(1, 0);
    const first = held();
    const one = limiter.run(NEVER, first.task);
    await expect(limiter.run(NEVER, async () => 1)).rejects.toThrow('1 calls run');
    first.release();
    await one;
    expect(await limiter.run(NEVER, async () => 2)).toBe(2);
  });

  it('forgets those that no longer want to wait', async () => {
    const limiter = new Limiter(1, 1);
    const first = held();
    const one = limiter.run(NEVER, first.task);
    const stop = new AbortController();
    const waiting = limiter.run(stop.signal, async () => 'ran');
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const next = limiter.run(NEVER, async () => 'next');
    first.release();
    await one;
    expect(await next).toBe('next');
  });

  it('frees its place when a task fails', async () => {
    const limiter = new Limiter(1, 0);
    await expect(limiter.run(NEVER, async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await limiter.run(NEVER, async () => 1)).toBe(1);
  });
});
