import { Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';

type JsonNode = Scalar | YAMLMap | YAMLSeq;

/** Lists and maps inside each other; manifests have some ten. */
const MAX_DEPTH = 64;

/**
 * A JSON text as nodes with positions, like those of the general parser, which takes forever for brackets in brackets.
 * Undefined when it is no JSON. Linear.
 */
export function parseJson(text: string): JsonNode | undefined {
  const reader = new Reader(text);
  const node = reader.value(0);
  return node !== undefined && reader.isAtEnd() ? node : undefined;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith('\uFEFF')) this.#at = 1;
  }

  isAtEnd(): boolean {
    this.#blanks();
    return this.#at === this.#text.length;
  }

  value(depth: number): JsonNode | undefined {
    this.#blanks();
    if (depth > MAX_DEPTH) return undefined;
    switch (this.#text[this.#at]) {
      case '{':
        return this.#map(depth);
      case '[':
        return this.#list(depth);
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #map(depth: number): JsonNode | undefined {
    const map = new YAMLMap<Scalar, JsonNode>();
    const isRead = this.#items('}', () => {
      this.#blanks();
      const key = this.#string();
      this.#blanks();
      if (key === undefined || this.#text[this.#at] !== ':') return false;
      this.#at += 1;
      const value = this.value(depth + 1);
      if (value !== undefined) map.items.push(new Pair(key, value));
      return value !== undefined;
    });
    return isRead === undefined ? undefined : ranged(map, isRead, this.#at);
  }

  #list(depth: number): JsonNode | undefined {
    const list = new YAMLSeq<JsonNode>();
    const isRead = this.#items(']', () => {
      const value = this.value(depth + 1);
      if (value !== undefined) list.items.push(value);
      return value !== undefined;
    });
    return isRead === undefined ? undefined : ranged(list, isRead, this.#at);
  }

  /** Items with commas between them, up to the closing bracket; gives where the opening one stood. */
  #items(close: string, item: () => boolean): number | undefined {
    const start = this.#at;
    this.#at += 1;
    this.#blanks();
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return start;
    }
    for (;;) {
      if (!item()) return undefined;
      this.#blanks();
      const next = this.#text[this.#at];
      this.#at += 1;
      if (next === close) return start;
      if (next !== ',') return undefined;
    }
  }

  #string(): Scalar | undefined {
    const start = this.#at;
    if (this.#text[start] !== '"') return undefined;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    const value = parsed(this.#text.slice(start, end + 1));
    if (typeof value !== 'string') return undefined;
    this.#at = end + 1;
    const scalar = new Scalar(value);
    scalar.type = 'QUOTE_DOUBLE';
    return ranged(scalar, start, this.#at);
  }

  /** Numbers, `true`, `false` and `null`. */
  #word(): Scalar | undefined {
    const start = this.#at;
    while (/[-+.\w]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    const source = this.#text.slice(start, this.#at);
    const value = source.length > 400 ? undefined : parsed(source);
    if (value === undefined) return undefined;
    const scalar = new Scalar(value);
    scalar.type = 'PLAIN';
    scalar.source = source;
    return ranged(scalar, start, this.#at);
  }

  #blanks(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }
}

function ranged<N extends JsonNode>(node: N, start: number, end: number): N {
  node.range = [start, end, end];
  if (node instanceof YAMLMap || node instanceof YAMLSeq) node.flow = true;
  return node;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
