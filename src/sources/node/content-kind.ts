import { fileKindOf, isLogKind, type LogFileKind, type NodeFileKind } from '../../core/node/file-kind.ts';
import { headOf, startsEntry } from '../bundle/logs/entry.ts';

/** Lines looked at, and how many of them must agree. */
const LINES = 40;
const LINE_CHARS = 2_000;

/** What a file holds, by its place and, where that tells nothing, by its first lines: a loose `a.txt` may be a kubelet's log. */
export function kindByContent(path: string, head: string): NodeFileKind {
  const kind = fileKindOf(path);
  return kind === 'other' ? (logKindOf(head) ?? 'other') : kind;
}

/** The log that most of the first lines are from; undefined when they are no log. */
export function logKindOf(head: string): LogFileKind | undefined {
  const lines = head
    .slice(0, LINES * LINE_CHARS)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, LINES);
  const entries = lines.map((line) => line.slice(0, LINE_CHARS)).filter(startsEntry);
  if (entries.length === 0 || entries.length < lines.length / 4) return undefined;
  const votes = new Map<LogFileKind, number>();
  for (const line of entries) {
    const { log } = headOf(line);
    const kind = log !== undefined && isLogKind(log) ? log : 'system';
    votes.set(kind, (votes.get(kind) ?? 0) + 1);
  }
  const [first, second] = [...votes].sort(([, a], [, b]) => b - a);
  if (first === undefined) return undefined;
  // A journal of all units is a system log, however much its loudest unit says.
  return second !== undefined && votes.size > 2 && first[1] < entries.length * 0.8 ? 'system' : first[0];
}
