import { nestsDeeper } from '../../core/nesting.ts';
import { type Table, table } from './values.ts';

/** A text that was parsed, or why it was not, in one clause. */
export type Parsed = { readonly value: Table } | { readonly problem: string };

export const MAX_CHARS = 1024 * 1024;

/** The first object of a JSON text; what a command printed around it is skipped. */
export function parseJson(text: string): Parsed {
  const open = text.indexOf('{');
  const close = text.lastIndexOf('}');
  if (open < 0 || close < open) return { problem: 'no JSON object' };
  try {
    const value = table(JSON.parse(text.slice(open, close + 1)));
    if (nestsDeeper(value)) return { problem: 'nested too deeply' };
    return value === undefined ? { problem: 'no JSON object' } : { value };
  } catch (error) {
    return { problem: firstLineOf(error instanceof Error ? error.message : 'not JSON') };
  }
}

export function firstLineOf(message: string): string {
  return (message.replace(/^Invalid TOML document: /, '').split('\n')[0] ?? '').slice(0, 200);
}
