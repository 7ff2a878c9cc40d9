import type { CompareAnswer, ComparedFinding, ConfigDifference } from '../../core/node/compare-answer.ts';
import type { RenderOptions } from '../format.ts';
import { hang, type Style, styleOf } from '../layout.ts';
import { coverageRows, gapRows } from './problem-rows.ts';

const SIGNS = { 'node-local': 'bad', 'cluster-wide': 'bad', mixed: 'bad', undecided: 'maybe', none: 'good' } as const;

/** `pullwhy node compare` */
export function renderComparison(answer: CompareAnswer, options: RenderOptions): string {
  const style = styleOf(options);
  const { width } = options;
  const { reach, nodes, differences, alike, gaps } = answer;
  const sign = style.mark[SIGNS[reach.is]];
  const blocks: string[][] = [
    hang(`${sign} ${style.paint('strong', `${reach.is}: ${reach.statement}`)}`, width),
    [`compared: ${nodes.join(', ')}`],
    findingRows('only on some', answer.unique, style, options),
    findingRows('on every node', answer.common, style, options),
    findingRows('not known of every node', answer.undecided, style, options),
    differences.length === 0
      ? []
      : ['different:', ...differences.flatMap((each) => differenceRows(each, style, width))],
    alike.length === 0 ? [] : hang(`alike: ${alike.join(', ')}`, width),
    notComparedRows(answer, width),
    gaps.length === 0 ? [] : ['not known:', ...gapRows(gaps, width)],
    coverageRows(answer, width),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

/** Most is missing on the same nodes: they are named once. */
function notComparedRows({ notCompared }: CompareAnswer, width: number): string[] {
  const byNodes = new Map<string, string[]>();
  for (const { topic, missingOn } of notCompared) {
    const nodes = missingOn.join(', ');
    byNodes.set(nodes, [...(byNodes.get(nodes) ?? []), topic]);
  }
  return [...byNodes].flatMap(([nodes, topics]) =>
    hang(`not compared, not collected of ${nodes}: ${topics.join(', ')}`, width),
  );
}

function findingRows(
  title: string,
  findings: readonly ComparedFinding[],
  { paint }: Style,
  { width, verbose }: RenderOptions,
): string[] {
  const shown = verbose ? findings : findings.filter(({ usual }) => usual === undefined).slice(0, 12);
  if (shown.length === 0) return [];
  return [
    `${title}:`,
    ...shown.flatMap(({ title: what, severity, cause, on, notOn }) => {
      const where = on.map(({ node, id, count }) => `${node} ${id} (${count})`).join(', ');
      const not = notOn.length === 0 ? '' : `; not on ${notOn.join(', ')}`;
      return [
        ...hang(`${severity} ${what}${cause === undefined ? '' : ` [${cause.id}]`}: ${where}${not}`, width - 2).map(
          (line) => `  ${line}`,
        ),
        ...on.slice(0, 1).map(({ sample }) => `    ${paint('dim', `${sample.path}:${sample.line}`)}`),
      ];
    }),
  ];
}

function differenceRows({ topic, values, missingOn }: ConfigDifference, { paint }: Style, width: number): string[] {
  return [
    `  ${paint('strong', topic)}`,
    ...values.flatMap(({ node, value }) =>
      hang(`${node}: ${value.replace(`${node}: `, '')}`, width - 4).map((line) => `    ${line}`),
    ),
    ...(missingOn.length === 0 ? [] : [`    not collected of ${missingOn.join(', ')}`]),
  ];
}
