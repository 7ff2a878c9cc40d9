import type { YamlAt } from './yaml-source.ts';

const MAX_PATTERN = 300;

/**
 * An anchored regular expression of a target (kustomize types.SelectorRegex), as far as people write them: names,
 * alternatives, and `.*` in between. Undefined for anything else: a stranger's expression is not run.
 */
export function matchesPattern(pattern: string, value: string): boolean | undefined {
  const [, inside = ''] = /^\^?(.*?)\$?$/s.exec(pattern) ?? [];
  if (inside.length > MAX_PATTERN) return undefined;
  const all = alternatives(inside);
  const isPlain = (text: string) => /^(?:[\w-]|\\\.|\.\*|\.(?![*+?]))*$/.test(text);
  return all?.every(isPlain) === true ? all.some((alternative) => matchesOne(alternative, value)) : undefined;
}

/** `a|b`, or one group of such with something around it. */
function alternatives(pattern: string): readonly string[] | undefined {
  const [, before, inside, after] = /^([^()|]*)\(([^()]*)\)([^()|]*)$/.exec(pattern) ?? [];
  if (inside !== undefined) return inside.split('|').map((one) => `${before}${one}${after}`);
  return /[()]/.test(pattern) ? undefined : pattern.split('|');
}

function matchesOne(alternative: string, value: string): boolean {
  const parts = alternative.split('.*').map((part) => part.replaceAll('\\.', '.'));
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return value === first;
  const last = rest.pop() ?? '';
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0 || found + part.length > value.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** `a=b,c!=d,e`: labels of an object against a selector; undefined for the kinds of selector with sets. */
export function matchesLabels(selector: string, labels: YamlAt | undefined): boolean | undefined {
  if (selector === '') return true;
  if (/[()]/.test(selector)) return undefined;
  return selector.split(',').every((term) => {
    const [, key = '', operator, value] = /^\s*(!?[^=!\s]+)\s*(?:(==|=|!=)\s*([^=!\s]*))?\s*$/.exec(term) ?? [];
    if (key.startsWith('!')) return labels?.get(key.slice(1)) === undefined;
    const written = labels?.get(key)?.string();
    if (operator === undefined) return written !== undefined;
    return operator === '!=' ? written !== value : written === value;
  });
}
