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

/** Takes a paste back to plain lines: no terminal colours, HTML entities, typographic quotes, fences, quote marks or frames. */
export function cleanText(text: string): string {
  const cut = sandwich(text, MAX_INPUT);
  const plain = /[\u001b\r\u00a0\u200b-\u200d\ufeff\u2502\u2503\u2551\u201c\u201d\u2018\u2019]/.test(cut)
    ? normalise(cut)
    : cut;
  const decoded = plain.includes('&')
    ? plain.replace(/&(#?\w{2,6});/g, (whole, name: string) => ENTITIES[name] ?? whole)
    : plain;
  return decoded.includes('\n')
    ? decoded.replace(/^[ \t]*(?:```|~~~)[^\n]*$/gm, '').replace(/^ {0,3}> ?(?=\S)/gm, '')
    : decoded;
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
