import type { Judge, LineCause } from '../../nodelogs/index/judge.ts';
import { decodeText } from '../decode-text.ts';

/** Texts that are remembered; the errors of a node repeat themselves. */
const MEMO = 4_000;
const MEMO_CHARS = 4_000;
/** Where a kubelet line says whose error it is; the same error of another pod decodes alike. */
const WHOSE = / pod="[^"]{0,400}" podUID="[^"]{0,80}"/g;
/** Times, ids, ports, sizes; numbers of three digits may be statuses. */
const NUMBERS = /\b(?!\d{3}\b)[0-9a-z]*\d[0-9a-z]*\b/gi;

/** Says of log entries what `pullwhy decode` would, each distinct text decoded once. */
export function lineJudge(): Judge {
  const memo = new Map<string, LineCause | undefined>();
  return (entry) => {
    const key = entry.replace(WHOSE, '').replace(NUMBERS, '0');
    if (memo.has(key)) return memo.get(key);
    const cause = causeOf(entry);
    if (key.length > MEMO_CHARS) return cause;
    if (memo.size >= MEMO) memo.clear();
    memo.set(key, cause);
    return cause;
  };
}

function causeOf(entry: string): LineCause | undefined {
  const { cause, verdict, link } = decodeText(entry);
  return cause === 'unknown' || link === 'none' ? undefined : { id: cause, verdict };
}
