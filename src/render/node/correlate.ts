import type { CauseChain, Cluster, CorrelateAnswer, TimelineEvent } from '../../core/node/correlate-answer.ts';
import type { RenderOptions } from '../format.ts';
import { count, hang, type Style, styleOf } from '../layout.ts';
import { saying } from './line-words.ts';
import { coverageRows, gapRows } from './problem-rows.ts';

const CLUSTERS_SHOWN = 10;
const EVENTS_SHOWN = 20;

/** `pullwhy node correlate` */
export function renderCorrelation(answer: CorrelateAnswer, options: RenderOptions): string {
  const style = styleOf(options);
  const { width, verbose } = options;
  const events = verbose ? answer.events : answer.events.slice(-EVENTS_SHOWN);
  const whatColumn = Math.max(0, ...events.map(({ what }) => what.length));
  const clusters = verbose ? answer.clusters : answer.clusters.slice(-CLUSTERS_SHOWN);
  const blocks: string[][] = [
    headRows(answer, style, width),
    ...answer.chains.map((chain) => chainRows(chain, style, width)),
    clusters.length === 0
      ? []
      : [`${count(answer.clusters.length, 'cluster')}:`, ...clusters.flatMap((cluster) => clusterRows(cluster, width))],
    events.length === 0
      ? []
      : [
          `newest ${events.length} of ${count(answer.eventsTotal, 'event')}:`,
          ...events.map((event) => eventRow(event, whatColumn, style, width)),
        ],
    answer.gaps.length === 0 ? [] : ['not known:', ...gapRows(answer.gaps, width)],
    coverageRows(answer, width),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function headRows(
  { pivot, pivots, windowSeconds, empty, nodes }: CorrelateAnswer,
  { paint, mark }: Style,
  width: number,
): string[] {
  const where = nodes.length === 0 ? '' : ` on ${nodes.join(', ')}`;
  if (empty !== undefined) return hang(`${mark.unknown} nothing${where}: ${empty}`, width);
  if (pivot === undefined || pivots === undefined)
    return hang(paint('strong', `Everything that tells of pulls${where}`), width);
  return hang(
    paint(
      'strong',
      `"${pivot}" on ${count(pivots.count, 'line')}${where}, and what happened within ${windowSeconds} s`,
    ),
    width,
  );
}

function chainRows({ title, certainty, links }: CauseChain, { paint, mark }: Style, width: number): string[] {
  const sign = certainty === 'shown' ? paint('bad', mark.bad) : paint('warn', mark.maybe);
  return [
    ...hang(`${sign} ${title}${certainty === 'shown' ? '' : ' (a link was not seen)'}`, width),
    ...links.flatMap(({ what, count: times, evidence, gap }) => {
      const place =
        evidence === undefined
          ? (gap ?? 'not seen')
          : `${evidence.at ?? ''} ${evidence.path}:${evidence.line}${times > 1 ? ` (${times} lines)` : ''}`;
      return hang(`${what}: ${place}`, width - 4).map((line) => `    ${line}`);
    }),
  ];
}

function clusterRows({ from, to, events, what }: Cluster, width: number): string[] {
  const kinds = what.slice(0, 4).map(({ what: kind, count: times }) => `${kind} ${times}`);
  return hang(`${from} to ${to.slice(11)}: ${count(events, 'event')}: ${kinds.join(', ')}`, width - 2).map(
    (line) => `  ${line}`,
  );
}

/** One line each, cut to the terminal: the place tells where the whole line is. */
function eventRow(
  { at, what, path, line, text, pivot }: TimelineEvent,
  whatColumn: number,
  { paint }: Style,
  width: number,
): string {
  const place = `${path.slice(path.lastIndexOf('/') + 1)}:${line}`;
  const head = `${pivot === true ? '*' : ' '} ${at.slice(5, 19).replace('T', ' ')} ${what.padEnd(whatColumn)} ${place} `;
  const room = Math.max(0, width - head.length);
  return `${head}${paint('dim', saying(text, room))}`.trimEnd();
}
