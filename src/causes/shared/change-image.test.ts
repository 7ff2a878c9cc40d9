import { describe, expect, it } from 'vitest';
import { changeImage } from './change-image.ts';
import { podFacts } from './facts-for-test.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';
const facts = podFacts(`${IMAGE}: not found`, IMAGE);
const wanted = { repository: 'registry.acme.example/shop/api', version: { separator: ':', value: '1.4.0' } } as const;

describe('another image', () => {
  it('is set on the outermost owner', () => {
    expect(changeImage(facts, 'x', wanted).commands).toEqual([
      'kubectl -n shop-prod set image deployment/api api=registry.acme.example/shop/api:1.4.0',
    ]);
  });

  it.each([
    ['a static pod', { owners: [{ kind: 'Node', name: 'node-a' }] }, /manifest on node-a/],
    ['a debug container', { role: 'ephemeral' as const }, /start another with kubectl debug/],
    ['a Job', { owners: [{ kind: 'Job', name: 'work' }] }, /delete the Job/],
    ['an image volume', { kind: 'image-volume' as const }, /spec\.volumes/],
  ])('cannot be set in place for %s', (_, more, note) => {
    const remedy = changeImage({ ...facts, subject: { ...facts.subject, ...more } }, 'x', wanted);
    expect(remedy.commands).toEqual([]);
    expect(remedy.note).toMatch(note);
  });
});
