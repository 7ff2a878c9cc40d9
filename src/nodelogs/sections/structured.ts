import { parse, TomlError } from 'smol-toml';
import { parseDocument } from 'yaml';
import { whyTooComplex } from '../../core/yaml-bounds.ts';
import { type Table, table } from './values.ts';

/** A text that was parsed, or why it was not, in one clause. */
export type Parsed = { readonly value: Table } | { readonly problem: string };

/** No configuration nests deeper; hostile ones do. */
const MAX_DEPTH = 64;
const MAX_CHARS = 1024 * 1024;

export function parseToml(text: string): Parsed {
  if (text.length > MAX_CHARS) return { problem: 'too long for a configuration' };
  try {
    return { value: parse(text, { maxDepth: MAX_DEPTH, integersAsBigInt: false }) };
  } catch (error) {
    if (error instanceof TomlError) return { problem: `line ${error.line}: ${firstLine(error.message)}` };
    return { problem: firstLine(error instanceof Error ? error.message : 'not TOML') };
  }
}

/** The first object of a JSON text; what a command printed around it is skipped. */
export function parseJson(text: string): Parsed {
  const open = text.indexOf('{');
  const close = text.lastIndexOf('}');
  if (open < 0 || close < open) return { problem: 'no JSON object' };
  try {
    const value = table(JSON.parse(text.slice(open, close + 1)));
    return value === undefined ? { problem: 'no JSON object' } : { value };
  } catch (error) {
    return { problem: firstLine(error instanceof Error ? error.message : 'not JSON') };
  }
}

export function parseYaml(text: string): Parsed {
  if (text.length > MAX_CHARS) return { problem: 'too long for a configuration' };
  const tooComplex = whyTooComplex(text);
  if (tooComplex !== undefined) return { problem: tooComplex };
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false, uniqueKeys: false, merge: false });
    const [error] = document.errors;
    if (error !== undefined) return { problem: firstLine(error.message) };
    const value = table(document.toJS({ maxAliasCount: 100 }));
    return value === undefined ? { problem: 'no mapping' } : { value };
  } catch {
    return { problem: 'not readable as YAML' };
  }
}

/** Kubernetes configuration files may be either. */
export function parseJsonOrYaml(text: string): Parsed {
  const json = /^\s*\{/.test(text) ? parseJson(text) : undefined;
  return json !== undefined && 'value' in json ? json : parseYaml(text);
}

function firstLine(message: string): string {
  return (message.replace(/^Invalid TOML document: /, '').split('\n')[0] ?? '').slice(0, 200);
}
