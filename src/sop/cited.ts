import { excerpt } from '../core/redact.ts';
import type { RunEvidence, RunGap } from '../core/sop/run.ts';

/** The innermost error stands at the end of a line: most lines of a kubelet fit. */
const MAX_CONTENT = 1_000;

/**
 * An entry of an answer as evidence: a finding, a piece of evidence of a report, an event. One without an id of its
 * own is numbered. Undefined for what is neither text nor an object.
 */
export function evidenceOf(entry: unknown, number: number): Omit<RunEvidence, 'ref' | 'step'> | undefined {
  if (typeof entry === 'string') return { id: excerpt(entry, 100), content: '' };
  if (!isRecord(entry)) return undefined;
  const at = text(entry.observedAt) ?? text(entry.lastAt) ?? text(entry.at) ?? text(entry.lastTimestamp);
  return {
    id: excerpt(text(entry.id) ?? text(entry.findingId) ?? String(number), 100),
    content: excerpt(contentOf(entry), MAX_CONTENT),
    ...(at === undefined ? {} : { at }),
  };
}

/** The words of evidence, of a finding or of an event, whichever it is. */
function contentOf(entry: Readonly<Record<string, unknown>>): string {
  const sample = isRecord(entry.sample) ? entry.sample : {};
  const place = text(entry.locator) ?? text(sample.path) ?? text(entry.path);
  const words =
    text(entry.excerpt) ?? text(sample.text) ?? text(entry.text) ?? text(entry.message) ?? text(entry.statement);
  const title = text(entry.title) ?? text(entry.reason);
  // Words of an object often begin with its name.
  const named = place !== undefined && words?.startsWith(place) === true ? undefined : place;
  return [named, title, words].filter((part) => part !== undefined).join(': ');
}

/** What an answer itself says that it could not see: its `gaps`, or the `unknowns` of a report. */
export function gapsOf(step: string, answer: unknown): RunGap[] {
  if (!isRecord(answer)) return [];
  return [answer.gaps, answer.unknowns]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((gap: unknown) => {
      if (!isRecord(gap)) return [];
      const [what, why, how] = [text(gap.what) ?? text(gap.wanted), text(gap.why), text(gap.how)];
      if (what === undefined || why === undefined) return [];
      return [{ step, what: excerpt(what, 500), why: excerpt(why, 300), ...(how === undefined ? {} : { how }) }];
    });
}

/** False when the answer says that there is more than it holds: absence from it proves nothing. */
export function isWhole(answer: unknown): boolean {
  if (!isRecord(answer)) return true;
  if ((text(answer.nextPageToken) ?? text(answer.nextPage)) !== undefined || answer.truncated === true) return false;
  if (saysNothing(answer)) return false;
  const coverage = isRecord(answer.coverage) ? answer.coverage : {};
  const unread = Array.isArray(coverage.unread) ? coverage.unread : [];
  // A binary file holds no lines that anybody looks for.
  return !unread.some((file: unknown) => isRecord(file) && file.why !== 'binary');
}

/** All its lists are empty, and it names what it could not see: then nothing is proven to be absent. */
function saysNothing({ gaps, ...answer }: Readonly<Record<string, unknown>>): boolean {
  const lists = Object.values(answer).filter(Array.isArray);
  return Array.isArray(gaps) && gaps.length > 0 && lists.length > 0 && lists.every((list) => list.length === 0);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
