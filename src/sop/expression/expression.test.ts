import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { evaluate } from './evaluate.ts';
import { parseExpression, parsePath, pathsOf } from './parse.ts';
import type { Binding, Scope } from './resolve.ts';
import { ExpressionError } from './syntax.ts';

const known = (value: unknown, whole = true): Binding => ({ known: true, value, whole });

const scope: Scope = new Map<string, Binding>([
  ['pod', known('api-1')],
  [
    'pods',
    known({
      items: [
        { name: 'api-1', ready: false, restarts: 0, secrets: [], reason: 'ImagePullBackOff' },
        { name: 'db-0', ready: true, restarts: 4, secrets: ['regcred'] },
      ],
      total: 2,
      note: '',
      hidden: null,
    }),
  ],
  ['lists', known({ of: [{ inner: [{ n: 1 }] }, { inner: [{ n: 2 }] }] })],
  ['page', known({ items: [{ name: 'a' }] }, false)],
  ['answers', known([{ state: 'exists' }, { state: 'unknown', exists: null }])],
  ['lost', { known: false, why: 'lost: forbidden' }],
]);

function decided(text: string): boolean | 'unknown' {
  return evaluate(parseExpression(text), scope).is;
}

describe('expressions', () => {
  it.each([
    ["pod == 'api-1'", true],
    ["pod != 'api-1'", false],
    ['pods.total >= 2', true],
    ['pods.total < 2', false],
    ["pods.items[0].name == 'api-1'", true],
    ["pods.items[*].name == 'db-0'", true],
    ["pods.items[*].name == 'web'", false],
    ["not pods.items[*].name == 'web'", true],
    ["pods.items[*].reason contains 'pullbackoff'", true],
    ["pods.items[*].reason contains ['nope', 'ImagePull']", true],
    ["pods.items[1].secrets contains 'regcred'", true],
    ["pods.items[0].secrets contains 'regcred'", false],
    ["pods.items[0].name in ['api-1', 'api-2']", true],
    ['exists pods.items[0]', true],
    ['exists pods.items[7]', false],
    ['exists pods.nothing', false],
    ['empty pods.items[0].secrets', true],
    ['empty pods.items[1].secrets', false],
    ['empty pods.note', true],
    ['count pods.items == 2', true],
    ['count pods.items[*] > 2', false],
    ['pods.items[1].ready', true],
    ['not pods.items[0].ready', true],
    ['any pods.items where (it.ready == false and it.restarts == 0)', true],
    ['any pods.items where (it.ready == true and it.restarts == 0)', false],
    ['any pods.items[*] where (exists it.secrets[0])', true],
    ['any lists.of[*].inner where (it.n == 2)', true],
    ['any lists.of[*].inner where (it.n == 3)', false],
    ["pod == 'x' or pods.total == 2", true],
    ["pod == 'x' and lost.value == 1", false],
    ["pod == 'api-1' or lost.value == 1", true],
    ['surely lost.value == 1', false],
    ['not surely lost.value == 1', true],
    ['surely pods.total == 2', true],
    ["pods.items[*].name == 'api-1' and (pods.total == 1 or pods.total == 2)", true],
  ] as const)('%s is %s', (text, expected) => {
    expect(decided(text)).toBe(expected);
  });

  it.each([
    'lost.value == 1',
    "not lost.value contains 'x'",
    "pod == 'api-1' and lost.value == 1",
    'exists lost.items[0]',
    'count lost.items == 0',
    'pods.hidden == 1',
    'exists pods.hidden',
    'pods.nothing == 1',
    'empty pods.nothing',
    'pods.items[1].reason == 1',
    'answers[1].exists == true',
    'any answers where (it.exists == true)',
    // The list goes on: what was not found may be on the next page.
    "page.items[*].name == 'b'",
    'any page.items where (it.name == "b")',
    'count page.items == 1',
    'absent == 1',
  ])('%s is not to be known', (text) => {
    expect(decided(text)).toBe('unknown');
  });

  it('takes what was found on an unfinished page, and counts at least that', () => {
    expect(decided("page.items[*].name == 'a'")).toBe(true);
    expect(decided('count page.items >= 1')).toBe(true);
    expect(decided('count page.items < 1')).toBe(false);
  });

  it('says why it does not know', () => {
    expect(evaluate(parseExpression('lost.value == 1'), scope)).toEqual({ is: 'unknown', why: 'lost: forbidden' });
  });

  it('reads no inherited property', () => {
    expect(decided('exists pods.constructor')).toBe(false);
    expect(decided('exists pods.items.length')).toBe(false);
    expect(decided('exists pod.length')).toBe(false);
  });

  it.each([
    '',
    'a ==',
    '== 1',
    'a = 1',
    'a == 1 b',
    '(a == 1',
    'any a (it == 1)',
    'a[x] == 1',
    "'text'",
    'a in 1',
    "a == ['x']",
    'a == b.c.',
    '`x`',
    `${'('.repeat(40)}a${')'.repeat(40)}`,
    `${'not '.repeat(40)}a`,
    'a'.repeat(3_000),
  ])('refuses %j', (text) => {
    expect(() => parseExpression(text)).toThrow(ExpressionError);
  });

  it('tells the paths that it reads, but for those of one entry', () => {
    const paths = pathsOf(parseExpression('any a.b where (it.c == 1 and d == 2) or not exists e[0].f'));
    expect(paths.map((path) => path.text)).toEqual(['a.b', 'd', 'e[0].f']);
  });

  it('ends on any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        try {
          evaluate(parseExpression(text), scope);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
    );
  });

  it('never takes what was not seen for false', () => {
    const nothing: Scope = new Map([['x', { known: false, why: 'not collected' }]]);
    const atom = fc.constantFrom('x.a == 1', "x.b contains 'y'", 'exists x.c', 'count x.d[*] == 0', 'x.e', 'empty x.f');
    fc.assert(
      fc.property(fc.array(atom, { minLength: 1, maxLength: 4 }), fc.constantFrom(' and ', ' or '), (parts, joint) => {
        expect(evaluate(parseExpression(parts.join(joint)), nothing).is).toBe('unknown');
        expect(evaluate(parseExpression(`not (${parts.join(joint)})`), nothing).is).toBe('unknown');
      }),
    );
  });
});

describe('paths', () => {
  it.each(['a', 'a.b-c_d', 'a[0][*].b'])('reads %s', (text) => {
    expect(parsePath(text).text).toBe(text);
  });

  it.each(['', '.a', 'a.', 'a..b', 'a[', 'a[-1]', 'a b', 'a[1.5]', '__proto__[', 'a.1b'])('refuses %j', (text) => {
    expect(() => parsePath(text)).toThrow(ExpressionError);
  });
});
