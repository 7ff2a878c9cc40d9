import type { Runtime } from '../core/pull-error.ts';

/** Who listens at a socket of the node, as far as its path tells. */
export type Listener = 'runtime' | 'snapshotter' | 'shim' | 'other' | 'hidden';

/** Sockets and Windows pipes of container runtimes and builders, whatever directory a distribution puts them in. */
const RUNTIME =
  /(?:[\\/]|^)(?:host-)?(containerd|crio|docker|dockershim|cri-dockerd|podman|buildkitd|isulad)\.sock|pipe[\\/]{1,2}(containerd|docker|cri-dockerd|podman)/i;

/** Plugins that keep the layers: Nydus, stargz, SOCI, overlaybd, fuse-overlayfs. */
const SNAPSHOTTER = /snapshotter|nydus|stargz|soci-|overlaybd|fuse-overlayfs/i;

/** containerd talks to the shim of each sandbox over a socket of its own (`/run/containerd/s/<hash>`). */
const SHIM = /[\\/]containerd[\\/]s[\\/]|-shim/i;

const RUNTIMES: Readonly<Record<string, Runtime>> = {
  containerd: 'containerd',
  crio: 'cri-o',
  docker: 'docker',
  dockershim: 'docker',
  'cri-dockerd': 'docker',
  podman: 'podman',
};

/** The words after `dial unix` or `//./pipe/` up to the next layer. */
export function socketPath(rest: string): string {
  return /^[\s"']*([^\s"',]{1,300})/.exec(rest)?.[1]?.replace(/:$/, '') ?? '';
}

/** Sorts a socket by its path: a driver, an agent or a shim has sockets too, and is no runtime. */
export function listenerAt(path: string): Listener {
  if (!/[\w]/.test(path)) return 'hidden';
  if (SNAPSHOTTER.test(path)) return 'snapshotter';
  if (SHIM.test(path)) return 'shim';
  return RUNTIME.test(path) ? 'runtime' : 'other';
}

/** The runtime that a socket belongs to. */
export function runtimeAt(path: string): Runtime | undefined {
  const found = RUNTIME.exec(path);
  return RUNTIMES[(found?.[1] ?? found?.[2] ?? '').toLowerCase()];
}
