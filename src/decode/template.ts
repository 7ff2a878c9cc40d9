import { MAX_CAPTURE } from './limits.ts';

/**
 * The notation of the rule tables: literal text, matched without regard to case, with captures.
 *
 *   `{x:q}`  a quoted string, or a word when the quotes are missing
 *   `{x:w}`  a word: up to the next blank, without closing punctuation
 *   `{x}`    anything up to the next literal
 */
export interface Template {
  readonly first: string;
  readonly tokens: readonly Token[];
}

type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'quoted' | 'word' | 'until'; readonly name: string };

export type Captures = Readonly<Record<string, string>>;

export interface Match {
  readonly to: number;
  readonly captures: Captures;
}

const CAPTURE = /\{(\w+)(?::([qw]))?\}/g;
const NONE: Captures = {};

/** Length of a first literal that says enough by itself. */
const TELLING = 15;

/** The literal text that a rule starts with, lower case; throws where there is none. */
export function firstLiteral(like: string): string {
  const end = like.search(CAPTURE);
  const first = (end < 0 ? like : like.slice(0, end)).toLowerCase().trimEnd();
  if (first === '') throw new Error(`a rule starts with literal text: ${like}`);
  return first;
}

export function compileTemplate(like: string): Template {
  const first = firstLiteral(like);
  const tokens: Token[] = [];
  let at = 0;
  for (const found of like.matchAll(CAPTURE)) {
    if (found.index > at) tokens.push({ kind: 'literal', text: like.slice(at, found.index).toLowerCase() });
    const kind = found[2] === 'q' ? 'quoted' : found[2] === 'w' ? 'word' : 'until';
    tokens.push({ kind, name: found[1] as string });
    at = found.index + found[0].length;
  }
  if (at < like.length) tokens.push({ kind: 'literal', text: like.slice(at).toLowerCase() });
  return { first, tokens };
}

/** Matches at `at`. A text that ends inside the template (a cut-off paste) matches as far as it goes. */
export function matchTemplate(template: Template, text: string, lower: string, at: number): Match | undefined {
  const { tokens, first } = template;
  if (!lower.startsWith(first, at) || !endsWord(lower, at + first.length)) return undefined;
  if (tokens.length === 1) return { to: at + first.length, captures: NONE };
  let to = skipBlanks(text, at + first.length);
  const captures: Record<string, string> = {};
  for (let index = 1; index < tokens.length; index++) {
    if (to >= text.length && canStop(template, index)) break;
    const token = tokens[index] as Token;
    if (token.kind === 'literal') {
      const literal = token.text.trim();
      const from = skipBlanks(text, to);
      if (!lower.startsWith(literal, from)) return undefined;
      to = skipBlanks(text, from + literal.length);
    } else if (token.kind === 'until') {
      const end = endOfUntil(tokens[index + 1], lower, to);
      if (end < 0) return undefined;
      captures[token.name] = text.slice(to, end).trim();
      to = end;
    } else {
      const end = token.kind === 'quoted' ? endOfQuoted(text, to) : endOfWord(text, to);
      captures[token.name] = unquoted(text, to, end);
      to = end;
    }
  }
  return { to, captures };
}

/** A cut-off text still counts if its first words are telling, or if no literal is missing. */
function canStop({ first, tokens }: Template, from: number): boolean {
  return first.length >= TELLING || tokens.slice(from).every(({ kind }) => kind !== 'literal');
}

function endOfUntil(next: Token | undefined, lower: string, from: number): number {
  if (next?.kind !== 'literal') return Math.min(lower.length, from + MAX_CAPTURE);
  const end = lower.slice(from, from + MAX_CAPTURE).indexOf(next.text.trim() === '' ? next.text : next.text.trim());
  return end < 0 ? -1 : from + end;
}

function endOfQuoted(text: string, at: number): number {
  const quote = text[at];
  if (quote !== '"' && quote !== "'" && quote !== '`') return endOfWord(text, at);
  const length = text.slice(at + 1, at + 1 + MAX_CAPTURE).indexOf(quote);
  return length < 0 ? endOfWord(text, at) : at + length + 2;
}

const CLOSING = ':,;"\')]';
const QUOTES = '"\'`';

function endOfWord(text: string, at: number): number {
  const limit = Math.min(text.length, at + MAX_CAPTURE);
  let end = at;
  while (end < limit && text.charCodeAt(end) > 32) end++;
  while (end > at && CLOSING.includes(text.charAt(end - 1))) end--;
  return end;
}

function unquoted(text: string, from: number, to: number): string {
  const start = from < to && QUOTES.includes(text.charAt(from)) ? from + 1 : from;
  const end = to > start && QUOTES.includes(text.charAt(to - 1)) ? to - 1 : to;
  return text.slice(start, end);
}

function skipBlanks(text: string, at: number): number {
  let to = at;
  while (text[to] === ' ') to++;
  return to;
}

/** A literal may not end inside a word. */
function endsWord(lower: string, at: number): boolean {
  return !isWordChar(lower.charCodeAt(at - 1)) || !isWordChar(lower.charCodeAt(at));
}

function isWordChar(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}
