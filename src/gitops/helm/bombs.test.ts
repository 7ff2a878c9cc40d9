import { describe, expect, it } from 'vitest';
import { Evaluator } from './evaluate.ts';
import { parseTemplate } from './parse.ts';
import { NIL } from './value.ts';

const DOUBLED = Array.from({ length: 60 });

function lengthOf(template: string): number {
  const { body } = parseTemplate(template);
  const fragments = new Evaluator(NIL, new Map()).render({ path: 'bomb.yaml', body });
  return fragments.reduce((sum, { text }) => sum + text.length, 0);
}

describe('a template that doubles its values', () => {
  it.each([
    ['texts', '{{ $x = printf "%s%s" $x $x }}'],
    ['lists', '{{ $x = list $x $x }}'],
    ['replacements', '{{ $x = replace "a" "aaaaaaaa" $x }}'],
  ])('ends with bounded %s', (_, step) => {
    const template = `{{ $x := "aaaaaaaa" }}${DOUBLED.map(() => step).join('')}{{ $x | toJson }}`;
    expect(lengthOf(template)).toBeLessThan(2 ** 24);
  });
});
