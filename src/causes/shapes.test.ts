import { describe, expect, it } from 'vitest';
import { rank } from '../core/rank.ts';
import { decode } from '../decode/decode.ts';
import { factsForText } from '../facts/build-facts.ts';
import { CAUSES } from './index.gen.ts';

const shapes = CAUSES.flatMap((cause) => cause.shapes.map((shape) => [cause.id, shape.from, shape] as const));

/** The documentation's examples are run: what a cause's page shows is what a user gets. */
describe('message shapes', () => {
  it.each(shapes)('%s, %s', (id, _, { example, gives }) => {
    const candidates = rank(factsForText(decode(example).error), CAUSES).candidates.map((c) => c.cause.id);
    if (gives === 'first') expect(candidates[0]).toBe(id);
    else expect(candidates).toContain(id);
  });
});
