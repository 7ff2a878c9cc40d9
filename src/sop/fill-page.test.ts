import { describe, expect, it } from 'vitest';
import type { Scope } from './expression/resolve.ts';
import { fillLine, fillPage, fillStructure } from './fill-page.ts';

const scope: Scope = new Map([
  [
    'a',
    { known: true, whole: true, value: { text: `one \${b}`, list: ['x', 'y'], none: [], items: [{ n: 1 }, { n: 2 }] } },
  ],
  ['b', { known: true, whole: true, value: 'bee' }],
  ['lost', { known: false, why: 'forbidden' }],
]);

describe('fillPage', () => {
  it.each([
    ['plain', 'plain'],
    [`\${b}: \${a.text}`, `bee: one \${b}`],
    [`- \${a.list} (\${b})`, '- x (bee)\n- y (bee)'],
    [`- \${a.items[*].n}`, '- 1\n- 2'],
    [`- \${a.none}`, '- none'],
    [`top\n- \${a.none?}\nend`, 'top\nend'],
    [`top\n- \${lost.x?}\nend`, 'top\nend'],
    [`is \${lost.x}`, 'is not known'],
  ])('%j becomes %j', (template, expected) => {
    expect(fillPage(template, scope)).toBe(expected);
  });
});

describe('fillLine', () => {
  it('writes a list in one line', () => {
    expect(fillLine(`\${a.list} and \${lost.x}`, scope)).toBe('x; y and not known');
  });
});

describe('fillStructure', () => {
  it('keeps the type of a lone placeholder and leaves out optional fields without a value', () => {
    const template = {
      list: `\${a.list}`,
      text: `\${b}!`,
      gone: `\${lost.x?}`,
      empty: `\${a.none?}`,
      kept: `\${lost.x}`,
      deep: [{ n: `\${a.items[0].n}` }],
    };
    expect(fillStructure(template, scope)).toEqual({
      list: ['x', 'y'],
      text: 'bee!',
      kept: 'not known',
      deep: [{ n: 1 }],
    });
  });
});
