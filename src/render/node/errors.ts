import type { Severity } from '../../core/cause.ts';
import type { ErrorsAnswer } from '../../core/node/errors-answer.ts';
import type { Finding, LogLine } from '../../core/node/finding.ts';
import { shortLine } from '../../core/node/short-line.ts';
import type { RenderOptions } from '../format.ts';
import { count, hang, indented, type Style, styleOf, type Tone, wrap } from '../layout.ts';
import { coverageRows } from './coverage.ts';

/** Samples are told shorter than `-o json` does. */
const SAMPLE_CHARS = 320;
const MAX_PLACES = 3;

/** `pullwhy node errors` */
export function errorsText(answer: ErrorsAnswer, options: RenderOptions): string {
  const style = styleOf(options);
  const { width } = options;
  return [
    ...wrap(headline(answer), width),
    ...answer.findings.flatMap((finding) => ['', ...findingRows(finding, answer.nodes.length > 1, style, width)]),
    '',
    ...(answer.nextPage === undefined ? [] : wrap(`more: --page ${answer.nextPage}`, width)),
    ...nextRows(answer, width),
    ...coverageRows(answer, width),
  ].join('\n');
}

function headline({ findings, total, bySeverity, nodes, collection, coverage }: ErrorsAnswer): string {
  const where = nodes.length === 0 ? collection : nodes.join(', ');
  if (coverage.filesTotal === 0) return `${where} holds no files: there is nothing to read.`;
  const all = Object.values(bySeverity).reduce((sum, n) => sum + n, 0);
  if (all === 0) return `No findings in the logs of ${where}.`;
  const shown = findings.length < total ? ` (${findings.length} shown)` : '';
  const parts = Object.entries(bySeverity).flatMap(([severity, n]) => (n === 0 ? [] : `${n} ${severity}`));
  const fitting = total === all ? count(all, 'finding') : `${total} of ${count(all, 'finding')}`;
  return `${fitting}${shown} in the logs of ${where}${total === all ? '' : ', in all'}: ${parts.join(', ')}.`;
}

/** What was joined for one call has no name that the next one knows. */
function nextRows({ findings: [first], collection }: ErrorsAnswer, width: number): string[] {
  if (first === undefined || collection.startsWith('m-')) return [];
  return hang(`lines around one: pullwhy node read ${first.id} ${collection}`, width);
}

const TONES: Readonly<Record<Severity, Tone>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'plain',
  info: 'dim',
};

function findingRows(finding: Finding, several: boolean, style: Style, width: number): string[] {
  const { id, severity, pattern, title, count: times, cause, usual } = finding;
  const head = `${id}  ${severity.padEnd(8)}  ${title}`;
  const [first = '', ...rest] = wrap(head, width);
  const told = cause === undefined ? '' : `${style.dot}${cause.id} (${cause.verdict})`;
  return [
    style.paint(usual === undefined ? TONES[severity] : 'dim', first),
    ...rest.map((line) => `  ${line}`),
    ...indented(`${pattern}${style.dot}${count(times, 'line')}${told}${range(finding)}`, width),
    ...indented(placesOf(finding, several), width),
    ...sampleRows(finding.sample, width),
    ...(usual === undefined ? [] : indented(`usual: ${usual}`, width)),
  ];
}

function range({ firstAt, lastAt }: Finding): string {
  if (firstAt === undefined || lastAt === undefined) return '';
  return firstAt === lastAt ? `, at ${lastAt}` : `, ${firstAt} to ${lastAt}`;
}

function placesOf({ node, places }: Finding, several: boolean): string {
  const listed = places.slice(0, MAX_PLACES).map(({ path, count: n }) => `${path} (${n})`);
  const more = places.length > MAX_PLACES ? ` and ${places.length - MAX_PLACES} more` : '';
  return `${node === undefined || !several ? '' : `${node}: `}${listed.join(', ')}${more}`;
}

/** The line, where it stands, and how it reads. */
function sampleRows({ path, line, text }: LogLine, width: number): string[] {
  return [
    ...indented(`${path}:${line}`, width),
    ...wrap(shortLine(text, SAMPLE_CHARS), width - 4).map((row) => `    ${row}`),
  ];
}
