import type { Leaf } from '../../core/pull-error.ts';
import type { Reading, Rule } from '../rule.ts';

/** `proxyconnect` and what a refused CONNECT leaves behind: the bare status phrase, no number, no host (net/http transport.go). */
export const PROXY_LEAVES: readonly Rule[] = [
  { like: 'proxyconnect tcp', leaf: proxyConnect, prose: true },
  { like: 'proxy authentication required', leaf: { kind: 'proxy', problem: 'auth-required' }, prose: true },
  { like: 'proxy authorization required', leaf: { kind: 'proxy', problem: 'auth-required' }, prose: true },
  { like: 'forbidden', when: afterRequest, leaf: { kind: 'proxy', problem: 'forbidden' } },
  { like: 'bad gateway', when: afterRequest, leaf: { kind: 'proxy', problem: 'status' } },
  { like: 'service unavailable', when: afterRequest, leaf: { kind: 'proxy', problem: 'status' } },
  { like: 'gateway timeout', when: afterRequest, leaf: { kind: 'proxy', problem: 'status' } },
  { like: 'gateway time-out', when: afterRequest, leaf: { kind: 'proxy', problem: 'status' } },
  { like: 'internal server error', when: afterRequest, leaf: { kind: 'proxy', problem: 'status' } },
  { like: 'not implemented', when: afterRequest, leaf: { kind: 'proxy', problem: 'status' } },
  { like: 'method not allowed', when: afterRequest, leaf: { kind: 'proxy', problem: 'status' } },
  { like: 'bad request', when: afterRequest, leaf: { kind: 'proxy', problem: 'status' } },
  { like: 'url blocked', when: afterRequest, leaf: { kind: 'proxy', problem: 'forbidden' } },
  { like: 'filtered', when: afterRequest, leaf: { kind: 'proxy', problem: 'forbidden' } },
  { like: 'proxyauthentication', when: afterRequest, leaf: { kind: 'proxy', problem: 'auth-required' } },
  { like: 'invalid proxy url', leaf: { kind: 'proxy', problem: 'other' } },
  { like: 'error parsing proxy url', leaf: { kind: 'proxy', problem: 'other' } },
];

function afterRequest({ seen }: Reading): boolean {
  return seen.last === 'request';
}

const PROXY_ADDRESS = /dial tcp (\[[0-9a-f:.%]+\]:\d+|[^\s:"]+:\d+)/i;
const PROXY_NAME = /lookup ([^\s:"]{1,260})/i;

function proxyConnect({ rest }: Reading): Leaf {
  const words = rest.slice(0, 600);
  const lower = words.toLowerCase();
  const proxy = PROXY_NAME.exec(words)?.[1] ?? PROXY_ADDRESS.exec(words)?.[1];
  return { kind: 'proxy', problem: problemOf(lower), ...(proxy === undefined ? {} : { proxy }) };
}

function problemOf(lower: string): Extract<Leaf, { kind: 'proxy' }>['problem'] {
  if (lower.includes('lookup ')) return 'dns';
  if (lower.includes('x509')) return 'certificate';
  if (lower.includes('tls:') || lower.includes('http response to https')) return 'tls';
  if (lower.includes('dial tcp') || lower.includes('eof') || lower.includes('connection')) return 'unreachable';
  return 'other';
}
