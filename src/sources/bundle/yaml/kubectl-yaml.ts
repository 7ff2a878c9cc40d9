import { closingQuote, foldLines, plainValue, quotedValue, Unusual } from './scalar.ts';

/** Nesting of Kubernetes objects stays below 20; more is left to the general parser and its limits. */
const MAX_DEPTH = 48;

/**
 * Parses the YAML that kubectl, oc and go-yaml write: block mappings and sequences, quoted, folded and literal scalars,
 * `{}` and `[]`. Linear, some 30 times faster than a general parser. Undefined when the text uses anything else.
 */
export function parseKubectlYaml(text: string): { readonly value: unknown } | undefined {
  try {
    const reader = new BlockReader(text);
    return { value: reader.document() };
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

interface BlockLine {
  indent: number;
  /** Without indentation. */
  text: string;
}

class BlockReader {
  readonly #lines: BlockLine[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text.replace(/\n$/, '').split('\n').map(blockLine);
  }

  document(): unknown {
    const first = this.#peek();
    if (first === undefined || !(isItem(first.text) || keyEnd(first.text) !== undefined)) throw new Unusual();
    const value = this.#node(first.indent, 0);
    if (this.#peek() !== undefined) throw new Unusual();
    return value;
  }

  /** The next line that is neither empty nor a comment. */
  #peek(): BlockLine | undefined {
    for (;;) {
      const line = this.#lines[this.#at];
      if (line === undefined || (line.text !== '' && line.text[0] !== '#')) return line;
      this.#at += 1;
    }
  }

  #node(indent: number, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new Unusual();
    const line = this.#peek();
    if (line === undefined || line.indent !== indent) throw new Unusual();
    if (isItem(line.text)) return this.#sequence(indent, depth);
    return keyEnd(line.text) === undefined ? this.#scalar(line.text, indent - 1) : this.#mapping(indent, depth);
  }

  #sequence(indent: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let line = this.#peek(); line?.indent === indent && isItem(line.text); line = this.#peek()) {
      const rest = line.text.slice(1).trimStart();
      if (rest === '' || rest[0] === '#') {
        this.#at += 1;
        items.push(this.#below(indent, depth));
        continue;
      }
      const inner = indent + line.text.length - rest.length;
      if (isItem(rest) || keyEnd(rest) !== undefined) {
        this.#lines[this.#at] = { indent: inner, text: rest };
        items.push(this.#node(inner, depth + 1));
      } else items.push(this.#scalar(rest, indent));
    }
    return items;
  }

  #mapping(indent: number, depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (let line = this.#peek(); line?.indent === indent && !isItem(line.text); line = this.#peek()) {
      const end = keyEnd(line.text);
      if (end === undefined) throw new Unusual();
      const key = keyOf(line.text.slice(0, end));
      const rest = line.text.slice(end + 1).trim();
      if (rest === '') {
        this.#at += 1;
        result[key] = this.#below(indent, depth, true);
      } else result[key] = this.#scalar(rest, indent);
    }
    return result;
  }

  /** What stands below a key or a dash; kubectl does not indent the items of a mapping's list. */
  #below(indent: number, depth: number, itemsMayAlign = false): unknown {
    const next = this.#peek();
    if (next === undefined || next.indent < indent) return null;
    if (next.indent > indent) return this.#node(next.indent, depth + 1);
    return itemsMayAlign && isItem(next.text) ? this.#sequence(indent, depth + 1) : null;
  }

  /** The scalar that begins with `text` on this line and goes on in the lines indented deeper than its parent. */
  #scalar(text: string, parent: number): unknown {
    this.#at += 1;
    const first = text[0] ?? '';
    if (first === '|' || first === '>') return this.#block(text, parent);
    if (first === '"' || first === "'") return this.#quoted(text, parent);
    if (first === '{' || first === '[') return flowValue(text);
    const more = this.#continuation(parent);
    return more.length === 0
      ? plainValue(text.trimEnd())
      : plainText(foldLines([text, ...more], () => false).trimEnd());
  }

  #continuation(parent: number): string[] {
    const lines: string[] = [];
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      if (line.text !== '' && line.indent <= parent) break;
      if (line.text[0] === '#') throw new Unusual();
      lines.push(line.text);
      this.#at += 1;
    }
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  #quoted(text: string, parent: number): string {
    const quote = text[0] ?? '';
    const lines: string[] = [];
    let current = text.slice(1);
    let end = closingQuote(current, quote, 0);
    while (end < 0) {
      lines.push(current);
      const next = this.#lines[this.#at];
      if (next === undefined || (next.text !== '' && next.indent <= parent)) throw new Unusual();
      current = next.text;
      this.#at += 1;
      end = closingQuote(current, quote, 0);
    }
    if (current.slice(end + 1).trim() !== '') throw new Unusual();
    return quotedValue(quote, [...lines, current.slice(0, end)]);
  }

  /** `|` keeps line breaks, `>` folds them; `-` and `+` say what becomes of those at the end. */
  #block(header: string, parent: number): string {
    const found = /^([|>])(?:([1-9])?([-+])?|([-+])([1-9]))$/.exec(header);
    if (found === null) throw new Unusual();
    const explicit = found[2] ?? found[5];
    const lines: string[] = [];
    let indent = explicit === undefined ? undefined : Math.max(parent, 0) + Number(explicit);
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      if (line.text !== '') {
        indent ??= line.indent;
        if (line.indent < indent || line.indent <= parent) break;
      }
      const extra = line.indent - (indent ?? line.indent);
      if (line.text === '' && extra > 0) throw new Unusual();
      lines.push(extra > 0 ? ' '.repeat(extra) + line.text : line.text);
      this.#at += 1;
    }
    return blockText(lines, found[1] === '>', found[3] ?? found[4]);
  }
}

function blockLine(text: string): BlockLine {
  const indent = text.search(/[^ ]/);
  if (indent < 0) return { indent: text.length, text: '' };
  if (text[indent] === '\t' || /^(?:---|\.\.\.|%)/.test(text)) throw new Unusual();
  return { indent, text: indent === 0 ? text : text.slice(indent) };
}

function isItem(text: string): boolean {
  return text[0] === '-' && (text.length === 1 || text[1] === ' ');
}

/** Offset of the colon after a key; undefined when the line is no `key: value`. */
function keyEnd(text: string): number | undefined {
  const quote = text[0];
  let from = 0;
  if (quote === '"' || quote === "'") {
    from = closingQuote(text, quote, 1) + 1;
    return from > 0 && text[from] === ':' && (from + 1 === text.length || text[from + 1] === ' ') ? from : undefined;
  }
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    if (at + 1 === text.length || text[at + 1] === ' ') return at;
  }
  return undefined;
}

function keyOf(text: string): string {
  const quote = text[0];
  const key = quote === '"' || quote === "'" ? quotedValue(quote, [text.slice(1, -1)]) : plainText(text.trimEnd());
  if (key === '__proto__') throw new Unusual();
  return key;
}

/** Unquoted text that must not be anything but text: keys, and scalars of several lines. */
function plainText(text: string): string {
  if (text === '' || text === '<<' || plainValue(text) === undefined) throw new Unusual();
  return text;
}

/** Of flow style only what is also JSON. */
function flowValue(text: string): unknown {
  if (text === '{}') return {};
  if (text === '[]') return [];
  throw new Unusual();
}

function blockText(lines: string[], folded: boolean, chomp: string | undefined): string {
  let end = lines.length;
  while (end > 0 && lines[end - 1] === '') end -= 1;
  const content = lines.slice(0, end);
  if (folded && content.some((line) => line === '' || /^[ \t]/.test(line))) throw new Unusual();
  const body = content.join(folded ? ' ' : '\n');
  if (chomp === '-') return body;
  if (chomp === '+') return body + '\n'.repeat(lines.length - end + (end > 0 ? 1 : 0));
  return end === 0 ? '' : `${body}\n`;
}
