import { Document, isNode, LineCounter, type YAMLParseError } from 'yaml';
import { excerpt } from '../core/redact.ts';
import type { Procedure } from '../core/sop/procedure.ts';
import { parseYaml } from '../core/yaml.ts';
import { checkReferences } from './check-references.ts';
import { checkFormat } from './format.ts';

/** Longest file; the ones that come with pullwhy have a tenth of it. */
export const MAX_FILE_CHARS = 256 * 1024;

export type ParsedProcedure =
  | { readonly ok: true; readonly procedure: Procedure }
  | { readonly ok: false /** From 1. */; readonly line: number; readonly message: string };

/** A procedure out of YAML, or out of Markdown whose front matter it is. Never throws. */
export function parseProcedure(text: string): ParsedProcedure {
  if (text.length > MAX_FILE_CHARS) return refused(1, `longer than ${MAX_FILE_CHARS / 1024} KiB`);
  const { yaml, linesBefore } = frontMatter(text);
  const lines = new LineCounter();
  const read = parseYaml(yaml, { lineCounter: lines, strict: true });
  if ('problem' in read) return refused(1, read.problem);
  const [document = new Document(null), second] = read.documents;
  if (second !== undefined)
    return refused(lines.linePos(second.range[0]).line + linesBefore, 'another document begins here');
  const [error] = document.errors;
  if (error !== undefined)
    return refused(lines.linePos(error.pos[0]).line + linesBefore, `is no YAML: ${yamlWords(error)}`);
  const value = contentOf(document);
  if (typeof value === 'string') return refused(1, value);
  const checked = checkFormat(value.content);
  const problem = checked.ok ? checkReferences(checked.procedure) : checked.problem;
  if (checked.ok && problem === undefined) return { ok: true, procedure: checked.procedure };
  const { path = [], message = 'is no procedure' } = problem ?? {};
  const where = path.length === 0 ? '' : `${path.join('.')}: `;
  return refused(lineOf(document, path, lines) + linesBefore, `${where}${message}`);
}

function refused(line: number, message: string): ParsedProcedure {
  return { ok: false, line, message: excerpt(message, 300) };
}

/** The parser's words are for those who know YAML's grammar; these slips are everybody's. */
const YAML_WORDS: Partial<Record<YAMLParseError['code'], string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a text that holds a colon and a blank needs quotes',
  DUPLICATE_KEY: 'this field stands here twice',
  TAB_AS_INDENT: 'set in with blanks, not with tabs',
};

function yamlWords({ code, message }: YAMLParseError): string {
  return YAML_WORDS[code] ?? message;
}

/** What stands between two lines of dashes at the top; the whole text where there are none. */
function frontMatter(text: string): { readonly yaml: string; readonly linesBefore: number } {
  const clean = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  if (!clean.startsWith('---\n')) return { yaml: clean, linesBefore: 0 };
  const end = clean.indexOf('\n---\n', 3);
  return { yaml: clean.slice(4, end === -1 ? clean.length : end + 1), linesBefore: 1 };
}

function contentOf(document: Document): { readonly content: unknown } | string {
  try {
    return { content: document.toJS({ maxAliasCount: 20 }) as unknown };
  } catch {
    return 'too many aliases';
  }
}

/** The line of the value at a path, or of the nearest one around it that is there. */
function lineOf(document: Document, path: readonly (string | number)[], lines: LineCounter): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
