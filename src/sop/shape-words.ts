import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields',
  record: 'fields',
};

/** What is wrong with a value of a procedure, and what is expected in its place; `value` is what stands there. */
export function shapeWords(issue: Issue, value: unknown): string {
  const wanted = wantedBy(issue);
  if (wanted === undefined) return issue.message;
  if (value === undefined) return `is missing; wants ${wanted}`;
  return `wants ${wanted}${foundIn(value, issue)}`;
}

function wantedBy(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'a text, a number, true, false, null, a list or fields';
    case 'too_small':
      return `at least ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `at most ${amount(issue.maximum, issue.origin)}`;
    default:
      return undefined;
  }
}

function amount(number: number | bigint, origin: string): string {
  if (origin === 'string') return `${number} ${Number(number) === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `${number} ${Number(number) === 1 ? 'entry' : 'entries'}`;
  return String(number);
}

const MAX_SHOWN = 40;

/** What stands there instead, as far as that helps to find it. */
function foundIn(value: unknown, { code }: Issue): string {
  if (code === 'too_big' || code === 'too_small') return '';
  if (value === null) return ', and has none';
  if (Array.isArray(value)) return ', not a list';
  if (typeof value === 'object') return ', not fields';
  const text = String(value);
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  if (code !== 'invalid_type') return `, not ${shown}`;
  return typeof value === 'string'
    ? `, not the text "${shown}"`
    : `, not ${shown}: if the text "${shown}" is meant, put it in quotes`;
}
