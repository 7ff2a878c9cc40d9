import { MAX_INPUT, sandwich } from '../limits.ts';

const ENTITIES: Record<string, string> = {
  quot: '"',
  amp: '&',
  lt: '<',
  gt: '>',
  apos: "'",
  nbsp: ' ',
  '#34': '"',
  '#39': "'",
  '#x27': "'",
  '#x2F': '/',
};

/** `https:// host/`, `https: /host/`: what is done to a URL so that no link is made of it. */
const TORN_URL = /\b(https?):(?: \/{1,2}|\/\/ )(?=[\w.-]{3,253}[:/])/g;

/** Takes a paste back to plain lines: no terminal colours, HTML entities, typographic quotes, fences, quote marks or frames. */
export function cleanText(text: string): string {
  const cut = sandwich(text, MAX_INPUT);
  const plain = /[\u001b\r\u00a0\u200b-\u200d\ufeff\u2502\u2503\u2551\u201c\u201d\u2018\u2019]/.test(cut)
    ? normalise(cut)
    : cut;
  const decoded = plain.includes('&')
    ? plain.replace(/&(#?\w{2,6});/g, (whole, name: string) => ENTITIES[name] ?? whole)
    : plain;
  const linked = decoded.replace(TORN_URL, '$1://');
  const lines = linked.includes('\n')
    ? linked.replace(/^[ \t]*(?:```|~~~)[^\n]*$/gm, '').replace(/^ {0,3}> ?(?=\S)/gm, '')
    : linked;
  return splitRows(unmark(readLiteral(lines)));
}

/** A text copied out of JSON or source code, quotes and escaped line breaks included. */
function readLiteral(text: string): string {
  const bare = text.trim();
  if (!bare.startsWith('"') || !bare.endsWith('"') || !bare.includes('\\n')) return text;
  try {
    const value: unknown = JSON.parse(bare);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

const MARKS = ['**', '``', '`'] as const;

/** Takes Markdown's emphasis and inline code off the whole text and off each line. */
function unmark(text: string): string {
  if (!MARKS.some((mark) => text.includes(mark))) return text;
  return unmarkOne(text)
    .split('\n')
    .map((line) => unmarkOne(line))
    .join('\n');
}

function unmarkOne(text: string): string {
  const bare = text.trim();
  const mark = MARKS.find((one) => bare.length > 2 * one.length && bare.startsWith(one) && bare.endsWith(one));
  return mark === undefined ? text : bare.slice(mark.length, -mark.length);
}

/** Where a row of `kubectl describe` begins inside a line: the paste lost its line breaks. */
const ROW_INSIDE = /(\S)[ \t]+(?=(?:Normal|Warning)[ \t]+[A-Z][A-Za-z]{2,40}[ \t]+\d+[smhd])/g;

function splitRows(text: string): string {
  return text.replace(ROW_INSIDE, '$1\n');
}

function normalise(text: string): string {
  return text
    .replace(/\u001b\[[0-9;?]{0,20}[A-Za-z]/g, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[\u00a0]/g, ' ')
    .replace(/[\u200b-\u200d\ufeff]/g, '')
    .replace(/^[ \t]*[\u2502\u2503\u2551]|[\u2502\u2503\u2551][ \t]*$/gm, '')
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2018\u2019]/g, "'");
}
