/** A stretch of a template file: text as it stands, or the inside of `{{ … }}`. */
export interface Segment {
  readonly kind: 'text' | 'action';
  readonly text: string;
  /** Offset of the text in the file. */
  readonly start: number;
}

/** Splits a template into texts and actions; `{{-` and `-}}` take the blanks beside them. Comments are left out. */
export function segmentsOf(template: string): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  let trimNext = false;
  const addText = (end: number, trimEnd: boolean) => {
    let text = template.slice(at, end);
    let start = at;
    if (trimNext) {
      const trimmed = text.trimStart();
      start += text.length - trimmed.length;
      text = trimmed;
    }
    if (trimEnd) text = text.trimEnd();
    if (text !== '') segments.push({ kind: 'text', text, start });
  };
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    if (open < 0) break;
    const close = closingBraces(template, open + 2);
    if (close < 0) break;
    const left = /^-\s/.test(template.slice(open + 2, open + 4));
    const right = /\s-$/.test(template.slice(close - 2, close));
    addText(open, left);
    const inside = template.slice(open + (left ? 3 : 2), right ? close - 1 : close);
    if (!inside.trimStart().startsWith('/*')) segments.push({ kind: 'action', text: inside.trim(), start: open });
    trimNext = right;
    at = close + 2;
  }
  addText(template.length, false);
  return segments;
}

/** `}}` inside a quoted string or a comment does not end an action. */
function closingBraces(template: string, from: number): number {
  let quote = '';
  for (let at = from; at < template.length; at += 1) {
    const char = template[at] ?? '';
    if (quote !== '') {
      if (char === '\\' && quote === '"') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === '`') quote = char;
    else if (char === '/' && template[at + 1] === '*') at = skipComment(template, at);
    else if (char === '}' && template[at + 1] === '}') return at;
  }
  return -1;
}

function skipComment(template: string, at: number): number {
  const end = template.indexOf('*/', at + 2);
  return end < 0 ? template.length : end + 1;
}

export interface Token {
  readonly kind: 'field' | 'variable' | 'string' | 'number' | 'word' | 'punctuation';
  readonly text: string;
  /** It follows the token before without a blank: `(…).field`. */
  readonly glued: boolean;
}

const TOKEN =
  /(\s*)(?:("(?:[^"\\\n]|\\.){0,2000}"|`[^`]{0,2000}`)|(\.[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|\.(?!\w))|(\$\w*(?:\.[A-Za-z_]\w*)*)|(-?\d[\w.]*)|([A-Za-z_]\w*)|(:=|[()|=,]))/y;

/** The tokens of an action; undefined where it has something that no template has. */
export function tokensOf(action: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < action.length) {
    if (action.slice(TOKEN.lastIndex).trim() === '') break;
    const match = TOKEN.exec(action);
    if (match === null) return undefined;
    const [, blank, string, field, variable, number, word, punctuation] = match;
    const glued = blank === '';
    if (string !== undefined) tokens.push({ kind: 'string', text: unquoted(string), glued });
    else if (field !== undefined) tokens.push({ kind: 'field', text: field, glued });
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable, glued });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, glued });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, glued });
    else tokens.push({ kind: 'punctuation', text: punctuation ?? '', glued });
  }
  return tokens;
}

function unquoted(literal: string): string {
  if (literal.startsWith('`')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, -1);
  }
}
