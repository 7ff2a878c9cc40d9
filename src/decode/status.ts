import type { Leaf } from '../core/pull-error.ts';
import type { Gives, Seen } from './seen.ts';

/** Reason phrases as servers and proxies print them; they end where the registry's own words begin. */
const PHRASES: Record<string, readonly string[]> = {
  '301': ['moved permanently'],
  '302': ['found'],
  '307': ['temporary redirect'],
  '400': ['bad request'],
  '401': ['unauthorized'],
  '402': ['payment required'],
  '403': ['forbidden'],
  '404': ['not found'],
  '405': ['method not allowed'],
  '406': ['not acceptable'],
  '407': ['proxy authentication required'],
  '408': ['request timeout', 'request time-out'],
  '410': ['gone'],
  '412': ['precondition failed'],
  '415': ['unsupported media type'],
  '416': ['requested range not satisfiable'],
  '421': ['misdirected request'],
  '429': ['too many requests'],
  '451': ['unavailable for legal reasons'],
  '500': ['internal server error'],
  '501': ['not implemented'],
  '502': ['bad gateway'],
  '503': ['service unavailable', 'service temporarily unavailable'],
  '504': ['gateway timeout', 'gateway time-out'],
};

export interface StatusLine {
  readonly status: number;
  /** Index after the code and its phrase. */
  readonly to: number;
}

/** Reads `403 Forbidden`, `403 (Forbidden)`, `=403` or a bare `403` where a status is expected. */
export function readStatusLine(lower: string, at: number, expected: boolean): StatusLine | undefined {
  const code = lower.slice(at, at + 3);
  if (!/^[1-5]\d\d$/.test(code) || /[\w.]/.test(lower.charAt(at + 3))) return undefined;
  let to = at + 3;
  while (lower[to] === ' ' || lower[to] === '(') to++;
  const phrase = PHRASES[code]?.find((words) => lower.startsWith(words, to));
  if (phrase === undefined) return expected ? { status: Number(code), to: at + 3 } : undefined;
  return { status: Number(code), to: to + phrase.length };
}

/** What a status alone says. The words of the body, if any, are read after it and may say more. */
export function statusGives(status: number, seen: Readonly<Seen>): Gives {
  const url = seen.request?.url;
  const request = url === undefined ? undefined : { ...seen.request, url, status };
  return { status, last: 'body', fallback: statusLeaf(status, seen), ...(request === undefined ? {} : { request }) };
}

function statusLeaf(status: number, seen: Readonly<Seen>): Leaf {
  if (status === 429) return { kind: 'rate-limit', who: 'unsaid' };
  if (status === 407) return { kind: 'proxy', problem: 'auth-required' };
  if (seen.token !== undefined && (status === 401 || status === 403)) {
    return { kind: 'auth', problem: seen.token === 'anonymous' ? 'anonymous-refused' : 'credentials-refused' };
  }
  if (status === 404 && seen.stage === 'blob') return { kind: 'not-found', what: 'blob' };
  if (status === 404 && (seen.stage === 'resolve' || seen.stage === 'manifest'))
    return { kind: 'not-found', what: 'reference' };
  return { kind: 'http', status };
}
