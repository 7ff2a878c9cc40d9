import type { NodeProblem } from '../../core/node/problem.ts';
import type { FileSystem, NodeStorage, Room, StorageAnswer } from '../../core/node/storage-answer.ts';
import type { RenderOptions } from '../format.ts';
import { hang, type Style, styleOf, wrap } from '../layout.ts';
import { coverageRows, gapRows, problemRows } from './problem-rows.ts';

/** `pullwhy node storage` */
export function renderStorage(answer: StorageAnswer, options: RenderOptions): string {
  const style = styleOf(options);
  if (answer.perNode.length === 0) return 'No node of that name in this evidence.';
  const nodes = answer.perNode.map((node) => nodeText(node, style, options));
  return [...nodes, coverageRows(answer, options.width).join('\n')].join('\n\n');
}

const TONES = {
  full: 'bad',
  'read-only': 'bad',
  failing: 'bad',
  'near-full': 'warn',
  ok: 'good',
  unknown: 'warn',
} as const;

function nodeText(node: NodeStorage, style: Style, options: RenderOptions): string {
  const tone = TONES[node.state];
  const mark = tone === 'bad' ? style.mark.bad : tone === 'good' ? style.mark.good : style.mark.maybe;
  const [first = '', ...rest] = wrap(`${node.node ?? 'the node'}: ${node.summary}`, options.width - 2);
  return [
    `${style.paint(tone, mark)} ${style.paint('strong', first)}`,
    ...rest.map((line) => `  ${line}`),
    ...wrap(`images in ${node.imageRoot.path} (${node.imageRoot.because})`, options.width - 2).map(
      (line) => `  ${line}`,
    ),
    ...[...node.filesystems.map(systemWords), collectionWords(node)].flatMap((text) =>
      hang(text, options.width - 2).map((line) => `  ${line}`),
    ),
    ...problemRows(
      node.problems.map((problem) => onceTold(problem, node.summary)),
      style,
      options,
    ),
    ...(node.gaps.length === 0 ? [] : ['  not known:', ...gapRows(node.gaps, options.width)]),
  ].join('\n');
}

/** Without the note that the summary above has told already. */
function onceTold(problem: NodeProblem, summary: string): NodeProblem {
  const { note, ...rest } = problem;
  return note !== undefined && summary.includes(note) ? rest : problem;
}

function systemWords({ mount, holds, bytes, inodes, readOnly }: FileSystem): string {
  const access = readOnly === undefined ? '' : readOnly ? ', read-only' : ', writable';
  return `${mount} (${holds.join(', ')}): bytes ${roomWords(bytes)}, inodes ${roomWords(inodes)}${access}`;
}

function roomWords(room: Room | undefined): string {
  return room === undefined ? 'not known' : `${room.usedPercent} % used`;
}

function collectionWords({ garbageCollection: gc }: NodeStorage): string {
  const from = gc.thresholdsFrom === 'default' ? ' (defaults)' : '';
  return `image GC from ${gc.highPercent} to ${gc.lowPercent} %${from}: ${gc.removals} removals, ${gc.failures} failures, ${gc.evictions} evictions logged`;
}
