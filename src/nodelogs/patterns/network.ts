import type { NodeFileKind } from '../../core/node/file-kind.ts';
import { ALWAYS, type LogPattern } from './pattern.ts';

/** Not in files of unknown origin: what an application says of its own connections tells nothing of the node. */
const NODE_LOGS: readonly NodeFileKind[] = ['kubelet', 'containerd', 'cri-o', 'docker', 'kernel', 'system'];

const PATTERNS: readonly Omit<LogPattern, 'kinds'>[] = [
  {
    id: 'probe-failed',
    title: 'Probes of pods fail',
    severity: 'info',
    words: ['probe failed', 'probe errored'],
    match: /Probe (?:failed|errored)/i,
    usual: [{ when: ALWAYS, why: 'about the pod that is probed, not about the network of the node' }],
  },
  {
    id: 'dns-failure',
    title: 'Names do not resolve on the node',
    severity: 'high',
    words: ['no such host', 'lookup ', 'name resolution', 'servfail', 'degraded feature set'],
    match:
      /\blookup \S{1,253}.{0,120}: (?:no such host|i\/o timeout|server misbehaving|connection refused|.{0,80}timeout)|Temporary failure in name resolution|no such host/i,
  },
  {
    id: 'proxy-failure',
    title: 'The proxy cannot be used',
    severity: 'high',
    words: ['proxyconnect', 'proxy authentication required'],
    match: /proxyconnect tcp|Proxy Authentication Required/i,
  },
  {
    id: 'tls-failure',
    title: 'TLS fails',
    severity: 'high',
    words: ['x509:', 'tls handshake', 'tls: ', 'remote error: tls'],
    match:
      /x509: |TLS handshake (?:timeout|error)|tls: (?:failed|bad|handshake|unknown|internal|first record)|remote error: tls/i,
    unless: /http: TLS handshake error from/i,
  },
  {
    id: 'api-server-unreachable',
    title: 'The API server does not answer this node',
    severity: 'medium',
    words: ['node status', 'lease', 'register node', 'apiserver'],
    match:
      /Error updating node status|Unable to update node status|Failed to (?:ensure|update|renew) (?:node )?lease|Unable to register node/i,
  },
  {
    id: 'connect-failed',
    title: 'Connections cannot be made',
    severity: 'medium',
    words: ['dial tcp', 'no route to host', 'network is unreachable'],
    match:
      /dial tcp \S{1,300}: (?:connect: )?(?:connection refused|connection timed out|i\/o timeout|no route to host|network is unreachable)|no route to host|network is unreachable/i,
  },
  {
    id: 'connection-reset',
    title: 'Connections break',
    severity: 'low',
    words: ['connection reset by peer', 'unexpected eof'],
    match: /connection reset by peer|unexpected EOF/i,
  },
];

/** The network below the registry, in lines that name no pull; the texts are those of Go's net and crypto/tls. */
export const NETWORK_PATTERNS: readonly LogPattern[] = PATTERNS.map((pattern) => ({ ...pattern, kinds: NODE_LOGS }));
