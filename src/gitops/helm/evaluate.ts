import { editedPart, type Slot } from '../slot.ts';
import { type Fragment, literal, onlySlot, trimmed } from './fragments.ts';
import { FUNCTIONS } from './functions.ts';
import { type Operand, type Pipeline, parseTemplate, type TemplateNode } from './parse.ts';
import { sharedImage } from './shared-image.ts';
import { fieldOf, isTrue, keysOf, NIL, piecesOf, plainText, stringOf, UNKNOWN, type Value } from './value.ts';

/** A named template and the file that defines it. */
export interface Named {
  readonly path: string;
  readonly body: readonly TemplateNode[];
}

/** Actions that one file may run; charts need some thousand. */
const MAX_STEPS = 50_000;
const MAX_INCLUDES = 32;
/** Text of all values together: one that is put together of itself doubles with every step. */
const MAX_CHARS = 8 * 2 ** 20;

interface Scope {
  readonly dot: Value;
  readonly variables: Map<string, Value>;
  readonly path: string;
  readonly depth: number;
}

/**
 * Runs a template over values, keeping for every stretch of text where it is written. What is not understood gives
 * nothing, so the result is good for finding images and no more. Never throws; bounded.
 */
export class Evaluator {
  readonly #named: ReadonlyMap<string, Named>;
  readonly #root: Value;
  /** False once a bound has cut what is rendered. */
  isWhole = true;
  #steps = 0;
  #charsLeft = MAX_CHARS;

  constructor(root: Value, named: ReadonlyMap<string, Named>) {
    this.#root = root;
    this.#named = named;
  }

  render({ path, body }: Named): readonly Fragment[] {
    return this.#nodes(body, { dot: this.#root, variables: new Map([['', this.#root]]), path, depth: 0 });
  }

  #nodes(nodes: readonly TemplateNode[], scope: Scope): readonly Fragment[] {
    const out: Fragment[] = [];
    for (const node of nodes) {
      this.#steps += 1;
      if (this.#steps > MAX_STEPS || this.#charsLeft <= 0) {
        this.isWhole = false;
        break;
      }
      if (node.kind === 'text') this.#charsLeft -= node.text.length;
      for (const fragment of this.#node(node, scope)) if (fragment.text !== '' || fragment.slot) out.push(fragment);
    }
    return out;
  }

  #node(node: TemplateNode, scope: Scope): readonly Fragment[] {
    switch (node.kind) {
      case 'text':
        return [literal(scope.path, node.start, node.text)];
      case 'written':
        return [node];
      case 'output':
        return piecesOf(this.#pipeline(node.pipeline, scope));
      case 'assign':
        scope.variables.set(node.name, this.#pipeline(node.pipeline, scope));
        return [];
      case 'range':
        return this.#range(node, scope);
      default: {
        const value = this.#pipeline(node.pipeline, scope);
        const dot = node.kind === 'with' && isTrue(value) ? value : scope.dot;
        return this.#nodes(isTrue(value) ? node.body : node.otherwise, { ...scope, dot });
      }
    }
  }

  #range({ names, pipeline, body }: Extract<TemplateNode, { kind: 'range' }>, scope: Scope): readonly Fragment[] {
    const over = this.#pipeline(pipeline, scope);
    const items: readonly (readonly [string, Value])[] =
      over.kind === 'list'
        ? over.items.map((item, i) => [String(i), item] as const)
        : keysOf(over).map((key) => [key, fieldOf(over, key)] as const);
    return items.flatMap(([key, dot]) => {
      const variables = new Map(scope.variables);
      const [first, second] = names;
      if (second !== undefined) variables.set(first ?? '', plainText(key)).set(second, dot);
      else if (first !== undefined) variables.set(first, dot);
      return this.#nodes(body, { ...scope, dot, variables });
    });
  }

  #pipeline({ commands }: Pipeline, scope: Scope): Value {
    let value: Value | undefined;
    for (const command of commands) value = this.#command(command, value, scope);
    return value ?? NIL;
  }

  #command(command: readonly Operand[], piped: Value | undefined, scope: Scope): Value {
    this.#steps += 1;
    const [first, ...rest] = command;
    if (this.#steps > MAX_STEPS) return this.#cut();
    if (first === undefined) return UNKNOWN;
    if (first.kind !== 'word') return this.#operand(first, scope);
    const args = [...rest.map((operand) => this.#operand(operand, scope)), ...(piped === undefined ? [] : [piped])];
    if (first.text === 'include') return this.#affordable(this.#include(args, scope));
    if (first.text === 'tpl') return this.#affordable(this.#tpl(args, scope));
    return this.#affordable(FUNCTIONS.get(first.text)?.(args) ?? word(first.text));
  }

  #affordable(value: Value): Value {
    this.#charsLeft -= costOf(value, this.#charsLeft);
    return this.#charsLeft > 0 ? value : this.#cut();
  }

  #cut(): Value {
    this.isWhole = false;
    return UNKNOWN;
  }

  #operand({ kind, text, group, fields }: Operand, scope: Scope): Value {
    switch (kind) {
      case 'string':
      case 'number':
        return plainText(text);
      case 'word':
        return FUNCTIONS.get(text)?.([]) ?? word(text);
      default: {
        const base =
          kind === 'dot'
            ? scope.dot
            : kind === 'variable'
              ? (scope.variables.get(text) ?? UNKNOWN)
              : this.#pipeline(group ?? { commands: [] }, scope);
        return fields.reduce((value, field) => fieldOf(value, field), base);
      }
    }
  }

  /** A text of the values that is a template itself. */
  #tpl([template = NIL, dot = NIL]: readonly Value[], scope: Scope): Value {
    const text = stringOf(template);
    if (!text.includes('{{')) return template;
    if (scope.depth > MAX_INCLUDES) return this.#cut();
    const slot = template.kind === 'text' ? onlySlot(template.pieces) : undefined;
    const body = inText(text, slot, parseTemplate(text).body);
    const variables = new Map([['', dot]]);
    return { kind: 'text', pieces: this.#nodes(body, { dot, variables, path: scope.path, depth: scope.depth + 1 }) };
  }

  #include([name = NIL, dot = NIL]: readonly Value[], scope: Scope): Value {
    const named = this.#named.get(stringOf(name));
    if (named === undefined) return sharedImage(stringOf(name), dot);
    if (scope.depth > MAX_INCLUDES) return this.#cut();
    const variables = new Map([['', dot]]);
    const { path } = named;
    return { kind: 'text', pieces: trimmed(this.#nodes(named.body, { dot, variables, path, depth: scope.depth + 1 })) };
  }
}

/** The literal stretches of a text in the values; to change one, that value is written anew. */
function inText(whole: string, slot: Slot | undefined, nodes: readonly TemplateNode[]): readonly TemplateNode[] {
  return nodes.map((node): TemplateNode => {
    switch (node.kind) {
      case 'text': {
        const { text, slot: part } = editedPart(whole, slot, node.start, node.start + node.text.length);
        return { kind: 'written', text, ...(part === undefined ? {} : { slot: part }) };
      }
      case 'range':
        return { ...node, body: inText(whole, slot, node.body) };
      case 'if':
      case 'with':
        return { ...node, body: inText(whole, slot, node.body), otherwise: inText(whole, slot, node.otherwise) };
      default:
        return node;
    }
  });
}

function word(text: string): Value {
  if (text === 'true' || text === 'false') return { kind: 'bool', value: text === 'true' };
  return text === 'nil' ? NIL : UNKNOWN;
}

/** Characters and parts of a value; counted no further than `most`. */
function costOf(value: Value, most: number): number {
  if (value.kind === 'text') return value.pieces.reduce((sum, { text }) => sum + text.length + 1, 1);
  const parts = value.kind === 'list' ? value.items : value.kind === 'dict' ? value.entries.values() : [];
  let cost = 1;
  for (const part of parts) {
    if (cost > most) break;
    cost += costOf(part, most - cost);
  }
  return cost;
}
