import type { Edit } from './slot.ts';

/** Lines around a change that help to find it. */
const CONTEXT = 3;

/** Lines of a file that are replaced. */
interface Replacement {
  /** First line, from 0, and the line after the last. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

interface DiffInput {
  readonly path: string;
  readonly text: string;
  readonly edits: readonly Edit[];
  /** Whether a line may be shown, as changed or as context, which is cut short of a line that may not. */
  readonly mayShow: (line: string, as: 'removed' | 'added' | 'context') => boolean;
}

/** The patch of one file, or why there is none, in a clause. */
export type Diff = { readonly text: string } | { readonly why: string };

const HIDDEN_CHANGE = 'the line to change may hold a secret, so it is not shown';
const HIDDEN_AROUND = 'the line behind the change may hold a secret, and git apply takes no patch without that line';

/** A unified diff of one file, as `git apply` takes it; each new line ends as the line does where it is written. */
export function unifiedDiff({ path, text, edits, mayShow }: DiffInput): Diff {
  if (edits.length === 0) return { why: 'nothing is to be changed' };
  if (/\r(?!\n)/.test(text)) return { why: 'the file has carriage returns that end no line' };
  const lines = linesOf(text);
  const inStyle = edits.map((edit) => ({ ...edit, text: edit.text.replaceAll('\n', lineEndAt(text, edit.start)) }));
  const replacements = lineReplacements(text, inStyle);
  const isShown = (line: string | undefined) => line !== undefined && mayShow(line.replace(/\r$/, ''), 'context');
  const isShownChange = (line: string, as: 'removed' | 'added') => mayShow(line.replace(/\r$/, ''), as);
  const hunks = hunksOf(replacements, lines, isShown, isShownChange);
  if (typeof hunks === 'string') return { why: hunks };
  return { text: [`--- ${header('a', path)}`, `+++ ${header('b', path)}`, ...hunks].join('\n') };
}

/** What ends the line at an offset; the last line of a file may end as the one before it. */
function lineEndAt(text: string, offset: number): '\n' | '\r\n' {
  const next = text.indexOf('\n', offset);
  const feed = next < 0 ? text.lastIndexOf('\n') : next;
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n';
}

const NO_NEWLINE = '\\ No newline at end of file';

/** Lines with their line feed, so that a last line without one is another line. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Edits of the same lines become one replacement. */
function lineReplacements(text: string, edits: readonly Edit[]): readonly Replacement[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const groups: Edit[][] = [];
  for (const edit of sorted) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && lineEnd(text, last.end) >= lineStart(text, edit.start))
      group.push(edit);
    else groups.push([edit]);
  }
  return groups.map((group) => replacement(text, group));
}

function replacement(text: string, group: readonly Edit[]): Replacement {
  const start = lineStart(text, group[0]?.start ?? 0);
  const end = lineEnd(text, Math.max(...group.map((edit) => edit.end)));
  let changed = '';
  let at = start;
  for (const edit of group) {
    changed += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  changed += text.slice(at, end);
  const from = countLines(text, start);
  return { from, to: from + linesOf(text.slice(start, end)).length, lines: linesOf(changed) };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line feed of the line. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function countLines(text: string, offset: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function hunksOf(
  replacements: readonly Replacement[],
  lines: readonly string[],
  isShown: (line: string | undefined) => boolean,
  isShownChange: (line: string, as: 'removed' | 'added') => boolean,
): readonly string[] | string {
  const out: string[] = [];
  let shift = 0;
  for (const group of closeOnes(replacements, lines, isShown)) {
    const first = group[0];
    const last = group.at(-1);
    if (first === undefined || last === undefined) continue;
    const from = contextFrom(first.from, lines, isShown);
    const to = contextTo(last.to, lines, isShown);
    const body: string[] = [];
    let at = from;
    let added = 0;
    for (const { from: start, to: end, lines: now } of group) {
      const before = lines.slice(start, end);
      const kept = commonEdges(before, now);
      body.push(...lines.slice(at, start + kept.head).map((line) => ` ${line}`));
      body.push(...before.slice(kept.head, before.length - kept.tail).map((line) => `-${line}`));
      body.push(...now.slice(kept.head, now.length - kept.tail).map((line) => `+${line}`));
      body.push(...before.slice(before.length - kept.tail).map((line) => ` ${line}`));
      at = end;
      added += now.length - before.length;
    }
    body.push(...lines.slice(at, to).map((line) => ` ${line}`));
    const mayPrint = (line: string) => {
      const shown = line.slice(1).replace(/\n$/, '');
      return line.startsWith(' ') ? isShown(shown) : isShownChange(shown, line.startsWith('+') ? 'added' : 'removed');
    };
    const hidden = body.filter((line) => !mayPrint(line));
    if (hidden.some((line) => !line.startsWith(' '))) return HIDDEN_CHANGE;
    // git takes a hunk without lines behind the change for one at the end of the file; none before it is no matter.
    if (hidden.length > 0 || (to < lines.length && body.at(-1)?.startsWith(' ') !== true)) return HIDDEN_AROUND;
    out.push(`@@ -${range(from, to - from)} +${range(from + shift, to - from + added)} @@`, ...body.map(withoutFeed));
    shift += added;
  }
  return out;
}

/** Changes with little between them share a hunk, unless some of that may not be shown. */
function closeOnes(
  replacements: readonly Replacement[],
  lines: readonly string[],
  isShown: (line: string | undefined) => boolean,
): readonly (readonly Replacement[])[] {
  const isOpen = (from: number, to: number) =>
    to - from <= CONTEXT * 2 && lines.slice(from, to).every((line) => isShown(line.replace(/\n$/, '')));
  const groups: Replacement[][] = [];
  for (const next of replacements) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && isOpen(last.to, next.from)) group.push(next);
    else groups.push([next]);
  }
  return groups;
}

function contextFrom(start: number, lines: readonly string[], isShown: (line: string | undefined) => boolean): number {
  let from = start;
  while (from > 0 && start - from < CONTEXT && isShown(lines[from - 1]?.replace(/\n$/, ''))) from -= 1;
  return from;
}

function contextTo(end: number, lines: readonly string[], isShown: (line: string | undefined) => boolean): number {
  let to = end;
  while (to < lines.length && to - end < CONTEXT && isShown(lines[to]?.replace(/\n$/, ''))) to += 1;
  return to;
}

/** Lines at both ends of a replacement that stay as they are: a new line is only added. */
function commonEdges(
  before: readonly string[],
  now: readonly string[],
): { readonly head: number; readonly tail: number } {
  const most = Math.min(before.length, now.length);
  let head = 0;
  while (head < most && before[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  return { head, tail };
}

function range(from: number, count: number): string {
  return `${count === 0 ? from : from + 1},${count}`;
}

/** The line as printed; one without a line feed says so. */
function withoutFeed(line: string): string {
  return line.endsWith('\n') ? line.slice(0, -1) : `${line}\n${NO_NEWLINE}`;
}

/** git quotes names with unusual characters. */
function header(side: 'a' | 'b', path: string): string {
  const name = `${side}/${path}`;
  if (/^[\x20-\x7e]*$/.test(name) && !/["\\]/.test(name)) return name;
  const bytes = [...new TextEncoder().encode(name)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, '0')}`,
  );
  return `"${bytes.join('')}"`;
}
