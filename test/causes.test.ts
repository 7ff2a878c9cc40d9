import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSES } from '../src/causes/index.gen.ts';
import { PLACEHOLDER_FACTS } from '../src/causes/shared/placeholder-facts.ts';
import { LINKS } from '../src/core/pull-chain.ts';

const ids = CAUSES.map((cause) => cause.id);

describe('the catalogue of causes', () => {
  it('holds one cause a file, named like it, in the folder of its link', () => {
    const files = [...LINKS, 'none'].flatMap((link) =>
      readdirSync(`src/causes/${link}`)
        .filter((name) => !name.endsWith('.test.ts'))
        .map((name) => `${link}/${name.replace(/\.ts$/, '')}`),
    );
    expect(CAUSES.map((cause) => `${cause.link}/${cause.id}`).sort()).toEqual(files.sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(CAUSES.map((cause) => [cause.id, cause] as const))('%s is complete', (id, cause) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(cause.title.length).toBeGreaterThan(5);
    expect(cause.title.length).toBeLessThanOrEqual(60);
    expect(cause.title).not.toMatch(/\.$/);
    expect(cause.meaning.length).toBeGreaterThan(80);
    for (const refined of cause.refines) expect(ids, `${id} refines ${refined}`).toContain(refined);
    if (cause.link === 'none') return;
    expect(cause.confirmedBy.length).toBeGreaterThan(0);
    expect(cause.ruledOutBy.length).toBeGreaterThan(0);
    expect(cause.prevention.length).toBeGreaterThan(0);
    expect(cause.remedies(cause.sample, PLACEHOLDER_FACTS).length).toBeGreaterThan(0);
    expect(cause.verify(cause.sample, PLACEHOLDER_FACTS).length).toBeGreaterThan(0);
    expect(cause.escalate(cause.sample, PLACEHOLDER_FACTS).length).toBeGreaterThan(0);
  });

  it.each(CAUSES.map((cause) => [cause.id, cause] as const))('%s says nothing when nothing is known', (_, cause) => {
    expect(cause.judge(PLACEHOLDER_FACTS)).toBeUndefined();
  });

  it.each(CAUSES.map((cause) => [cause.id, cause] as const))('%s offers reading before changing', (_, cause) => {
    const order = { green: 0, yellow: 1, red: 2 } as const;
    const levels = cause.remedies(cause.sample, PLACEHOLDER_FACTS).map((remedy) => order[remedy.safety]);
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
  });

  it('refines without a circle', () => {
    const byId = new Map(CAUSES.map((cause) => [cause.id, cause] as const));
    const reach = (id: string, seen: ReadonlySet<string>): boolean =>
      seen.has(id) || (byId.get(id)?.refines ?? []).some((next) => reach(next, new Set([...seen, id])));
    expect(ids.filter((id) => reach(id, new Set()))).toEqual([]);
  });
});
