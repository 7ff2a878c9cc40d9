import {
  EVERY,
  type Expression,
  ExpressionError,
  OPERATORS,
  type Operand,
  type Operator,
  type Path,
} from './syntax.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Brackets and `not` inside each other. */
const MAX_DEPTH = 16;
const MAX_LIST = 100;

const PATH = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[(?:\d{1,6}|\*)\])*$/;
const KEYWORDS: ReadonlySet<string> = new Set(
  'and or not surely any where exists empty unknown count contains in true false'.split(' '),
);

/**
 * Reads an expression of a procedure:
 * `any pods.items where (it.ready == false) and not exists diagnose.incidents[0]`. Throws ExpressionError.
 */
export function parseExpression(text: string): Expression {
  const reader = new Reader(tokensOf(text));
  const expression = either(reader, 0);
  if (reader.peek().kind !== 'end') throw new ExpressionError(`does not expect ${reader.peek().text}`);
  return expression;
}

/** Reads a path: `diagnose.incidents[*].cause.id`. Throws ExpressionError. */
export function parsePath(text: string): Path {
  if (text.length > 500 || !PATH.test(text))
    throw new ExpressionError(`${JSON.stringify(text.slice(0, 40))} is no path`);
  const [root = '', ...rest] = text.match(/[A-Za-z_][\w-]*|\d+|\*/g) ?? [];
  return { text, root, rest: rest.map((part) => (part === '*' ? EVERY : /^\d/.test(part) ? Number(part) : part)) };
}

/** Every path that an expression reads; those of `it` belong to the list before `where`. */
export function pathsOf(expression: Expression): Path[] {
  switch (expression.kind) {
    case 'or':
    case 'and':
      return expression.parts.flatMap(pathsOf);
    case 'not':
    case 'surely':
      return pathsOf(expression.part);
    case 'any':
      return [expression.path, ...pathsOf(expression.where).filter((path) => path.root !== 'it')];
    case 'compare':
      return [expression.left, expression.right].flatMap((side) => (side.kind === 'literal' ? [] : [side.path]));
    default:
      return [expression.path];
  }
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: 'the end' };
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Takes the token when it is this word or sign. */
  took(text: string): boolean {
    const { kind, text: seen } = this.peek();
    if (kind === 'string' || kind === 'end' || seen !== text) return false;
    this.#at += 1;
    return true;
  }

  must(text: string): void {
    if (!this.took(text)) throw new ExpressionError(`expects ${text} before ${this.peek().text}`);
  }
}

function either(reader: Reader, depth: number): Expression {
  return chain('or', reader, () => both(reader, depth));
}

function both(reader: Reader, depth: number): Expression {
  return chain('and', reader, () => one(reader, depth));
}

function chain(kind: 'or' | 'and', reader: Reader, part: () => Expression): Expression {
  const first = part();
  const parts = [first];
  while (reader.took(kind)) parts.push(part());
  return parts.length === 1 ? first : { kind, parts };
}

function one(reader: Reader, depth: number): Expression {
  if (depth > MAX_DEPTH) throw new ExpressionError('is nested too deeply');
  for (const kind of ['not', 'surely'] as const) {
    if (reader.took(kind)) return { kind, part: one(reader, depth + 1) };
  }
  if (reader.took('(')) return bracketed(reader, depth);
  for (const kind of ['exists', 'empty', 'unknown'] as const) {
    if (reader.took(kind)) return { kind, path: path(reader) };
  }
  if (reader.took('any')) {
    const list = path(reader);
    reader.must('where');
    reader.must('(');
    return { kind: 'any', path: list, where: bracketed(reader, depth) };
  }
  return comparison(reader);
}

function bracketed(reader: Reader, depth: number): Expression {
  const inner = either(reader, depth + 1);
  reader.must(')');
  return inner;
}

function comparison(reader: Reader): Expression {
  const left = operand(reader);
  const operator = OPERATORS.find((each) => reader.took(each));
  if (operator !== undefined) return { kind: 'compare', left, operator, right: rightOf(operator, reader) };
  if (left.kind === 'path') return { kind: 'truth', path: left.path };
  throw new ExpressionError(`expects a comparison before ${reader.peek().text}`);
}

function rightOf(operator: Operator, reader: Reader): Operand {
  const right = operand(reader);
  const list = right.kind === 'literal' && Array.isArray(right.value);
  if (operator === 'in' && !list && right.kind !== 'path') throw new ExpressionError('expects a list after in');
  if (list && operator !== 'in' && operator !== 'contains')
    throw new ExpressionError(`cannot compare a list with ${operator}`);
  return right;
}

function operand(reader: Reader): Operand {
  if (reader.took('count')) return { kind: 'count', path: path(reader) };
  if (reader.took('true')) return { kind: 'literal', value: true };
  if (reader.took('false')) return { kind: 'literal', value: false };
  if (reader.took('[')) return { kind: 'literal', value: list(reader) };
  const { kind, text } = reader.peek();
  if (kind === 'word') return { kind: 'path', path: path(reader) };
  return { kind: 'literal', value: scalar(reader.next(), text) };
}

function list(reader: Reader): (string | number)[] {
  const values: (string | number)[] = [];
  do {
    const token = reader.next();
    values.push(scalar(token, token.text));
    if (values.length > MAX_LIST) throw new ExpressionError(`has a list of more than ${MAX_LIST} values`);
  } while (reader.took(','));
  reader.must(']');
  return values;
}

function scalar({ kind }: Token, text: string): string | number {
  if (kind === 'string') return text;
  if (kind === 'number') return Number(text);
  throw new ExpressionError(`expects a value instead of ${text}`);
}

function path(reader: Reader): Path {
  const { kind, text } = reader.next();
  if (kind !== 'word' || KEYWORDS.has(text)) throw new ExpressionError(`expects a path instead of ${text}`);
  return parsePath(text);
}
