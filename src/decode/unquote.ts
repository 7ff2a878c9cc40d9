/** Undoing Go's string quoting, as klog, logrus and `%q` apply it, several times over if need be. */

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '"': '"', "'": "'", '\\': '\\', '/': '/' };

export interface Quoted {
  /** The content, one level of escapes undone. */
  readonly value: string;
  /** Index after the closing quote, or the end of the text when the quote is never closed (cut-off paste). */
  readonly end: number;
  readonly closed: boolean;
}

/** Reads the double-quoted Go or JSON string that opens at `at`. */
export function readQuoted(text: string, at: number): Quoted {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const closed = end < text.length;
  return { value: withoutEscapes(text.slice(at + 1, end)), end: Math.min(end + 1, text.length), closed };
}

/** A quote that ends a value: the line ends, or another `key=` follows. */
const VALUE_END = /"(?=\s*$|\s+[A-Za-z_][\w.]{0,60}=)/g;

/**
 * Reads the quoted value of `key="…"`. Where a paste lost its backslashes, inner quotes look like closing ones:
 * then the value ends at the quote before the next key.
 */
export function readQuotedValue(text: string, at: number): Quoted {
  const strict = readQuoted(text, at);
  if (!strict.closed || /^(?:\s|$)/.test(text.slice(strict.end, strict.end + 1))) return strict;
  VALUE_END.lastIndex = strict.end;
  const close = VALUE_END.exec(text);
  const end = close === null ? text.length : close.index;
  return { value: text.slice(at + 1, end), end: Math.min(end + 1, text.length), closed: close !== null };
}

/** Undoes one level of backslash escapes; an unknown escape stays as it is. */
function withoutEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g,
    (whole, hex: string | undefined, char: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return ESCAPES[char ?? ''] ?? whole;
    },
  );
}

/**
 * Flattens every level of quoting that is left in a message: `\\\"` becomes `"`, `\n` a blank.
 * The grammar does not need the levels: a capture ends at the first quote, whatever its depth.
 */
export function flattenQuotes(text: string): string {
  if (!text.includes('\\')) return text;
  return text
    .replace(/\\u003[cC]/g, '<')
    .replace(/\\u003[eE]/g, '>')
    .replace(/\\u0026/g, '&')
    .replace(/\\u0027/g, "'")
    .replace(/\\{1,15}(["'`])/g, '$1')
    .replace(/\\{1,15}[ntr]/g, ' ');
}
