import type { AnswerGap } from '../../core/fact.ts';
import type { NodeAnswer } from '../../core/node/answer.ts';
import type { LogLine } from '../../core/node/finding.ts';
import type { NodeProblem } from '../../core/node/problem.ts';
import type { RenderOptions } from '../format.ts';
import { count, gapWords, hang, type Style, wrap } from '../layout.ts';
import { coverageRows as readRows } from './coverage.ts';
import { saying } from './line-words.ts';

const LINES_SHOWN = 3;

/** Problems of a node with the lines that show them, worst first. */
export function problemRows(
  problems: readonly NodeProblem[],
  style: Style,
  { width, verbose }: RenderOptions,
): string[] {
  return problems.flatMap((problem) => {
    const { code, severity, title, because, note, next } = problem;
    const tone = severity === 'critical' || severity === 'high' ? 'bad' : 'warn';
    const mark = tone === 'bad' ? style.mark.bad : style.mark.maybe;
    const times = problem.count === undefined || problem.count <= 1 ? '' : ` (${count(problem.count, 'line')})`;
    return [
      ...hang(`${title}${times}  ${code}`, width - 4).map(
        (line, i) => `  ${i === 0 ? style.paint(tone, mark) : ' '} ${line}`,
      ),
      ...because.slice(0, verbose ? undefined : LINES_SHOWN).flatMap((line) => lineRow(line, style, width)),
      ...(note === undefined ? [] : set(note, width)),
      ...(next === undefined ? [] : set(`next: ${next}`, width)),
    ];
  });
}

function set(text: string, width: number): string[] {
  return wrap(text, width - 6).map((line) => `      ${line}`);
}

/** A line where it stands; cut to the terminal, for it is quoted to be found again. */
export function lineRow({ path, line, text }: LogLine, { paint }: Style, width: number): string[] {
  const place = `${path}:${line}`;
  const room = Math.max(20, width - 6);
  return [`      ${paint('dim', place)}`, `      ${paint('dim', saying(text, room))}`];
}

export function gapRows(gaps: readonly AnswerGap[], width: number): string[] {
  return gaps.flatMap(({ what, why, how }) =>
    hang(`${what}: ${gapWords(why)}${how === undefined ? '' : `: ${how}`}`, width - 4).map((line) => `    ${line}`),
  );
}

/** What was read and what was not; the gaps stand with their nodes. */
export function coverageRows({ coverage }: Pick<NodeAnswer, 'coverage'>, width: number): string[] {
  return readRows({ coverage, gaps: [] }, width);
}
