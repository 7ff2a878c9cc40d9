import { type Found, resolve, type Scope } from './resolve.ts';
import type { Expression, Literal, Operand, Operator } from './syntax.ts';

/** True, false, or not to be known and why. */
export type Truth = { readonly is: true } | { readonly is: false } | { readonly is: 'unknown'; readonly why: string };

const TRUE: Truth = { is: true };
const FALSE: Truth = { is: false };

/** Three-valued: what was not seen makes no comparison false. */
export function evaluate(expression: Expression, scope: Scope): Truth {
  switch (expression.kind) {
    case 'or':
      return anyOf(expression.parts.map((part) => evaluate(part, scope)));
    case 'and':
      return not(anyOf(expression.parts.map((part) => not(evaluate(part, scope)))));
    case 'not':
      return not(evaluate(expression.part, scope));
    case 'surely':
      return truth(evaluate(expression.part, scope).is === true);
    case 'exists':
      return exists(resolve(expression.path, scope));
    case 'empty':
      return isEmpty(resolve(expression.path, scope));
    case 'unknown': {
      const { values, unknown } = resolve(expression.path, scope);
      return truth(values.length === 0 && unknown !== undefined);
    }
    case 'truth':
      return compare(resolve(expression.path, scope), '==', true);
    case 'any':
      return anyEntry(expression, scope);
    case 'compare':
      return comparison(expression.left, expression.operator, expression.right, scope);
  }
}

/** The scope of `where`: `it` is one entry of the list. */
export function withEntry(scope: Scope, entry: unknown): Scope {
  return new Map([...scope, ['it', { known: true, value: entry, whole: true }]]);
}

export function not(truth: Truth): Truth {
  return truth.is === 'unknown' ? truth : truth.is ? FALSE : TRUE;
}

function truth(value: boolean): Truth {
  return value ? TRUE : FALSE;
}

function anyOf(truths: readonly Truth[]): Truth {
  return truths.find(({ is }) => is === true) ?? truths.find(({ is }) => is === 'unknown') ?? FALSE;
}

function exists({ values, unknown }: Found): Truth {
  if (values.length > 0) return TRUE;
  return unknown === undefined ? FALSE : { is: 'unknown', why: unknown };
}

function isEmpty(found: Found): Truth {
  const { values, many, unknown } = found;
  if (values.some((value) => !isVoid(value))) return FALSE;
  if (unknown !== undefined) return { is: 'unknown', why: unknown };
  return many || values.length > 0 ? TRUE : { is: 'unknown', why: `${found.text} is not in the answer` };
}

function isVoid(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

function anyEntry({ path, where }: Extract<Expression, { kind: 'any' }>, scope: Scope): Truth {
  const found = resolve(path, scope);
  // The list itself, or the lists of every entry of another.
  const entries = found.values.flat();
  const seen = anyOf(entries.map((entry: unknown) => evaluate(where, withEntry(scope, entry))));
  if (seen.is !== false) return seen;
  if (found.unknown !== undefined) return { is: 'unknown', why: found.unknown };
  return found.many || found.values.length > 0 ? FALSE : { is: 'unknown', why: `${path.text} is not in the answer` };
}

function comparison(left: Operand, operator: Operator, right: Operand, scope: Scope): Truth {
  const value = literalOf(right, scope);
  if (value === undefined) return { is: 'unknown', why: 'the right side is not known' };
  switch (left.kind) {
    case 'literal':
      return compare({ text: '', values: [left.value], many: false }, operator, value);
    case 'path':
      return compare(resolve(left.path, scope), operator, value);
    case 'count':
      return counted(resolve(left.path, scope), operator, value);
  }
}

function literalOf(operand: Operand, scope: Scope): Literal | undefined {
  if (operand.kind === 'literal') return operand.value;
  const { values, many, unknown } = resolve(operand.path, scope);
  if (unknown !== undefined) return undefined;
  if (operand.kind === 'count') return many ? values.length : lengthOf(values[0]);
  const list = many ? values : values[0];
  if (Array.isArray(list)) return list.filter((value) => typeof value === 'string' || typeof value === 'number');
  return typeof list === 'string' || typeof list === 'number' || typeof list === 'boolean' ? list : undefined;
}

/** Of several values one has to satisfy it; `!=` is the opposite of `==`. */
function compare(found: Found, operator: Operator, value: Literal): Truth {
  if (operator === '!=') return not(compare(found, '==', value));
  const values = operator === 'contains' ? found.values.flat() : found.values;
  if (values.some((each) => holds(each, operator, value))) return TRUE;
  if (found.unknown !== undefined) return { is: 'unknown', why: found.unknown };
  return found.many || found.values.length > 0 ? FALSE : { is: 'unknown', why: `${found.text} is not in the answer` };
}

function holds(seen: unknown, operator: Operator, value: Literal): boolean {
  switch (operator) {
    case '==':
      return seen === value;
    case 'in':
      return Array.isArray(value) && value.includes(seen);
    case 'contains':
      return [value].flat().some((part) => contains(seen, part));
    default:
      return typeof seen === 'number' && typeof value === 'number' && ordered(seen, operator, value);
  }
}

/** Text by its pieces, without regard to case; anything else by being the same. */
function contains(seen: unknown, part: string | number | boolean): boolean {
  if (typeof seen !== 'string' || typeof part !== 'string') return seen === part;
  return seen.toLowerCase().includes(part.toLowerCase());
}

function ordered(left: number, operator: Operator, right: number): boolean {
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

/** What was not read to its end holds at least as many as were seen. */
function counted({ values, many, unknown }: Found, operator: Operator, value: Literal): Truth {
  const count = many ? values.length : lengthOf(values[0]);
  if (count === undefined || typeof value !== 'number')
    return { is: 'unknown', why: unknown ?? 'nothing to count in the answer' };
  if (unknown === undefined)
    return truth(
      operator === '==' ? count === value : operator === '!=' ? count !== value : ordered(count, operator, value),
    );
  if ((operator === '>=' || operator === '>') && ordered(count, operator, value)) return TRUE;
  if ((operator === '<' || operator === '<=') && !ordered(count, operator, value)) return FALSE;
  return { is: 'unknown', why: unknown };
}

function lengthOf(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}
