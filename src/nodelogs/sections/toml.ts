import { parse, TomlError } from 'smol-toml';
import type { Parsed } from './parsed.ts';
import { firstLineOf, MAX_CHARS } from './parsed.ts';

/** No configuration nests deeper; hostile ones do. */
const MAX_DEPTH = 64;

export function parseToml(text: string): Parsed {
  if (text.length > MAX_CHARS) return { problem: 'too long for a configuration' };
  try {
    return { value: parse(text, { maxDepth: MAX_DEPTH, integersAsBigInt: false }) };
  } catch (error) {
    if (error instanceof TomlError) return { problem: `line ${error.line}: ${firstLineOf(error.message)}` };
    return { problem: firstLineOf(error instanceof Error ? error.message : 'not TOML') };
  }
}
