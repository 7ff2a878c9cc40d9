import { parseYaml } from '../../core/yaml.ts';
import { countLines } from './count-lines.ts';
import type { Limits } from './limits.ts';
import { parseKubectlYaml } from './yaml/kubectl-yaml.ts';

interface YamlDocument {
  readonly value: unknown;
  /** Line of its first character, from 1. */
  readonly line: number;
}

export interface YamlDocuments {
  readonly documents: readonly YamlDocument[];
  /** What could not be read, one line each. */
  readonly problems: readonly string[];
}

/** Reads the documents of a YAML text. Aliases are limited, keys stay strings, custom tags are not run. Never throws. */
export function readYamlDocuments(text: string, firstLine: number, limits: Limits): YamlDocuments {
  const documents: YamlDocument[] = [];
  const problems: string[] = [];
  for (const { part, line } of splitDocuments(text, firstLine)) {
    if (!/^\s*(?:- )?["']?(?:apiVersion|kind|items)["']?:/m.test(part)) continue;
    const value = parsePart(part, limits);
    if (value instanceof Error) problems.push(`line ${line}: ${value.message}`);
    else documents.push({ value, line });
  }
  return { documents, problems };
}

function splitDocuments(text: string, firstLine: number): { part: string; line: number }[] {
  let line = firstLine;
  return text.split(/^---(?:[ \t].*)?$/m).map((part) => {
    const at = { part, line };
    line += countLines(part);
    return at;
  });
}

function parsePart(part: string, limits: Limits): unknown {
  const usual = parseKubectlYaml(part);
  if (usual !== undefined) return usual.value;
  return part.length > limits.yamlChars
    ? new Error(`more than ${limits.yamlChars} characters of unusual YAML; give it as JSON`)
    : parseGeneral(part, limits);
}

function parseGeneral(part: string, limits: Limits): unknown {
  try {
    const read = parseYaml(part, { uniqueKeys: false, merge: false });
    if ('problem' in read) return new Error(read.problem);
    const [document] = read.documents;
    if (document === undefined || document.errors.length > 0) return new Error('not YAML');
    return document.toJS({ maxAliasCount: limits.yamlAliases }) as unknown;
  } catch {
    return new Error('not readable as YAML');
  }
}
