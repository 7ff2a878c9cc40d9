import type { Json } from '../core/sop/procedure.ts';
import { parsePath } from './expression/parse.ts';
import { type Found, resolve, type Scope } from './expression/resolve.ts';
import type { Path } from './expression/syntax.ts';

/** `${pod}`, or `${node?}` for what may be left out. */
const PLACEHOLDER = /\$\{([^{}]{1,500}?)(\?)?\}/g;

export interface Placeholder {
  /** As it stands in the text. */
  readonly written: string;
  readonly path: Path;
  readonly optional: boolean;
}

/** Throws ExpressionError for one that is no path. */
export function placeholdersIn(text: string): Placeholder[] {
  return [...text.matchAll(PLACEHOLDER)].map(([written, path = '', mark]) => placeholderOf(written, path, mark));
}

/** The text with its placeholders replaced; what is put in is not looked at again. */
export function replacePlaceholders(text: string, words: (placeholder: Placeholder) => string): string {
  return text.replace(PLACEHOLDER, (written: string, path: string, mark?: string) =>
    words(placeholderOf(written, path, mark)),
  );
}

function placeholderOf(written: string, path: string, mark: string | undefined): Placeholder {
  return { written, path: parsePath(path.trim()), optional: mark === '?' };
}

/** The one placeholder that a text consists of; its value keeps its type. */
export function onlyPlaceholder(text: string): Placeholder | undefined {
  const [first, ...rest] = placeholdersIn(text);
  return first !== undefined && rest.length === 0 && first.written === text ? first : undefined;
}

/** Every text of a template, with the keys that lead to it. */
export function textsOf(
  value: Json,
  at: readonly (string | number)[] = [],
): (readonly [readonly (string | number)[], string])[] {
  if (typeof value === 'string') return [[at, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsOf(inner as Json, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

export type Filled =
  | { readonly ok: true; readonly arguments: { readonly [name: string]: Json } }
  | { readonly ok: false /** The input or step that has no value. */; readonly missing: string; readonly why: string };

/** The arguments of a call. One that is not known is left out when it is marked so; else there is no call. */
export function fillArguments(template: { readonly [name: string]: Json }, scope: Scope): Filled {
  try {
    const filled = fill(template, scope);
    return { ok: true, arguments: (filled ?? {}) as { readonly [name: string]: Json } };
  } catch (error) {
    if (error instanceof NotKnown) return { ok: false, missing: error.what, why: error.message };
    throw error;
  }
}

class NotKnown extends Error {
  /** The name that it starts at. */
  readonly what: string;

  constructor(what: string, why: string) {
    super(why);
    this.what = what;
  }
}

/** Undefined where an optional value is not known. */
function fill(value: Json, scope: Scope): Json | undefined {
  if (typeof value === 'string') return fillText(value, scope);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.flatMap((each: Json) => fill(each, scope) ?? []);
  const entries = Object.entries(value).map(([key, inner]) => [key, fill(inner, scope)] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}

function fillText(text: string, scope: Scope): Json | undefined {
  const whole = onlyPlaceholder(text);
  if (whole !== undefined) return valueAt(whole, scope);
  return replacePlaceholders(text, (placeholder) => {
    const value = valueAt(placeholder, scope);
    return value === undefined ? '' : wordsOf(value);
  });
}

function valueAt({ path, optional }: Placeholder, scope: Scope): Json | undefined {
  const value = foundValue(resolve(path, scope));
  if (value !== undefined || optional) return value;
  throw new NotKnown(path.root, resolve(path, scope).unknown ?? `${path.text} is not in the answer`);
}

/** A list for a path through lists, else the one value. */
export function foundValue({ values, many }: Found): Json | undefined {
  return (many ? values : values[0]) as Json | undefined;
}

export function wordsOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return [...new Set(value.map(wordsOf))].join('; ');
  return JSON.stringify(value);
}
