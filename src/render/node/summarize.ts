import type { RootCause, SummaryAnswer, SummaryCheck } from '../../core/node/summary-answer.ts';
import type { RenderOptions } from '../format.ts';
import { hang, labelled, type Style, styleOf, wrap } from '../layout.ts';
import { coverageRows, gapRows, lineRow } from './problem-rows.ts';

/** For people; the codes stay in json. */
const CHECKS: Readonly<Record<SummaryCheck['check'], string>> = {
  RUNTIME_RUNNING: 'the runtime runs',
  IMAGE_FOUND: 'the image is there',
  DISK_HAS_ROOM: 'the disk has room',
};

/** `pullwhy node summarize` */
export function renderSummary(answer: SummaryAnswer, options: RenderOptions): string {
  const style = styleOf(options);
  const { width, verbose } = options;
  const { confidence, statement, rootCauses, checks, findings, unresolvedFindingIds, gaps } = answer;
  const sign = confidence === 'unknown' ? style.mark.unknown : style.mark.bad;
  const blocks: string[][] = [
    hang(`${sign} ${style.paint('strong', statement)}`, width),
    ...rootCauses.map((cause) => causeRows(cause, statement, style, options)),
    checks.flatMap(({ check, answer: said, because }) => hang(`${CHECKS[check]}: ${said}: ${because}`, width)),
    findings
      .slice(0, verbose ? undefined : 10)
      .flatMap(({ id, title, line, usual }) => [
        ...hang(`${id} ${title}${usual === undefined ? '' : ` (usual: ${usual})`}`, width - 2).map((row) => `  ${row}`),
        ...lineRow(line, style, width),
      ]),
    unresolvedFindingIds.length === 0 ? [] : hang(`not in this collection: ${unresolvedFindingIds.join(', ')}`, width),
    gaps.length === 0 ? [] : ['not known:', ...gapRows(gaps.slice(0, verbose ? undefined : 10), width)],
    coverageRows(answer, width),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function causeRows(
  { cause, verdict, statement, toDecide, remedies, verify, escalate, findings }: RootCause,
  headline: string,
  { paint }: Style,
  { width }: RenderOptions,
): string[] {
  const body = width - 11;
  const fixes = remedies
    .slice(0, 3)
    .flatMap(({ title, safety, owner, commands }) => [
      ...wrap(`${title} (${owner}, ${safety})`, body),
      ...commands.map((command) => `  ${command}`),
    ]);
  return [
    ...wrap(`${paint('strong', cause.id)} ${verdict}${headline.startsWith(statement) ? '' : `: ${statement}`}`, width),
    ...labelled('findings', wrap(findings.join(', '), body)),
    ...(toDecide === undefined ? [] : labelled('decides', [toDecide])),
    ...labelled('fix', fixes),
    ...labelled(
      'verify',
      verify.slice(0, 2).flatMap(({ command, expect }) => [command, ...wrap(`expect: ${expect}`, body)]),
    ),
    ...labelled(
      'escalate',
      escalate.slice(0, 2).flatMap(({ when, to }) => wrap(`when ${when}: ${to}`, body)),
    ),
  ];
}
