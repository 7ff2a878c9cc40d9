import type { CauseId } from '../../core/cause.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import type { Finding } from '../../core/node/finding.ts';
import type { Meter } from '../../nodelogs/lines/budget.ts';
import { matchLine } from '../../nodelogs/patterns/match.ts';
import { alternativesOf, plainWords } from '../../nodelogs/search/alternatives.ts';
import { decodeText } from '../decode-text.ts';
import { nodeIndex } from './errors.ts';

/** Findings that are told; more would be noise. */
const MAX_FINDINGS = 5;
/** The least time that the index gets, even when the search took all of its own. */
const LEAST_MS = 5_000;

/**
 * Findings on what a query asks for, whoever said it in which words: each alternative is decoded as if it were an
 * error text, and a finding counts when its cause is among the candidates. A query that knows only the words of one
 * registry or runtime finds nothing in the log of another; that must not read as "there is none".
 */
export async function findingsAbout(bundle: NodeBundle, query: string, meter: Meter): Promise<readonly Finding[]> {
  const words = alternativesOf(query)
    .map(plainWords)
    .filter((text) => text !== '');
  const causes = new Set(words.flatMap(causesOf));
  const patterns = new Set(words.flatMap((text) => matchLine(text, 'system')?.pattern.id ?? []));
  if (causes.size === 0 && patterns.size === 0) return [];
  const { findings } = await nodeIndex(bundle, {
    bytes: Math.max(meter.bytesLeft, 256 * 1024 ** 2),
    milliseconds: Math.max(meter.millisecondsLeft, LEAST_MS),
    ...(meter.signal === undefined ? {} : { signal: meter.signal }),
  });
  return findings
    .filter(({ cause, pattern }) => (cause !== undefined && causes.has(cause.id)) || patterns.has(pattern))
    .slice(0, MAX_FINDINGS);
}

/** What the words alone could be about. */
function causesOf(text: string): readonly CauseId[] {
  const { candidates, link } = decodeText(text);
  return link === 'none' ? [] : candidates.map(({ cause }) => cause);
}
