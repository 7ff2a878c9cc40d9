import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { parseYaml } from '../core/yaml.ts';
import { parseJson } from './json-source.ts';
import { type Piece, type Slot, textOf } from './slot.ts';
import type { Unread } from './unread.ts';
import { expandedSize, targetOf } from './yaml-aliases.ts';
import { embeddedSource } from './yaml-embedded.ts';
import { type QuoteStyle, spellScalar, styleOf } from './yaml-scalar.ts';

/** A YAML text and how its characters lead back to files: a file itself, a text inside a file, a rendered template. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** The pieces behind a stretch of the text; their texts joined are that stretch. */
  readonly pieces: (start: number, end: number) => readonly Piece[];
  /** The line of a file that an offset leads to; undefined where it leads to none. */
  readonly line: (offset: number) => Line | undefined;
  /** Where bounds that cut are told. */
  readonly unread?: Unread;
}

/** A line of a file, and where in it something stands. */
export interface Line {
  readonly path: string;
  /** Offset of its first character. */
  readonly start: number;
  /** Offset of its line end, or of the end of the file. */
  readonly end: number;
  /** Characters before the thing in question. */
  readonly column: number;
}

/** The key of YAML 1.1 that takes in another map. */
const MERGE = '<<';
/** Longest text that is parsed; hand-written manifests stay far below. */
const MAX_CHARS = 1024 * 1024;
/** Nodes of one document once aliases are followed; large manifests have some ten thousand. */
const MAX_EXPANDED = 500_000;
/** Maps that one map may merge; people merge one or two. */
const MAX_MERGED = 16;
/** Lists and maps that are looked at; more than any manifest has. */
const MAX_ITEMS = 2000;

type ScalarPair = Pair<Scalar, Node | null>;

const pairs = new WeakMap<YAMLMap, ReadonlyMap<string, ScalarPair>>();

/** What stands at each key of a map, found once: maps of strangers may have a hundred thousand, each asked for. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, ScalarPair> {
  const known = pairs.get(map);
  if (known !== undefined) return known;
  const scalar = map.items.filter((item) => isScalar(item.key)) as ScalarPair[];
  // The last of two equal keys counts, as in Go's YAML.
  const made = new Map(scalar.map((item) => [String(item.key.value), item]));
  pairs.set(map, made);
  return made;
}

/** A node of a parsed document with the text around it: everything is read by position, nothing is written back. */
export class YamlAt {
  readonly source: Source;
  readonly node: Node;
  readonly #root: Node;

  constructor(source: Source, root: Node, node: Node) {
    this.source = source;
    this.#root = root;
    this.node = node;
  }

  /** The value of a key, aliases and merge keys followed. */
  get(key: string): YamlAt | undefined {
    const own = this.pair(key);
    if (own !== undefined) return this.#at(own.value);
    const merged = this.#merged().find((map) => map.pair(key) !== undefined);
    return merged === undefined ? undefined : merged.#at(merged.pair(key)?.value);
  }

  /** The value below several keys. */
  at(...keys: readonly string[]): YamlAt | undefined {
    return keys.reduce<YamlAt | undefined>((at, key) => at?.get(key), this);
  }

  /** A key that stands in this map itself. */
  pair(key: string): ScalarPair | undefined {
    return isMap(this.node) ? pairsOf(this.node).get(key) : undefined;
  }

  keys(): readonly string[] {
    if (!isMap(this.node)) return [];
    this.#tellCut(this.node.items.length);
    const own = this.node.items
      .slice(0, MAX_ITEMS)
      .flatMap((item) => (isScalar(item.key) ? String(item.key.value) : []));
    const merged = this.#merged();
    if (merged.length === 0) return own;
    const theirs = merged.flatMap(({ node }) =>
      isMap(node) ? node.items.flatMap((item) => (isScalar(item.key) ? String(item.key.value) : [])) : [],
    );
    return [...new Set([...own, ...theirs])].filter((key) => key !== MERGE).slice(0, MAX_ITEMS);
  }

  /** Maps that `<<` brings in (YAML 1.1, which Kubernetes' readers follow), and those that they merge; each once. */
  #merged(): readonly YamlAt[] {
    const found = new Map<Node, YamlAt>();
    const open = [...this.#mergedHere()];
    for (let next = open.shift(); next !== undefined && found.size < MAX_MERGED; next = open.shift()) {
      if (found.has(next.node)) continue;
      found.set(next.node, next);
      open.unshift(...next.#mergedHere());
    }
    return [...found.values()];
  }

  #mergedHere(): readonly YamlAt[] {
    const { node } = this;
    if (!isMap(node)) return [];
    const pair = this.pair(MERGE);
    const value = pair === undefined ? undefined : this.#at(pair.value);
    const maps = value === undefined ? [] : value.isList() ? value.items() : [value];
    return maps.filter((map) => map.isMap() && map.node !== node).slice(0, MAX_MERGED);
  }

  items(): readonly YamlAt[] {
    if (!isSeq(this.node)) return [];
    this.#tellCut(this.node.items.length);
    return this.node.items.slice(0, MAX_ITEMS).flatMap((item) => this.#at(item) ?? []);
  }

  #tellCut(count: number): void {
    const { unread, path } = this.source;
    if (count > MAX_ITEMS) {
      const sort = `entries after the first ${MAX_ITEMS} of a list or map`;
      unread?.tell(sort, path, count - MAX_ITEMS, this.start);
    }
  }

  isMap(): boolean {
    return isMap(this.node);
  }

  isList(): boolean {
    return isSeq(this.node);
  }

  /** Written in JSON, whose keys have quotes. */
  isJson(): boolean {
    const { node } = this;
    if (!isMap(node) || node.flow !== true) return false;
    return node.items.length > 0 && node.items.every(({ key }) => isScalar(key) && key.type === 'QUOTE_DOUBLE');
  }

  isFlow(): boolean {
    return (isMap(this.node) || isSeq(this.node)) && this.node.flow === true;
  }

  /** The scalar as it is spelled: `1.10` stays `1.10`. Undefined for null, maps and lists. */
  string(): string | undefined {
    const { node } = this;
    if (!isScalar(node) || node.value === null) return undefined;
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  /** The pieces of a one-line scalar; undefined for anything else. */
  pieces(): readonly Piece[] | undefined {
    const { node } = this;
    const value = this.string();
    const [start, end] = node.range ?? [0, 0];
    if (value === undefined || !isScalar(node)) return undefined;
    const style = styleOf(node);
    const quote = style === 'plain' ? 0 : 1;
    const found = this.source.pieces(start + quote, end - quote);
    // Escapes and folded lines: what is written is not what is meant, so no part of it can be replaced.
    if (textOf(found) !== value) return [{ text: value }];
    const [only] = found;
    if (found.length !== 1 || only?.slot === undefined) return found;
    return [{ text: value, slot: this.#withQuotes(only.slot, start, end, style) }];
  }

  /** A scalar that one place of a file holds, quotes included. */
  slot(): Slot | undefined {
    const pieces = this.pieces();
    return pieces?.length === 1 ? pieces[0]?.slot : undefined;
  }

  /** Where this node begins in its source. */
  get start(): number {
    return this.node.range?.[0] ?? 0;
  }

  /** Where the last character of this node's content is, comments and blank lines after it left out. */
  get end(): number {
    return lastOffset(this.node);
  }

  /** Where a key of this map stands, and where its value ends. */
  span(key: string): { readonly start: number; readonly end: number } | undefined {
    const pair = this.pair(key);
    const start = pair?.key.range?.[0];
    const keyEnd = pair?.key.range?.[1];
    if (pair === undefined || start === undefined || keyEnd === undefined) return undefined;
    return { start, end: pair.value == null ? keyEnd : Math.max(keyEnd, lastOffset(pair.value)) };
  }

  /** A YAML text inside this scalar, with positions that lead to the file. */
  embedded(): YamlAt | undefined {
    const source = embeddedSource(this);
    return source === undefined ? undefined : parseSource(source)[0];
  }

  #at(value: unknown): YamlAt | undefined {
    if (isAlias(value)) {
      const target = targetOf(this.#root, value);
      return target === undefined ? undefined : new YamlAt(this.source, this.#root, target);
    }
    return isMap(value) || isSeq(value) || isScalar(value) ? new YamlAt(this.source, this.#root, value) : undefined;
  }

  /** Where the quotes stand beside the value in the same file, they are replaced with it: a new value may need others. */
  #withQuotes(inner: Slot, start: number, end: number, style: QuoteStyle): Slot {
    const whole = this.source.pieces(start, end);
    const outer = whole.length === 1 ? whole[0]?.slot : undefined;
    if (outer === undefined || outer.path !== inner.path || outer.end - outer.start !== end - start) return inner;
    return { ...outer, spell: (value) => spellScalar(value, style) };
  }
}

const TOO_DEEP = 'texts whose parts or aliases are nested too deeply';

/** The documents of a text; [] when it is none or too strange to be parsed. Never throws. */
export function parseSource(source: Source): readonly YamlAt[] {
  const { text } = source;
  const tooMuch = (sort: string): readonly YamlAt[] => {
    source.unread?.tell(sort, source.path);
    return [];
  };
  if (text.length > MAX_CHARS) return tooMuch(`texts of more than ${MAX_CHARS / 2 ** 20} MiB`);
  const json = /^\uFEFF?\s{0,1000}[{[]/.test(text) ? parseJson(text) : undefined;
  if (json !== undefined) return [new YamlAt(source, json, json)];
  try {
    const read = parseYaml(text, { uniqueKeys: false });
    if ('problem' in read) return tooMuch(TOO_DEEP);
    return read.documents.flatMap(({ contents }) => {
      if (contents === null) return [];
      const size = expandedSize(contents);
      // What takes in itself has no size at all, and is no manifest.
      if (size > MAX_EXPANDED) return Number.isFinite(size) ? tooMuch(TOO_DEEP) : [];
      return new YamlAt(source, contents, contents);
    });
  } catch {
    return [];
  }
}

/** A file as a source: every stretch is one piece of it. */
export function fileSource(path: string, text: string, unread?: Unread): Source {
  return {
    path,
    text,
    ...(unread === undefined ? {} : { unread }),
    pieces: (start, end) => [{ text: text.slice(start, end), slot: { path, start, end, spell: (value) => value } }],
    line: (offset) => lineOf(path, text, offset),
  };
}

function lastOffset(node: Node): number {
  if (isMap(node)) {
    const last = node.flow === true ? undefined : (node as YAMLMap<Node, Node | null>).items.at(-1);
    if (last !== undefined)
      return last.value == null
        ? (last.key.range?.[1] ?? 0)
        : Math.max(lastOffset(last.value), last.key.range?.[1] ?? 0);
  }
  if (isSeq(node) && node.flow !== true) {
    const last = node.items.at(-1) as Node | null | undefined;
    if (last != null) return lastOffset(last);
  }
  return node.range?.[1] ?? 0;
}

/** The line of a text that holds an offset. */
export function lineOf(path: string, text: string, offset: number): Line {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const feed = text.indexOf('\n', offset);
  const end = feed < 0 ? text.length : feed;
  return { path, start, end: end > offset && text[end - 1] === '\r' ? end - 1 : end, column: offset - start };
}
