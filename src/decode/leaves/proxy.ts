import type { Leaf } from '../../core/pull-error.ts';
import { isRegistryName } from '../registry-name.ts';
import type { Reading, Rule } from '../rule.ts';
import type { Gives } from '../seen.ts';
import { readUrl } from '../url.ts';

/** `proxyconnect` and what a refused CONNECT leaves behind: the bare status phrase, no number, no host (net/http transport.go). */
export const PROXY_LEAVES: readonly Rule[] = [
  { like: 'proxyconnect tcp', leaf: proxyConnect, prose: true },
  // Go up to 1.8
  { like: 'http: error connecting to proxy {url:w}', leaf: namedProxy },
  // Docker Desktop carries the traffic of its machine through a proxy of its own
  ...[
    'writing response to {host:w}: connecting to {next:w}',
    'dialing {host:w} container via {way}: connecting to {next:w}',
  ].flatMap((like): Rule[] => [
    { like, when: isDirect, gives: { runtime: 'docker' }, read: dialled },
    { like, gives: { runtime: 'docker' }, read: dialled, leaf: nextProxy, generic: true },
  ]),
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

/** The URL of the proxy stands before the reason, unless it is no URL at all (quotes pasted into the setting). */
function namedProxy({ captures, rest }: Reading): Leaf {
  const host = readUrl(captures.url ?? '')?.host;
  return {
    kind: 'proxy',
    problem: problemOf(rest.slice(0, 600).toLowerCase()),
    ...(host === undefined ? {} : { proxy: host }),
  };
}

/** A proxy listens on a port of its own; on the port that was asked for it is the address of the host itself. */
function isDirect({ captures }: Reading): boolean {
  return portOf(captures.next) === portOf(captures.host);
}

function portOf(address = ''): string | undefined {
  return /:(\d{1,5})$/.exec(address)?.[1];
}

/** The request names the host too, unless the client printed none. */
function dialled({ captures, seen }: Reading): Gives {
  const host = (captures.host ?? '').toLowerCase().replace(/:443$/, '');
  return { ...(isRegistryName(host) ? { pull: true } : {}), ...(seen.request === undefined ? { host } : {}) };
}

function nextProxy({ captures, rest }: Reading): Leaf {
  return { kind: 'proxy', problem: problemOf(rest.slice(0, 600).toLowerCase()), proxy: captures.next ?? '' };
}

function problemOf(lower: string): Extract<Leaf, { kind: 'proxy' }>['problem'] {
  if (lower.includes('lookup ')) return 'dns';
  if (lower.includes('x509')) return 'certificate';
  if (lower.includes('tls:') || lower.includes('http response to https')) return 'tls';
  if (lower.includes('dial tcp') || lower.includes('eof') || lower.includes('connection')) return 'unreachable';
  return 'other';
}
