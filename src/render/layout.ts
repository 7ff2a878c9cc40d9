import pc from 'picocolors';
import type { RenderOptions } from './format.ts';

/** What a piece of text means; colour only supports what the words already say. */
export type Tone = 'bad' | 'good' | 'warn' | 'dim' | 'strong' | 'plain';

/** Colours and symbols of one output. */
export interface Style {
  readonly paint: (tone: Tone, text: string) => string;
  readonly mark: { readonly bad: string; readonly good: string; readonly maybe: string; readonly unknown: string };
  readonly dot: string;
  readonly arrow: string;
}

export function styleOf({ color, unicode }: Pick<RenderOptions, 'color' | 'unicode'>): Style {
  const c = pc.createColors(color);
  const painters: Record<Tone, (text: string) => string> = {
    bad: (t) => c.red(t),
    good: (t) => c.green(t),
    warn: (t) => c.yellow(t),
    dim: (t) => c.dim(t),
    strong: (t) => c.bold(t),
    plain: (t) => t,
  };
  return {
    paint: (tone, text) => painters[tone](text),
    mark: unicode
      ? { bad: '✗', good: '✓', maybe: '?', unknown: '·' }
      : { bad: 'x', good: 'ok', maybe: '?', unknown: '-' },
    dot: unicode ? ' · ' : ' | ',
    arrow: unicode ? '→' : '->',
  };
}

/** A blank at which `wrap` does not break. */
export const NO_BREAK = '\u00a0';

/** Breaks text at blanks so that no line is wider than `width`; a longer word stands alone, uncut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[^\S\u00a0]+/).filter(Boolean)) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines.map((each) => each.replaceAll(NO_BREAK, ' '));
}

/** Wrapped, every line set in. */
export function indented(text: string, width: number): string[] {
  return wrap(text, width - 2).map((line) => `  ${line}`);
}

/** Wrapped, the lines after the first set in. */
export function hang(text: string, width: number): string[] {
  return wrap(text, width - 2).map((line, i) => (i === 0 ? line : `  ${line}`));
}

/** Columns of a terminal: wide East Asian characters and emoji take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) width += isWide(char.codePointAt(0) ?? 0) ? 2 : 1;
  return width;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff)
  );
}

const LABEL_COLUMNS = 9;

/** Lines under a label in the left column: `  fix      deploy a tag that exists`. */
export function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => (line === '' ? '' : `  ${(i === 0 ? label : '').padEnd(LABEL_COLUMNS)}${line}`));
}

/** Columns left for text beside a label. */
export function bodyWidth(width: number): number {
  return width - 2 - LABEL_COLUMNS;
}

/** `2 min 40 s`, `3 h`, for people. */
export function durationWords(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) {
    const rest = Math.round(seconds % 60);
    return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
  }
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** Why something was not seen, as people say it: `not collected`. What is a sentence already stays as it is. */
export function gapWords(why: string): string {
  return /^[a-z]+(?:-[a-z]+)+$/.test(why) ? why.replaceAll('-', ' ') : why;
}

/** `1 pod`, `3 pods`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
