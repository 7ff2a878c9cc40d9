import { describe, expect, it } from 'vitest';
import { askPolitely } from './polite-queue.ts';

const items = Array.from({ length: 20 }, (_, index) => ({ host: index % 4 === 0 ? 'a' : 'b', index }));

describe('asking politely', () => {
  it('keeps the order of answers and the limits per host and in all', async () => {
    const running = new Map<string, number>();
    let most = 0;
    let mostOfOne = 0;
    const answers = await askPolitely(items, {
      hostOf: ({ host }) => host,
      perHost: 2,
      total: 3,
      isEnough: () => false,
      ask: async ({ host, index }) => {
        running.set(host, (running.get(host) ?? 0) + 1);
        mostOfOne = Math.max(mostOfOne, running.get(host) ?? 0);
        most = Math.max(
          most,
          [...running.values()].reduce((a, b) => a + b, 0),
        );
        await new Promise((done) => setImmediate(done));
        running.set(host, (running.get(host) ?? 1) - 1);
        return index;
      },
    });
    expect(answers).toEqual(items.map(({ index }) => index));
    expect(most).toBe(3);
    expect(mostOfOne).toBe(2);
  });

  it('leaves a host that has had enough alone, and no other', async () => {
    const answers = await askPolitely(items, {
      hostOf: ({ host }) => host,
      perHost: 1,
      ask: async ({ host, index }) => `${host}${index}`,
      isEnough: (answer: string) => answer === 'a8',
    });
    expect(answers[8]).toBe('a8');
    expect([answers[12], answers[16]]).toEqual([undefined, undefined]);
    expect(answers.filter((answer) => answer?.startsWith('b'))).toHaveLength(15);
  });

  it('ends when there is nothing to ask, and fails when asking fails', async () => {
    const options = { hostOf: () => 'a', isEnough: () => false };
    expect(await askPolitely([], { ...options, ask: async () => 1 })).toEqual([]);
    await expect(askPolitely([1], { ...options, ask: () => Promise.reject(new Error('x')) })).rejects.toThrow('x');
  });
});
