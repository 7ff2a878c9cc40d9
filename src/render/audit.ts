import type { AuditFinding, AuditReport } from '../core/audit-report.ts';
import type { RenderOptions } from './format.ts';
import { count, indented, type Style, styleOf, wrap } from './layout.ts';

/** `pullwhy audit -o …` */
export async function renderAudit(report: AuditReport, format: string, options: RenderOptions): Promise<string> {
  if (format === 'json') return JSON.stringify(report, null, 2);
  if (format === 'yaml') return (await import('yaml')).stringify(report, { lineWidth: 0 });
  return auditText(report, options);
}

const MAX_UNKNOWNS = 10;

function auditText({ summary, findings, unknowns }: AuditReport, options: RenderOptions): string {
  const style = styleOf(options);
  const asked =
    summary.asked + summary.recalled === 0
      ? 'no registry was asked (--registry asks them)'
      : `${count(summary.asked, 'question')} to registries${summary.recalled === 0 ? '' : `, ${count(summary.recalled, 'answer')} of an earlier run`}`;
  const counts = `${count(summary.errors, 'error')}, ${count(summary.warnings, 'warning')}, ${asked}`;
  const left = unknowns.length - MAX_UNKNOWNS;
  return [
    ...wrap(`${count(summary.images, 'image')} in ${count(summary.pods, 'pod')}: ${counts}.`, options.width),
    ...findings.flatMap((finding) => ['', ...findingRows(finding, style, options.width)]),
    ...(unknowns.length === 0 ? [] : ['', 'not known:']),
    ...unknowns.slice(0, MAX_UNKNOWNS).flatMap((text) => indented(text, options.width)),
    ...(left > 0 ? [`  and ${left} more (-o json)`] : []),
  ].join('\n');
}

function findingRows(
  { rule, level, subject, message, pods, podCount }: AuditFinding,
  { paint, mark }: Style,
  width: number,
): string[] {
  const sign = level === 'error' ? paint('bad', mark.bad) : paint('warn', mark.maybe);
  const [first = '', ...rest] = wrap(subject, width - 4 - rule.length);
  const more = podCount > pods.length ? ` and ${podCount - pods.length} more` : '';
  return [
    `${sign} ${paint('strong', first)}  ${rule}`,
    ...rest.map((line) => `  ${line}`),
    ...indented(message, width),
    ...(podCount === 0 ? [] : indented(`${count(podCount, 'pod')}: ${pods.join(', ')}${more}`, width)),
  ];
}
