import type { NodeAnswer, NodeCoverage, Unread } from '../../core/node/answer.ts';
import { count, gapWords, hang, wrap } from '../layout.ts';
import { sizeWords } from './size.ts';

const MAX_LISTED = 8;

/** What was read, what was not and why, and what was never collected: the end of every answer about node evidence. */
export function coverageRows({ coverage, gaps }: Pick<NodeAnswer, 'coverage' | 'gaps'>, width: number): string[] {
  return [
    ...wrap(readWords(coverage), width),
    ...list('not read', coverage.unread.map(unreadWords), width),
    ...list(
      'not known',
      gaps.map(({ what, why, how }) => `${what}: ${gapWords(why)}${how === undefined ? '' : `; ${how}`}`),
      width,
    ),
  ];
}

function readWords({ filesRead, filesTotal, bytesRead, from, to }: NodeCoverage): string {
  const range = from === undefined || to === undefined ? '' : `, ${from} to ${to}`;
  return `read: ${filesRead} of ${count(filesTotal, 'file')}, ${sizeWords(bytesRead)}${range}`;
}

function unreadWords({ path, why, note }: Unread): string {
  return `${path}: ${why}${note === undefined ? '' : `, ${note}`}`;
}

function list(label: string, texts: readonly string[], width: number): string[] {
  const left = texts.length - MAX_LISTED;
  return [
    ...texts.slice(0, MAX_LISTED).flatMap((text) => hang(`${label}: ${text}`, width)),
    ...(left > 0 ? [`  and ${left} more (-o json)`] : []),
  ];
}
