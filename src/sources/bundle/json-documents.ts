/** One JSON value in a text. */
interface JsonDocument {
  readonly value: unknown;
  /** Offset of its first character. */
  readonly start: number;
  readonly end: number;
}

export interface JsonDocuments {
  readonly documents: readonly JsonDocument[];
  /** Offset where JSON ends and something else begins; the text's length when all of it is JSON. */
  readonly end: number;
  /** A value starts at `end` and is cut off. */
  readonly truncated: boolean;
}

const SPACE = /\s*/y;

/** Reads one or several JSON objects or arrays, one after the other or one per line, from `start` on. Linear, never throws. */
export function readJsonDocuments(text: string, start = 0): JsonDocuments {
  const documents: JsonDocument[] = [];
  let at = skipSpace(text, start);
  const whole = at === 0 ? parse(text) : undefined;
  if (whole !== undefined)
    return { documents: [{ value: whole, start: 0, end: text.length }], end: text.length, truncated: false };
  while (at < text.length) {
    if (text[at] !== '{' && text[at] !== '[') return { documents, end: at, truncated: false };
    const end = endOfValue(text, at);
    if (end === undefined) return { documents, end: at, truncated: true };
    const value = parse(text.slice(at, end));
    if (value === undefined) return { documents, end: at, truncated: false };
    documents.push({ value, start: at, end });
    at = skipSpace(text, end);
  }
  return { documents, end: text.length, truncated: false };
}

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Offset after the bracket that closes the one at `start`; brackets in strings do not count. */
function endOfValue(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const close = endOfString(text, at);
      if (close === undefined) return undefined;
      at = close;
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) depth += 1;
    else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at += 1;
    else if (char === QUOTE) return at;
  }
  return undefined;
}
