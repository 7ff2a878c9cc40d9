import type { Leaf } from '../../core/pull-error.ts';
import type { Reading, Rule } from '../rule.ts';
import type { Gives } from '../seen.ts';
import { listenerAt, runtimeAt, socketPath } from '../socket.ts';

type Runtime = Extract<Leaf, { kind: 'runtime' }>;

/** The CRI call itself failed: daemon down, plugin not loaded; and the kubelet's own limit. */
export const RUNTIME_LEAVES: readonly Rule[] = [
  {
    like: 'pull qps exceeded',
    gives: { pull: true, stage: 'throttle' },
    leaf: { kind: 'throttle', problem: 'pull-qps' },
    prose: true,
  },
  { like: 'unknown service runtime', gives: runtime(), leaf: leaf('service-missing'), prose: true },
  // containerd's own API below the CRI: these are what a pull calls
  ...['content', 'diff', 'images', 'leases', 'snapshots', 'transfer'].map(
    (service): Rule => ({
      like: `unknown service containerd.services.${service}`,
      gives: runtime(),
      leaf: leaf('service-missing'),
      prose: true,
    }),
  ),
  { like: 'unknown method pullimage', gives: runtime(), leaf: leaf('service-missing') },
  // containerd 2.x: no transfer plugin takes such a pull
  { like: 'method transfer not implemented for {type:w}', gives: runtime(), leaf: leaf('service-missing') },
  { like: 'cri v1 image api is not implemented', gives: runtime(), leaf: leaf('service-missing'), prose: true },
  { like: 'cri v1 runtime api is not implemented', gives: runtime(), leaf: leaf('service-missing'), prose: true },
  { like: 'dial unix', read: socket, leaf: unanswered, prose: true },
  { like: 'read unix', read: socket, leaf: unanswered },
  { like: 'write unix', read: socket, leaf: unanswered },
  { like: 'open //./', read: socket, leaf: unanswered, when: ({ rest }) => rest.startsWith('pipe/') },
  {
    like: 'cannot connect to the docker daemon',
    gives: { ...runtime(), runtime: 'docker' },
    leaf: leaf('unavailable'),
    prose: true,
  },
  {
    like: 'is the docker daemon running',
    gives: { ...runtime(), runtime: 'docker' },
    leaf: leaf('unavailable'),
    prose: true,
  },
  // the docker client, of a daemon that it does not reach; what follows is about the daemon, not about a registry
  { like: 'error during connect', gives: { ...runtime(), runtime: 'docker' }, leaf: unconnected },
  // crictl before 1.13
  {
    like: 'failed to connect: failed to connect',
    gives: { stage: 'runtime' },
    leaf: leaf('unavailable'),
    generic: true,
  },
  { like: 'transport: error while dialing', gives: { fallback: leaf('unavailable'), ...runtime() } },
  { like: 'connection error: desc =', gives: { fallback: leaf('unavailable'), ...runtime() } },
  // grpc-go: the endpoint that was given names no address
  { like: 'name resolver error', gives: call(), leaf: leaf('unavailable'), generic: true },
  // any client of gRPC says so; the layers around it tell whether a runtime was the server
  { like: 'transport is closing', gives: call(), leaf: leaf('unavailable'), generic: true },
  { like: 'error reading from server: eof', gives: call(), leaf: leaf('unavailable') },
  { like: 'error reading from server', gives: { fallback: leaf('unavailable'), ...runtime() } },
  { like: 'server is not initialized yet', gives: runtime(), leaf: leaf('unavailable') },
  // crictl, and kubeadm's check with it
  { like: 'container runtime is not running', gives: { fallback: leaf('unavailable'), ...runtime() } },
  {
    like: 'connect endpoint {path:q}, make sure you are running as root and the endpoint has been started',
    gives: runtime(),
    leaf: leaf('unavailable'),
  },
  { like: 'container runtime is down', gives: runtime(), leaf: leaf('unavailable'), prose: true },
  { like: 'failed to connect to containerd', gives: runtime(), leaf: leaf('unavailable') },
  { like: 'failed to run kubelet', gives: { elsewhere: 'other' } },
  { like: 'grpc: the client connection is closing', gives: call(), leaf: leaf('unavailable') },
  { like: 'received message larger than max', gives: runtime(), leaf: leaf('other'), generic: true },
  { like: 'trying to send message larger than max', gives: runtime(), leaf: leaf('other'), generic: true },
  {
    like: 'failed to load plugin io.containerd.grpc.v1.cri',
    gives: { ...runtime(), fallback: leaf('service-missing') },
  },
  { like: 'failed to load plugin io.containerd.cri', gives: { ...runtime(), fallback: leaf('service-missing') } },
  {
    like: 'mirrors cannot be set when config_path is provided',
    gives: runtime(),
    leaf: { kind: 'mirror', problem: 'conflicting-config' },
    prose: true,
  },
  {
    like: '`mirrors` cannot be set when `config_path` is provided',
    gives: runtime(),
    leaf: { kind: 'mirror', problem: 'conflicting-config' },
    prose: true,
  },
  {
    like: 'mirrors` cannot be set when `config_path` is provided',
    gives: runtime(),
    leaf: { kind: 'mirror', problem: 'conflicting-config' },
    prose: true,
  },
  { like: 'unable to load ca cert', gives: mirror(), leaf: { kind: 'mirror', problem: 'ca-file' }, prose: true },
  // words that other programs have as well
  { like: 'failed to load ca cert', gives: { stage: 'resolve' }, leaf: { kind: 'mirror', problem: 'ca-file' } },
  { like: 'failed to load ca file', gives: { stage: 'resolve' }, leaf: { kind: 'mirror', problem: 'ca-file' } },
  { like: 'unable to load cert pair', gives: { stage: 'resolve' }, leaf: { kind: 'mirror', problem: 'ca-file' } },
  { like: 'failed to load x509 key pair', gives: { stage: 'resolve' }, leaf: { kind: 'mirror', problem: 'ca-file' } },
  {
    like: 'missing key {file:w} for client certificate',
    gives: mirror(),
    leaf: { kind: 'mirror', problem: 'ca-file' },
    prose: true,
  },
  {
    like: 'missing client certificate {file:w} for key',
    gives: mirror(),
    leaf: { kind: 'mirror', problem: 'ca-file' },
    prose: true,
  },
  {
    like: 'failed to decode hosts.toml',
    gives: mirror(),
    leaf: { kind: 'mirror', problem: 'hosts-toml' },
    prose: true,
  },
  { like: 'failed to parse hosts.toml', gives: mirror(), leaf: { kind: 'mirror', problem: 'hosts-toml' }, prose: true },
  { like: 'failed to decode {file:w}/hosts.toml', gives: mirror(), leaf: { kind: 'mirror', problem: 'hosts-toml' } },
  { like: 'invalid `host` tree', gives: mirror(), leaf: { kind: 'mirror', problem: 'hosts-toml' } },
  // Spegel: no peer has it; the runtime goes on to the registry, and what that says is not told here
  { like: 'mirror resolve retries exhausted', gives: mirror(), leaf: { kind: 'absent' } },
  // containerd core/remotes/docker: no host of hosts.toml has the capability, so none was asked
  { like: 'no resolve hosts', gives: mirror(), leaf: { kind: 'mirror', problem: 'no-host' } },
  { like: 'no pull hosts', gives: { pull: true }, leaf: { kind: 'mirror', problem: 'no-host' } },
  { like: 'could not get hosts', gives: mirror() },
];

function leaf(problem: Runtime['problem']): Runtime {
  return { kind: 'runtime', problem };
}

/** A daemon that speaks TLS, or does not, is up; client and daemon do not agree how to speak. */
function unconnected({ rest }: Reading): Leaf {
  return leaf(/\b(?:x509|tls): |http response to https client/i.test(rest.slice(0, 1000)) ? 'other' : 'unavailable');
}

function runtime() {
  return { pull: true, stage: 'runtime' } as const;
}

function call() {
  return { stage: 'runtime' } as const;
}

function mirror() {
  return { pull: true, stage: 'resolve' } as const;
}

/** Only a runtime's own socket proves by itself that a pull is concerned. */
function socket({ rest, seen }: Reading): Gives {
  const path = socketPath(rest);
  const listener = listenerAt(path);
  if (listener === 'snapshotter') return { stage: 'unpack' };
  if (listener !== 'runtime') return { stage: 'runtime' };
  const named = seen.runtime === undefined ? runtimeAt(path) : undefined;
  return { ...runtime(), ...(named === undefined ? {} : { runtime: named }) };
}

/** Nobody answers at a socket. Which service that stops depends on whose socket it is. */
function unanswered({ rest, seen }: Reading): Leaf {
  const listener = listenerAt(socketPath(rest));
  if (listener === 'snapshotter') return { kind: 'unpack', problem: 'snapshotter-missing' };
  if (listener === 'shim') return { kind: 'not-pull', what: 'container-create' };
  // the runtime runs, and whoever asked by hand has no right to its socket
  if (seen.image === undefined && /^[^:]{0,300}: (?:connect: )?permission denied/.test(rest))
    return { kind: 'not-pull', what: 'other' };
  // a driver, an agent, a device plugin; in a pull of an image it is the runtime, whatever its socket is called
  if (listener === 'other' && seen.image === undefined) return { kind: 'not-pull', what: 'other' };
  return leaf('unavailable');
}
