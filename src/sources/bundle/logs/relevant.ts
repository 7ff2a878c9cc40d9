/**
 * Words of log entries that may matter for a pull: the pull itself, credentials, mirrors, the network under it,
 * room on the disk, and the health of the runtime. Generous on purpose; what the entry means is decided later.
 */
const WORDS = [
  'pull',
  'image',
  'registry',
  'manifest',
  'hosts\\.toml',
  'certs\\.d',
  'registries\\.conf',
  'next host',
  'fetch failed',
  'credential',
  'unauthorized',
  'toomanyrequests',
  'no space left',
  'quota exceeded',
  'read-only file system',
  'diskpressure',
  'ephemeral-storage',
  'evict',
  'x509',
  'tls handshake',
  'proxyconnect',
  'dial tcp',
  'no such host',
  'layer',
  'snapshotter',
  'load plugin',
  'invalid plugin config',
  'starting containerd',
  'successfully booted',
  '(?:containerd|crio|docker)\\.service',
  'containerd\\.sock',
  'crio\\.sock',
  'out of memory',
  'exec format error',
  'conntrack: table full',
  'no command specified',
  'containerstarted',
  'runtime is down',
  'input/output error',
].join('|');

/** A fresh matcher with its own position, to find relevant places in a whole text. */
export function relevantPlaces(): RegExp {
  return new RegExp(WORDS, 'gi');
}
