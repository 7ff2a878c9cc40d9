import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import {
  anything,
  array,
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  readLenient,
  record,
  string,
  text,
  textList,
  textMap,
  whole,
} from './shape.ts';

const ITEM = object({ name: string, image: text, args: textList });
const THING = object({
  name: string,
  count: whole,
  on: flag,
  labels: textMap,
  items: list(ITEM),
  port: optional(oneOf(number, string)),
  raw: optional(record),
  inner: optional(object({ items: array(ITEM), value: optional(anything) })),
});

describe('readLenient', () => {
  it('takes the fields that it knows, and no others', () => {
    const raw = { name: 'x', count: 2, on: false, labels: { a: 'b' }, port: 'http', raw: { a: [1] }, other: 1 };
    const { other: _, ...known } = raw;
    expect(readLenient(THING, raw)).toEqual({ value: known, dropped: [] });
  });

  it('takes null, which is how Go prints nothing, for a field that is not there', () => {
    expect(readLenient(THING, { name: 'x', items: null, labels: null, inner: null })).toEqual({
      value: { name: 'x' },
      dropped: [],
    });
  });

  it.each([
    ['a field of the wrong type', { name: 'x', count: '2' }, { name: 'x' }, ['count']],
    ['a number that is none', { name: 'x', count: Number.NaN }, { name: 'x' }, ['count']],
    ['a value of a map', { name: 'x', labels: { a: 'b', c: 5 } }, { name: 'x', labels: { a: 'b' } }, ['labels.c']],
    ['an element', { name: 'x', items: [5, { name: 'a' }] }, { name: 'x', items: [{ name: 'a' }] }, ['items.0']],
    [
      'an element without its name, with all that is wrong in it',
      { name: 'x', items: [{ image: 5, args: [6] }] },
      { name: 'x', items: [] },
      ['items.0'],
    ],
    [
      'a part of an element',
      { name: 'x', items: [{ name: 'a', args: ['ok', 6, null] }] },
      { name: 'x', items: [{ name: 'a', args: ['ok'] }] },
      ['items.0.args.1', 'items.0.args.2'],
    ],
    ['a list that is none', { name: 'x', items: { 0: 'a' } }, { name: 'x' }, ['items']],
    ['an object that is a list', { name: 'x', raw: [], inner: [] }, { name: 'x' }, ['raw', 'inner']],
    ['an object without what it needs', { name: 'x', inner: { value: 1 } }, { name: 'x' }, ['inner']],
  ])('leaves out %s, and says so', (_, raw, value, dropped) => {
    expect(readLenient(THING, raw)).toEqual({ value, dropped });
  });

  it.each([[undefined], [null], ['x'], [[]], [{}], [{ name: 5 }]])('gives nothing for %j', (raw) => {
    expect(readLenient(THING, raw)).toBeUndefined();
  });

  it('gives nothing when too much is wrong', () => {
    const labels = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`l${n}`, n]));
    expect(readLenient(THING, { name: 'x', labels })).toBeUndefined();
  });

  it('is not fooled by keys of Object.prototype', () => {
    const raw = JSON.parse('{"name":"x","labels":{"__proto__":"evil","constructor":"c"},"__proto__":{"count":5}}');
    const value = readLenient(THING, raw)?.value;
    expect(value?.count).toBeUndefined();
    expect(Object.getPrototypeOf(value?.labels)).toBe(Object.prototype);
    expect(value?.labels?.constructor).toBe('c');
  });

  it('never throws, and reads again what it gave', () => {
    const raw = fc.record(
      {
        name: fc.oneof(fc.string(), fc.jsonValue()),
        count: fc.jsonValue(),
        labels: fc.jsonValue(),
        items: fc.oneof(fc.array(fc.record({ name: fc.string(), args: fc.jsonValue() })), fc.jsonValue()),
        inner: fc.record({ items: fc.array(fc.jsonValue()), value: fc.jsonValue() }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(raw, (each) => {
        const read = readLenient(THING, each);
        if (read !== undefined) expect(readLenient(THING, read.value)).toEqual({ value: read.value, dropped: [] });
      }),
    );
  });
});
