import { stringify } from 'yaml';
import type { Report } from '../core/report.ts';

/** The same shape as `-o json`. */
export function renderYaml(report: Report): string {
  return stringify(report, { lineWidth: 0 });
}
