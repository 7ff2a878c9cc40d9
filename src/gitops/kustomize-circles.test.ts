import { describe, expect, it } from 'vitest';
import { buildKustomization } from './kustomize.ts';
import { Repository } from './repository.ts';

describe('kustomizations that name each other', () => {
  it('end, however often each names the next', () => {
    const next = Array.from({ length: 20 }, (_, i) => `- ../${i % 2 === 0 ? 'a' : 'b'}`).join('\n');
    const text = `resources:\n${next}\n`;
    const repository = new Repository([
      { path: 'a/kustomization.yaml', text },
      { path: 'b/kustomization.yaml', text },
    ]);
    expect(buildKustomization(repository, 'a', () => true).workloads).toEqual([]);
  });
});
