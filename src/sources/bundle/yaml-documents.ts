import { parseDocument } from 'yaml';
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

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
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

/** Brackets inside brackets of a hand-written manifest; the general parser's time doubles with each level or two. */
const MAX_FLOW_DEPTH = 8;
/** `- - - ` on one line, and `? ` for complex keys: nobody writes them, and the general parser takes forever for many. */
const MAX_INDICATORS = 8;

/** Why a text is not given to the general parser, whose time explodes for some texts of a few hundred characters. */
function whyNotGeneral(part: string, limits: Limits): string | undefined {
  if (part.length > limits.yamlChars)
    return `more than ${limits.yamlChars} characters of unusual YAML; give it as JSON`;
  if (flowDepth(part) > MAX_FLOW_DEPTH) return 'brackets nested too deeply';
  const complexKeys = part.match(/(?:^|\s)\?(?=\s)/gm)?.length ?? 0;
  if (complexKeys > MAX_INDICATORS || /(?:-[ \t]+){9}/.test(part)) return 'nested too deeply';
  return undefined;
}

/** Upper bound: brackets in texts count as well. */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if ((char === CLOSE_BRACE || char === CLOSE_BRACKET) && depth > 0) depth -= 1;
  }
  return deepest;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
