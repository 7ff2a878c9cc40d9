import { describe, expect, it } from 'vitest';
import { LimitError, UnpackBudget } from './budget.ts';
import { UNPACK_LIMITS } from './limits.ts';

async function* zeros(chunks: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < chunks; i += 1) yield new Uint8Array(1024);
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of chunks) size += chunk.length;
  return size;
}

describe('UnpackBudget', () => {
  it('ends a stream that is passed over without being kept', async () => {
    const budget = new UnpackBudget({ ...UNPACK_LIMITS, freeBytes: 1024, ratio: 2 }, '/');
    budget.readPacked(100);
    expect(await drain(budget.streamed(zeros(4)))).toBe(4096);
    await expect(drain(budget.streamed(zeros(1)))).rejects.toThrow(LimitError);
  });
});
