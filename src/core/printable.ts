import { excerpt, neutralize, redact } from './redact.ts';

/** Longest string of an answer: an excerpt plus its sentence. */
const MAX_STRING = 4_000;

/** Fields that are commands, or may be: in them the quotes must stay as they are. */
const COMMAND_FIELDS: ReadonlySet<string> = new Set(['command', 'commands', 'toDecide', 'how']);

/** Every string of a plain value made safe to print: names and messages come from strangers. */
export function printable<T>(value: T, field = ''): T {
  if (typeof value === 'string') return (COMMAND_FIELDS.has(field) ? command(value) : excerpt(value, MAX_STRING)) as T;
  if (Array.isArray(value)) return value.map((inner) => printable(inner, field)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printable(inner, key)])) as T;
}

/** What stands between two quotes is redacted by itself: a quote that went with a secret would free the words after it. */
function command(text: string): string {
  return text.includes("'") ? neutralize(text.split("'").map(redact).join("'")) : excerpt(text, MAX_STRING);
}
