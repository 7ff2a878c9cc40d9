import { parse, TomlError } from 'smol-toml';
import { MAX_LEVELS, nestsDeeper } from '../../core/nesting.ts';
import type { Parsed } from './parsed.ts';
import { firstLineOf, MAX_CHARS } from './parsed.ts';

export function parseToml(text: string): Parsed {
  if (text.length > MAX_CHARS) return { problem: 'too long for a configuration' };
  try {
    const value = parse(text, { maxDepth: MAX_LEVELS, integersAsBigInt: false });
    // The limit of the parser is one of brackets: `[a.b.c]` nests as well.
    return nestsDeeper(value) ? { problem: 'nested too deeply' } : { value };
  } catch (error) {
    if (error instanceof TomlError) return { problem: `line ${error.line}: ${firstLineOf(error.message)}` };
    return { problem: firstLineOf(error instanceof Error ? error.message : 'not TOML') };
  }
}
