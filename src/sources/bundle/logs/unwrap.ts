import { startsEntry } from './entry.ts';

/** Longer texts are files of a node, and nobody's terminal broke their lines. */
const MAX_CHARS = 1024 * 1024;
const NARROWEST = 60;
const WIDEST = 400;
/** Lines at the beginning that show whether they are broken. */
const SAMPLE_LINES = 400;
/** Of the lines that begin an entry: so many must reach the edge. */
const LEAST_AT_EDGE = 3;
const SHARE_AT_EDGE = 0.3;

/**
 * A log that was copied from a terminal, its lines broken at the edge, as it was printed. Blank lines stand where lines
 * were joined, so that line numbers stay true. Any other text is returned as it is.
 */
export function unwrapped(text: string): string {
  if (text.length > MAX_CHARS) return text;
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const width = edgeOf(lines);
  if (width === undefined) return text;
  const joined: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    let line = lines[i] ?? '';
    let breaks = 0;
    for (let next = lines[i + 1]; continues(lines[i], next, width); next = lines[i + 1]) {
      // A blank at the edge is lost in copying.
      line += (lines[i] ?? '').length < width ? ` ${next}` : next;
      breaks += 1;
      i += 1;
    }
    joined.push(line, ...Array.from({ length: breaks }, () => ''));
  }
  return joined.join('\n');
}

/** Where the terminal ended: no line is longer, and many entries go so far and on in the next line. */
function edgeOf(lines: readonly string[]): number | undefined {
  const width = lines.reduce((longest, line) => Math.max(longest, line.length), 0);
  if (width < NARROWEST || width > WIDEST) return undefined;
  const entries = lines
    .slice(0, SAMPLE_LINES)
    .map((line, i) => ({ line, next: lines[i + 1] }))
    .filter(({ line }) => startsEntry(line));
  const broken = entries.filter(({ line, next }) => line.length === width && continues(line, next, width));
  return broken.length >= LEAST_AT_EDGE && broken.length >= entries.length * SHARE_AT_EDGE ? width : undefined;
}

function continues(line = '', next: string | undefined, width: number): next is string {
  return line.length >= width - 1 && next !== undefined && next !== '' && !startsEntry(next);
}
