import { parseYaml as parseDocuments } from '../../core/yaml.ts';
import { firstLineOf, MAX_CHARS, type Parsed, parseJson } from './parsed.ts';
import { table } from './values.ts';

export function parseYaml(text: string): Parsed {
  if (text.length > MAX_CHARS) return { problem: 'too long for a configuration' };
  try {
    const read = parseDocuments(text, { uniqueKeys: false, merge: false });
    if ('problem' in read) return read;
    const [document] = read.documents;
    const [error] = document?.errors ?? [];
    if (error !== undefined) return { problem: firstLineOf(error.message) };
    const value = table(document?.toJS({ maxAliasCount: 100 }));
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
