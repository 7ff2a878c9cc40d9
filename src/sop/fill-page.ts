import { excerpt } from '../core/redact.ts';
import type { Json } from '../core/sop/procedure.ts';
import { resolve, type Scope } from './expression/resolve.ts';
import {
  foundValue,
  onlyPlaceholder,
  type Placeholder,
  placeholdersIn,
  replacePlaceholders,
  wordsOf,
} from './placeholders.ts';

const NOT_KNOWN = 'not known';
const MAX_VALUE = 2_000;
/** Lines that one list may become. */
const MAX_LINES = 200;

/** A line of text. What is not known says so. */
export function fillLine(text: string, scope: Scope): string {
  return replacePlaceholders(text, (placeholder) => plain(wordsOf(valueAt(placeholder, scope) ?? NOT_KNOWN)));
}

/**
 * A page of text. A line whose placeholder is a list is repeated for each entry; a line whose optional placeholder
 * (`${x?}`) has no value is left out.
 */
export function fillPage(template: string, scope: Scope): string {
  return template
    .split('\n')
    .flatMap((line) => filledLines(line, scope))
    .join('\n');
}

function filledLines(line: string, scope: Scope): string[] {
  const placeholders = placeholdersIn(line);
  const values = placeholders.map((placeholder) => ({ placeholder, value: valueAt(placeholder, scope) }));
  if (values.some(({ placeholder, value }) => placeholder.optional && isNothing(value))) return [];
  const list = values.find(({ value }) => Array.isArray(value));
  if (list === undefined) return [fillLine(line, scope)];
  const entries = list.value as readonly Json[];
  if (entries.length === 0) return [fillLine(line.replace(list.placeholder.written, 'none'), scope)];
  // Filled in before the entry is put there: what an entry says is no placeholder.
  const [before = '', after = ''] = line.split(list.placeholder.written).map((part) => fillLine(part, scope));
  return entries.slice(0, MAX_LINES).map((entry) => `${before}${plain(wordsOf(entry))}${after}`);
}

/** A structure of any shape. A field whose optional placeholder has no value is left out. */
export function fillStructure(template: Json, scope: Scope): Json | undefined {
  if (typeof template === 'string') return filledText(template, scope);
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.flatMap((each: Json) => fillStructure(each, scope) ?? []);
  const entries = Object.entries(template).map(([key, inner]) => [key, fillStructure(inner, scope)] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}

function filledText(text: string, scope: Scope): Json | undefined {
  const whole = onlyPlaceholder(text);
  if (whole === undefined) return fillLine(text, scope);
  const value = valueAt(whole, scope);
  if (isNothing(value)) return whole.optional ? undefined : (value ?? NOT_KNOWN);
  return value;
}

function valueAt({ path }: Placeholder, scope: Scope): Json | undefined {
  return foundValue(resolve(path, scope));
}

function isNothing(value: Json | undefined): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** No word of the data can look like a marker that ends it: neither a fence of Markdown nor a row of equals signs. */
function plain(text: string): string {
  return excerpt(text, MAX_VALUE).replaceAll(/={4,}/g, '===').replaceAll(/`{3,}/g, '``');
}
