import type { CollectAnswer, CollectedNode, CollectPlan } from '../../core/node/collect-answer.ts';
import type { RenderOptions } from '../format.ts';
import { count, gapWords, indented, type Style, styleOf, wrap } from '../layout.ts';
import { sizeWords } from './size.ts';
import { stateMark } from './status.ts';

const MAX_GAPS = 6;
const MAX_LEFT_OUT = 5;

/** `pullwhy node collect` */
export function collectText(answer: CollectAnswer, options: RenderOptions): string {
  const style = styleOf(options);
  const { width } = options;
  return [
    ...answer.nodes.flatMap((node) => nodeRows(node, style, width)),
    ...leftOutRows(answer, width),
    ...answer.gaps.flatMap((gap) => wrap(gapLine(gap), width)),
    ...nextRows(answer, width),
  ].join('\n');
}

function nodeRows(node: CollectedNode, style: Style, width: number): string[] {
  const { gaps, problem } = node;
  const more = gaps.length - MAX_GAPS;
  return [
    nodeLine(node, style),
    ...(problem === undefined ? [] : indented(untold(problem, gaps), width)),
    ...gaps.slice(0, MAX_GAPS).flatMap((gap) => indented(gapLine(gap), width)),
    ...(more > 0 ? [`  and ${more} more (-o json)`] : []),
  ];
}

/** `✓ node-a  c-20261121-…  9 files, 1.2 MiB`: also told as each node is done. */
export function nodeLine(
  { node, instance, collection, state, files, bytes, stuckPods }: CollectedNode,
  style: Style,
): string {
  const name = instance === undefined ? node : `${node} (${instance})`;
  const stuck = stuckPods === undefined || stuckPods === 0 ? '' : `, ${count(stuckPods, 'stuck pod')}`;
  const held =
    state === 'queued' || state === 'running' ? 'in the background' : `${count(files, 'file')}, ${sizeWords(bytes)}`;
  return `${stateMark(state, style)} ${style.paint('strong', name)}  ${collection}  ${state}: ${held}${stuck}`;
}

/** A problem without the gap that it names: that follows, with what to do. */
function untold(problem: string, gaps: CollectedNode['gaps']): string {
  const named = gaps.map(({ wanted }) => problem.indexOf(wanted)).find((at) => at > 0);
  return named === undefined ? problem : problem.slice(0, named).trimEnd();
}

function gapLine({ wanted, why, how }: CollectedNode['gaps'][number]): string {
  return `${wanted}: ${gapWords(why)}${how === undefined ? '' : `; ${how}`}`;
}

function leftOutRows({ leftOut }: Pick<CollectAnswer, 'leftOut'>, width: number): string[] {
  const [first] = leftOut;
  if (first === undefined) return [];
  const names = leftOut.slice(0, MAX_LEFT_OUT).map(({ node }) => node);
  const rest = leftOut.length > MAX_LEFT_OUT ? ', …' : '';
  return wrap(`left out (${first.why}): ${count(leftOut.length, 'node')}: ${names.join(', ')}${rest}`, width);
}

function nextRows({ nodes }: CollectAnswer, width: number): string[] {
  const found = nodes.find(({ files, state }) => files > 0 && state !== 'failed');
  if (nodes.some(({ state }) => state === 'queued' || state === 'running')) {
    return wrap('pullwhy node status shows how far it got', width);
  }
  return found === undefined ? [] : wrap(`next: pullwhy node errors ${found.collection}`, width);
}

/** `--dry-run` */
export function planText(plan: CollectPlan, options: RenderOptions): string {
  const { width } = options;
  const nodes = plan.nodes.map(({ node, stuckPods }) =>
    stuckPods ? `${node} (${count(stuckPods, 'stuck pod')})` : node,
  );
  return [
    ...wrap(`would collect by ${plan.by} from ${count(nodes.length, 'node')}: ${nodes.join(', ')}`, width),
    ...leftOutRows(plan, width),
    ...plan.steps.flatMap((step) => indented(step, width)),
    ...wrap(plan.rights.length === 0 ? 'needs no right in the cluster' : `needs: ${plan.rights.join(', ')}`, width),
    ...wrap(plan.changes ? 'yellow: it changes something, and asks before (--yes)' : 'green: it reads only', width),
    ...plan.gaps.flatMap((gap) => wrap(gapLine(gap), width)),
  ].join('\n');
}
