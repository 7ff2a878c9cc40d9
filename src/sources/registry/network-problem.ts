import type { ProbeProblem } from '../../core/probe.ts';

const PROBLEM_OF_CODE: Readonly<Record<string, ProbeProblem>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EHOSTDOWN: 'no-route',
  ETIMEDOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'too-large',
};

/** The more telling of several addresses' failures comes first: a missing IPv6 route says little. */
const TELLING: readonly ProbeProblem[] = ['connection-refused', 'connection-reset', 'timeout', 'no-route'];

const WORDS: Partial<Record<ProbeProblem, string>> = {
  'connection-refused': 'connection refused',
  'connection-reset': 'connection reset',
  'no-route': 'no route to the host',
  timeout: 'no answer in time',
  'too-large': 'the headers of the answer are too large',
  'client-certificate': 'the server wants a client certificate',
  unreadable: 'the answer is not HTTP',
};

/** A failure of sockets or HTTP as a problem; several at once (one per address) as the most telling. */
export function problemOf(error: unknown): ProbeProblem {
  const problems = [error, ...partsOf(error)].map(single).filter((problem) => problem !== undefined);
  return TELLING.find((telling) => problems.includes(telling)) ?? problems[0] ?? 'unreadable';
}

/** In words, with what the system said where that is no standard case. */
export function wordsOf(problem: ProbeProblem, error: unknown): string {
  const words = WORDS[problem] ?? problem;
  const code = codeOf(error);
  return problem === 'unreadable' && code !== '' ? `${words} (${code})` : words;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function single(error: unknown): ProbeProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout';
  const code = codeOf(error);
  // TLS 1.3 tells only after the handshake that the server wanted a certificate.
  if (/CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE/.test(code)) return 'client-certificate';
  return PROBLEM_OF_CODE[code] ?? (/^HPE_/.test(code) ? 'unreadable' : undefined);
}

function partsOf(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [];
}
