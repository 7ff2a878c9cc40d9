import { isLogKind, type NodeFileKind } from '../../core/node/file-kind.ts';
import { PATTERNS } from './all.ts';
import type { LogPattern } from './pattern.ts';

/** Longest part of an entry that is looked at. */
export const MAX_ENTRY = 16 * 1024;

/** A line with its meaning. */
export interface MatchedLine {
  readonly pattern: LogPattern;
  /** Why such a line is usual on healthy nodes. */
  readonly usual?: string;
}

/** The first pattern that an entry of a log fits; linear in its length. */
export function matchLine(entry: string, kind: NodeFileKind): MatchedLine | undefined {
  const text = entry.length > MAX_ENTRY ? entry.slice(0, MAX_ENTRY) : entry;
  const lower = text.toLowerCase();
  for (const pattern of PATTERNS) {
    if (!appliesTo(pattern, kind) || !pattern.words.some((word) => lower.includes(word))) continue;
    if (!pattern.match.test(text) || pattern.unless?.test(text) === true) continue;
    const usual = pattern.usual?.find(({ when }) => when.test(text))?.why;
    return usual === undefined ? { pattern } : { pattern, usual };
  }
  return undefined;
}

/** Sections quote words of errors where nothing failed: metrics, configurations. Lists of services do tell what failed. */
function appliesTo({ kinds }: LogPattern, kind: NodeFileKind): boolean {
  if (kinds !== undefined) return kinds.includes(kind);
  return isLogKind(kind) || kind === 'other' || kind === 'services';
}
