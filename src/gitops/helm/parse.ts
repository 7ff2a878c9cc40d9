import type { Slot } from '../slot.ts';
import { type Segment, segmentsOf, type Token, tokensOf } from './lex.ts';

/** Commands joined by `|`: each gets what the one before gives as its last argument. */
export interface Pipeline {
  readonly commands: readonly (readonly Operand[])[];
}

/** One word of a command, with the fields that are read of it. */
export interface Operand {
  readonly kind: 'dot' | 'variable' | 'string' | 'number' | 'word' | 'group';
  /** Name of the variable or function, or the literal. */
  readonly text: string;
  readonly group?: Pipeline;
  readonly fields: readonly string[];
}

export type TemplateNode =
  /** Text that stands elsewhere than in the template file. */
  | { readonly kind: 'written'; readonly text: string; readonly slot?: Slot }
  | { readonly kind: 'text'; readonly text: string; readonly start: number }
  | { readonly kind: 'output'; readonly pipeline: Pipeline }
  | { readonly kind: 'assign'; readonly name: string; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with';
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | {
      readonly kind: 'range';
      readonly names: readonly string[];
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
    };

export interface Template {
  readonly body: readonly TemplateNode[];
  /** Named templates that the file defines. */
  readonly defines: ReadonlyMap<string, readonly TemplateNode[]>;
  /** False where blocks are nested too deeply and were left out. */
  readonly isWhole: boolean;
}

/** Blocks inside blocks; no chart comes near. */
const MAX_DEPTH = 64;
const NOTHING: Pipeline = { commands: [] };

/** Parses a Go template. Actions that are not understood give nothing; an unclosed block ends with the file. */
export function parseTemplate(text: string): Template {
  const defines = new Map<string, readonly TemplateNode[]>();
  const reader = new Reader(segmentsOf(text), defines);
  const body = reader.block(0).nodes;
  return { body, defines, isWhole: reader.isWhole };
}

interface Block {
  readonly nodes: readonly TemplateNode[];
  /** The action that ended it: `end`, `else …`; empty at the end of the file. */
  readonly closedBy: string;
}

class Reader {
  readonly #segments: readonly Segment[];
  readonly #defines: Map<string, readonly TemplateNode[]>;
  isWhole = true;
  #next = 0;

  constructor(segments: readonly Segment[], defines: Map<string, readonly TemplateNode[]>) {
    this.#segments = segments;
    this.#defines = defines;
  }

  block(depth: number): Block {
    const nodes: TemplateNode[] = [];
    for (;;) {
      const segment = this.#segments[this.#next];
      this.#next += 1;
      if (segment === undefined) return { nodes, closedBy: '' };
      if (segment.kind === 'text') {
        nodes.push({ kind: 'text', text: segment.text, start: segment.start });
        continue;
      }
      const [, keyword = '', rest = ''] = /^([a-z]*)\b\s*([\s\S]*)$/.exec(segment.text) ?? [];
      if (keyword === 'end' || keyword === 'else') return { nodes, closedBy: segment.text };
      nodes.push(...this.#action(keyword, rest, segment.text, depth));
    }
  }

  #action(keyword: string, rest: string, whole: string, depth: number): readonly TemplateNode[] {
    if (depth > MAX_DEPTH) {
      this.isWhole = false;
      return [];
    }
    if (keyword === 'if' || keyword === 'with') return [this.#branch(keyword, rest, depth)];
    if (keyword === 'range') return [this.#range(rest, depth)];
    if (keyword === 'define' || keyword === 'block') {
      const name = /^(?:"([^"]*)"|`([^`]*)`)/.exec(rest);
      const { nodes } = this.#skipElse(depth);
      this.#defines.set(name?.[1] ?? name?.[2] ?? '', nodes);
      return [];
    }
    if (keyword === 'template') return [{ kind: 'output', pipeline: pipelineOf(`include ${rest}`) }];
    const [, name, value] = /^\$(\w+)\s*:?=\s*([\s\S]*)$/.exec(whole) ?? [];
    if (name !== undefined) return [{ kind: 'assign', name, pipeline: pipelineOf(value ?? '') }];
    return [{ kind: 'output', pipeline: pipelineOf(whole) }];
  }

  #branch(kind: 'if' | 'with', condition: string, depth: number): TemplateNode {
    const { nodes, closedBy } = this.block(depth + 1);
    const [, again, next = ''] = /^else\s+(if|with)\b\s*([\s\S]*)$/.exec(closedBy) ?? [];
    const otherwise =
      again === 'if' || again === 'with'
        ? depth > MAX_DEPTH
          ? []
          : [this.#branch(again, next, depth + 1)]
        : closedBy.startsWith('else')
          ? this.block(depth + 1).nodes
          : [];
    return { kind, pipeline: pipelineOf(withoutAssignment(condition)), body: nodes, otherwise };
  }

  #range(clause: string, depth: number): TemplateNode {
    const [, first, second, list] = /^\$(\w+)\s*(?:,\s*\$(\w+)\s*)?:=\s*([\s\S]*)$/.exec(clause) ?? [];
    const { nodes } = this.#skipElse(depth);
    const names = first === undefined ? [] : second === undefined ? [first] : [first, second];
    return { kind: 'range', names, pipeline: pipelineOf(list ?? clause), body: nodes };
  }

  #skipElse(depth: number): Block {
    const block = this.block(depth + 1);
    if (block.closedBy.startsWith('else')) this.block(depth + 1);
    return block;
  }
}

/** `with $x := …`: the variable is the dot of the body anyway. */
function withoutAssignment(condition: string): string {
  return condition.replace(/^\$\w+\s*:=\s*/, '');
}

function pipelineOf(text: string): Pipeline {
  const tokens = tokensOf(text);
  if (tokens === undefined) return NOTHING;
  return parsePipeline(tokens, { at: 0 }, 0);
}

function parsePipeline(tokens: readonly Token[], position: { at: number }, depth: number): Pipeline {
  const commands: Operand[][] = [[]];
  for (; position.at < tokens.length; position.at += 1) {
    const token = tokens[position.at];
    if (token === undefined || token.text === ')' || depth > MAX_DEPTH) break;
    const command = commands.at(-1) ?? [];
    if (token.kind === 'punctuation' && token.text === '|') commands.push([]);
    else if (token.kind === 'punctuation' && token.text === '(') {
      position.at += 1;
      const group = parsePipeline(tokens, position, depth + 1);
      command.push({ kind: 'group', text: '', group, fields: fieldsAfter(tokens, position) });
    } else if (token.kind === 'field')
      command.push({ kind: 'dot', text: '.', fields: token.text.split('.').filter(Boolean) });
    else if (token.kind === 'variable') {
      const [name = '', ...fields] = token.text.slice(1).split('.');
      command.push({ kind: 'variable', text: name, fields });
    } else if (token.kind !== 'punctuation') command.push({ kind: token.kind, text: token.text, fields: [] });
  }
  return { commands };
}

/** `(index …).tag` */
function fieldsAfter(tokens: readonly Token[], position: { at: number }): readonly string[] {
  const next = tokens[position.at + 1];
  if (next?.kind !== 'field' || !next.glued) return [];
  position.at += 1;
  return next.text.split('.').filter(Boolean);
}
