import { parseDocument } from 'yaml';
import { whyTooComplex } from '../../core/yaml-bounds.ts';
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
  const problem = whyNotGeneral(part, limits);
  return problem === undefined ? parseGeneral(part, limits) : new Error(problem);
}

function parseGeneral(part: string, limits: Limits): unknown {
  try {
    const document = parseDocument(part, { logLevel: 'silent', prettyErrors: false, uniqueKeys: false, merge: false });
    if (document.errors.length > 0) return new Error('not YAML');
    return document.toJS({ maxAliasCount: limits.yamlAliases }) as unknown;
  } catch {
    return new Error('not readable as YAML');
  }
}

/** Why a text is not given to the general parser. */
function whyNotGeneral(part: string, limits: Limits): string | undefined {
  if (part.length > limits.yamlChars)
    return `more than ${limits.yamlChars} characters of unusual YAML; give it as JSON`;
  return whyTooComplex(part);
}
