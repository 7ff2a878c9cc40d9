import type { Report } from '../core/report.ts';
import type { RenderOptions } from './format.ts';
import { styleOf, wrap } from './layout.ts';

/** A scenario of the demo in some lines: its name, what was recorded, what pullwhy says. */
export function tourLine(name: string, story: string, report: Report, options: RenderOptions): string {
  const style = styleOf(options);
  const answers = report.incidents.map((i) => ({
    tone: i.verdict === 'confirmed' ? ('bad' as const) : ('warn' as const),
    text: `${i.verdict}: ${i.statement}`,
  }));
  const shown =
    answers.length > 0
      ? answers
      : [
          {
            tone: 'good' as const,
            text: `no image pull failure${report.notImagePull[0] === undefined ? '' : ` (${report.notImagePull[0].reason})`}`,
          },
        ];
  return [
    `  ${style.paint('strong', name)}`,
    ...wrap(story, options.width - 4).map((line) => `    ${style.paint('dim', line)}`),
    ...shown.flatMap(({ tone, text }) =>
      wrap(text, options.width - 6).map((line, i) => `    ${i === 0 ? style.paint(tone, style.arrow) : ' '} ${line}`),
    ),
  ].join('\n');
}
