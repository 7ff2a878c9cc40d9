import type { PreflightFinding, PreflightReport } from '../core/preflight-report.ts';
import type { RenderOptions } from './format.ts';
import { count, indented, type Style, styleOf, wrap } from './layout.ts';

/** `pullwhy preflight -o …` */
export async function renderPreflight(
  report: PreflightReport,
  format: string,
  options: RenderOptions,
): Promise<string> {
  switch (format) {
    case 'json':
      return JSON.stringify(report, null, 2);
    case 'yaml':
      return (await import('yaml')).stringify(report, { lineWidth: 0 });
    case 'sarif':
      return JSON.stringify((await import('./sarif.ts')).sarifOf(report), null, 2);
    case 'junit':
      return (await import('./junit.ts')).junitOf(report);
    default:
      return preflightText(report, options);
  }
}

function preflightText({ summary, findings, unknowns }: PreflightReport, options: RenderOptions): string {
  const style = styleOf(options);
  const counts = [
    count(summary.errors, 'error'),
    count(summary.warnings, 'warning'),
    ...(summary.unknown === 0 ? [] : [`${summary.unknown} not known`]),
  ];
  return [
    `${count(summary.images, 'image')} in ${count(summary.uses, 'place')}: ${counts.join(', ')}.`,
    ...findings.flatMap((finding) => ['', ...findingRows(finding, style, options.width)]),
    ...(unknowns.length === 0 ? [] : ['', 'not known:', ...unknowns.flatMap((text) => indented(text, options.width))]),
  ].join('\n');
}

function findingRows(
  { rule, level, message, image, use }: PreflightFinding,
  { paint, mark }: Style,
  width: number,
): string[] {
  const sign = level === 'error' ? paint('bad', mark.bad) : paint('warn', mark.maybe);
  const [first = '', ...rest] = wrap(image === '' ? '(no image)' : image, width - 4 - rule.length);
  return [
    `${sign} ${paint('strong', first)}  ${rule}`,
    ...rest.map((line) => `  ${line}`),
    ...indented(message, width),
    ...indented(`${use.file}:${use.line} (${use.where})`, width),
  ];
}
