import type { Leaf } from '../../core/pull-error.ts';
import { isRegistryName } from '../registry-name.ts';
import type { Reading, Rule } from '../rule.ts';
import type { Gives } from '../seen.ts';
import { firstPhrase, type Phrase } from './phrases.ts';

type DialProblem = Extract<Leaf, { kind: 'dial' }>['problem'];

/** How a TCP dial ends: Linux errno texts as Go prints them, curl's, and Winsock's (`connectex`). */
const DIAL_ENDINGS: readonly Phrase<DialProblem>[] = [
  ['connection refused', 'refused'],
  ['actively refused', 'refused'],
  ['no route to host', 'no-route'],
  ['host is down', 'no-route'],
  ['host is unreachable', 'no-route'],
  ['unreachable host', 'no-route'],
  ['network is unreachable', 'network-unreachable'],
  ['unreachable network', 'network-unreachable'],
  ['network is down', 'network-unreachable'],
  ['no suitable address found', 'network-unreachable'],
  ['i/o timeout', 'timeout'],
  ['timed out', 'timeout'],
  ['did not properly respond', 'timeout'],
  ['deadline exceeded', 'timeout'],
  ['permission denied', 'permission'],
  ['operation not permitted', 'permission'],
  ['access permissions', 'permission'],
];

const CONNECTION_ENDINGS: readonly Phrase<Leaf>[] = [
  ['connection reset by peer', { kind: 'connection', problem: 'reset' }],
  ['forcibly closed', { kind: 'connection', problem: 'reset' }],
  ['broken pipe', { kind: 'connection', problem: 'broken-pipe' }],
  ['use of closed', { kind: 'connection', problem: 'closed' }],
  ['software caused connection abort', { kind: 'connection', problem: 'closed' }],
  ['connection timed out', { kind: 'timeout', problem: 'read' }],
  ['i/o timeout', { kind: 'timeout', problem: 'read' }],
  ['connection refused', { kind: 'dial', problem: 'refused' }],
  ['no route to host', { kind: 'dial', problem: 'no-route' }],
  ['eof', { kind: 'connection', problem: 'eof' }],
];

const ADDRESS = /^(\[[0-9a-f:.%]+\]:\d+|[^\s:"]+:\d+)/i;

export const NETWORK_LEAVES: readonly Rule[] = [
  { like: 'dial tcp', leaf: dial, generic: true },
  { like: 'dial tcp4', leaf: dial, generic: true },
  { like: 'dial tcp6', leaf: dial, generic: true },
  { like: 'curl: ({code})' },
  // curl, and what minikube makes of its result: it tries the registry before any pull
  { like: 'failed to connect to {host:w} port {port:w}', read: registryNamed, leaf: curlConnect, generic: true },
  {
    like: 'having trouble accessing {url:w}',
    gives: { pull: true, stage: 'resolve' },
    leaf: { kind: 'absent' },
    prose: true,
  },
  {
    like: 'failing to connect to {url:w}',
    gives: { pull: true, stage: 'resolve' },
    leaf: { kind: 'absent' },
    prose: true,
  },
  { like: 'socks connect tcp', leaf: { kind: 'proxy', problem: 'unreachable' } },
  { like: 'read tcp', leaf: established, generic: true },
  { like: 'write tcp', leaf: established, generic: true },
  { like: 'readfrom tcp', leaf: established, generic: true },
  { like: 'connection reset by peer', leaf: { kind: 'connection', problem: 'reset' }, generic: true, prose: true },
  { like: 'connection refused', leaf: { kind: 'dial', problem: 'refused' }, generic: true, prose: true },
  { like: 'connect: connection refused', leaf: { kind: 'dial', problem: 'refused' }, generic: true },
  { like: 'no route to host', leaf: { kind: 'dial', problem: 'no-route' }, generic: true, prose: true },
  {
    like: 'network is unreachable',
    leaf: { kind: 'dial', problem: 'network-unreachable' },
    generic: true,
    prose: true,
  },
  { like: 'connection timed out', leaf: { kind: 'dial', problem: 'timeout' }, generic: true },
  { like: 'i/o timeout', leaf: { kind: 'dial', problem: 'timeout' }, generic: true, prose: true },
  { like: 'broken pipe', leaf: { kind: 'connection', problem: 'broken-pipe' }, generic: true },
  { like: 'use of closed network connection', leaf: { kind: 'connection', problem: 'closed' }, generic: true },
  { like: 'http: server closed idle connection', leaf: { kind: 'connection', problem: 'closed' }, generic: true },
  { like: 'server closed idle connection', leaf: { kind: 'connection', problem: 'closed' }, generic: true },
  { like: 'http2: client connection lost', leaf: { kind: 'connection', problem: 'http2' }, generic: true },
  { like: 'http2: client connection force closed', leaf: { kind: 'connection', problem: 'http2' }, generic: true },
  { like: 'http2: server sent goaway', leaf: { kind: 'connection', problem: 'http2' }, generic: true },
  { like: 'http2: transport', leaf: { kind: 'connection', problem: 'http2' }, generic: true },
  { like: 'http2: timeout awaiting response headers', leaf: { kind: 'timeout', problem: 'header' }, generic: true },
  { like: 'stream error', leaf: { kind: 'connection', problem: 'http2' }, generic: true },
  { like: 'stream terminated by rst_stream', leaf: { kind: 'connection', problem: 'http2' }, generic: true },
  { like: 'connection error: protocol_error', leaf: { kind: 'connection', problem: 'http2' }, generic: true },
  { like: 'eof', leaf: { kind: 'connection', problem: 'eof' }, generic: true },
  { like: 'unexpected eof', leaf: unexpectedEnd, generic: true },
  {
    // the client gave up before a connection stood: name, dial or handshake, the text does not say
    like: 'net/http: request canceled while waiting for connection',
    leaf: { kind: 'dial', problem: 'timeout' },
    generic: true,
  },
  { like: 'request canceled while waiting for connection', leaf: { kind: 'dial', problem: 'timeout' }, generic: true },
  { like: 'net/http: request canceled', leaf: canceled, generic: true },
  { like: 'request canceled', leaf: canceled, generic: true },
  { like: 'net/http: timeout awaiting response headers', leaf: { kind: 'timeout', problem: 'header' }, generic: true },
  { like: 'timeout awaiting response headers', leaf: { kind: 'timeout', problem: 'header' }, generic: true },
  { like: 'context deadline exceeded', leaf: (reading) => waiting(reading, 'deadline'), generic: true, prose: true },
  { like: 'deadline exceeded', leaf: (reading) => waiting(reading, 'deadline'), generic: true },
  { like: 'context canceled', leaf: { kind: 'timeout', problem: 'canceled' }, generic: true },
  { like: 'download cancelled', leaf: { kind: 'timeout', problem: 'canceled' }, generic: true },
  { like: 'context cancelled', leaf: { kind: 'timeout', problem: 'canceled' }, generic: true },
  { like: 'client.timeout exceeded', leaf: (reading) => waiting(reading, 'header'), generic: true },
  { like: 'operation timed out', leaf: { kind: 'timeout', problem: 'deadline' }, generic: true },
  {
    like: 'cancel pulling image {image:w} because of no progress',
    gives: { pull: true },
    leaf: { kind: 'timeout', problem: 'no-progress' },
  },
  { like: 'no progress was made', leaf: { kind: 'timeout', problem: 'no-progress' }, generic: true },
  {
    like: 'cancel pulling image because of no progress',
    gives: { pull: true },
    leaf: { kind: 'timeout', problem: 'no-progress' },
  },
];

/** `dial tcp ADDRESS: [connect: ]WHY`, `dial tcp: [connect: ]WHY`. A lookup has its own rule, and a text cut off before WHY tells none. */
function dial({ rest }: Reading): Leaf | undefined {
  const words = rest.replace(/^[\s:]+/, '').slice(0, 600);
  if (/^lookup /i.test(words)) return undefined;
  const address = ADDRESS.exec(words)?.[1];
  const why = words.slice(address?.length ?? 0).toLowerCase();
  if (!/[a-z]/.test(why)) return { kind: 'absent' };
  const problem = firstPhrase(DIAL_ENDINGS, why) ?? 'other';
  return { kind: 'dial', problem, ...(address === undefined ? {} : { address }) };
}

/** `Failed to connect to HOST port PORT after 12 ms: WHY` */
function curlConnect({ rest }: Reading): Leaf {
  return { kind: 'dial', problem: firstPhrase(DIAL_ENDINGS, rest.slice(0, 200).toLowerCase()) ?? 'other' };
}

function registryNamed({ captures }: Reading): Gives {
  const host = captures.host?.toLowerCase() ?? '';
  return isRegistryName(host) ? { pull: true, host } : {};
}

/** `read tcp A->B: read: WHY`: a connection that stood and broke. */
function established({ rest }: Reading): Leaf {
  return firstPhrase(CONNECTION_ENDINGS, rest.slice(0, 600).toLowerCase()) ?? { kind: 'connection', problem: 'closed' };
}

function canceled(reading: Reading): Leaf {
  return waiting(reading, 'canceled');
}

/** `(Client.Timeout exceeded while awaiting headers)` and its kin say for what was waited. */
function waiting({ rest }: Reading, otherwise: 'deadline' | 'canceled' | 'header'): Leaf {
  const words = rest.slice(0, 200).toLowerCase();
  if (words.includes('while waiting for connection')) return { kind: 'dial', problem: 'timeout' };
  if (words.includes('awaiting headers')) return { kind: 'timeout', problem: 'header' };
  if (words.includes('while reading body') || words.includes('reading response body'))
    return { kind: 'timeout', problem: 'read' };
  return { kind: 'timeout', problem: otherwise };
}

/** A stream that ended early: while a layer was unpacked the archive is short, else the connection was cut. */
function unexpectedEnd({ seen }: Reading): Leaf {
  if (seen.stage === 'unpack') return { kind: 'content', problem: 'bad-archive' };
  return { kind: 'connection', problem: 'eof' };
}
