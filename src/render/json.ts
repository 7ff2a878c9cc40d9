import type { Report } from '../core/report.ts';

/** The report as it is: the contract for scripts. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
