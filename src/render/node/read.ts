import type { ReadAnswer, ReadLine } from '../../core/node/read-answer.ts';
import type { RenderOptions } from '../format.ts';
import { styleOf, wrap } from '../layout.ts';
import { coverageRows } from './coverage.ts';

/** `pullwhy node read`: the lines as they stand, uncut by the width of the terminal. */
export function readText(answer: ReadAnswer, options: RenderOptions): string {
  const { paint } = styleOf(options);
  const digits = Math.max(1, ...answer.lines.map((line) => numberOf(line).length));
  const gutter = (line: ReadLine): string => `${markOf(line, answer)}${paint('dim', numberOf(line).padStart(digits))}`;
  return [
    ...wrap(headline(answer), options.width),
    ...answer.lines.map((line) => `${gutter(line)}  ${line.text}`),
    ...(answer.cut === undefined ? [] : wrap(answer.cut, options.width)),
    ...answer.coverage.unread.flatMap(() => coverageRows({ coverage: answer.coverage, gaps: [] }, options.width)),
  ].join('\n');
}

function headline({ path, about, lines, totalLines, more }: ReadAnswer): string {
  if (lines.length === 0) return `${path}: nothing there`;
  const whole = !more.before && !more.after ? ', whole' : '';
  const where = about === undefined ? '' : `, ${about.id} is line ${about.line}`;
  return `${path}${totalLines === undefined ? '' : `, ${totalLines} lines`}${whole}${where}`;
}

/** Marks the line that was asked for; where none was, there is no column for it. */
function markOf({ line }: ReadLine, { about }: ReadAnswer): string {
  if (about === undefined) return '';
  return line === about.line ? '> ' : '  ';
}

/** The line's number; where bytes were asked for, its offset. */
function numberOf({ line, offset }: ReadLine): string {
  return line === undefined ? `@${offset}` : String(line);
}
