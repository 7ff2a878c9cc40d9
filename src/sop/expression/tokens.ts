import { ExpressionError } from './syntax.ts';

export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'sign' | 'end';
  readonly text: string;
}

/** Longest expression; the ones of a procedure are a line or two. */
const MAX_CHARS = 2_000;

const SPACE = /\s+/y;
/** A name, or a path of names, positions and `[*]`. */
const WORD = /[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[(?:\d{1,6}|\*)\])*/y;
const STRING = /'[^']*'|"[^"]*"/y;
const NUMBER = /-?\d{1,15}(?:\.\d{1,6})?/y;
const SIGN = /==|!=|<=|>=|[<>()[\],]/y;

export function tokensOf(text: string): Token[] {
  if (text.length > MAX_CHARS) throw new ExpressionError(`longer than ${MAX_CHARS} characters`);
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  for (;;) {
    take(SPACE);
    if (at >= text.length) return [...tokens, { kind: 'end', text: 'the end' }];
    const token = next(take);
    if (token === undefined)
      throw new ExpressionError(`does not understand ${JSON.stringify(text.slice(at, at + 12))}`);
    tokens.push(token);
  }
}

function next(take: (pattern: RegExp) => string | undefined): Token | undefined {
  const quoted = take(STRING);
  if (quoted !== undefined) return { kind: 'string', text: quoted.slice(1, -1) };
  const word = take(WORD);
  if (word !== undefined) return { kind: 'word', text: word };
  const number = take(NUMBER);
  if (number !== undefined) return { kind: 'number', text: number };
  const sign = take(SIGN);
  return sign === undefined ? undefined : { kind: 'sign', text: sign };
}
