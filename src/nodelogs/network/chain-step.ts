import type { ChainStep } from '../../core/node/network-answer.ts';
import type { HostEntry } from '../sections/registry-hosts.ts';

const ALL = ['pull', 'resolve', 'push'];
/** Docker Hub answers under another name (containerd core/remotes/docker/config/hosts.go). */
const HUB = 'registry-1.docker.io';

/** The registry itself, as it is asked where no file says otherwise: all capabilities; plain HTTP for localhost. */
export function registryStep(
  host: string,
  own: {
    readonly authorities?: readonly string[];
    readonly clientCertificates?: readonly string[];
    readonly skipVerify?: boolean;
  },
): ChainStep {
  const real = host === 'docker.io' ? HUB : host;
  const scheme = isLocal(host) && !host.endsWith(':443') ? 'http' : 'https';
  return {
    role: 'registry',
    url: `${scheme}://${real}/v2`,
    host: real,
    capabilities: ALL,
    skipVerify: own.skipVerify === true,
    authorities: own.authorities ?? [],
    clientCertificates: own.clientCertificates ?? [],
    notes: scheme === 'http' ? ['plain HTTP'] : [],
  };
}

/** A host of hosts.toml, or an endpoint of the deprecated mirrors. */
export function hostStep(entry: HostEntry, upstream: string, byTag: boolean): ChainStep {
  const written = entry.url.startsWith('http') ? entry.url : `https://${entry.url}`;
  const parts = /^(https?):\/\/([^/?#\s]{1,300})(\/[^?#\s]{0,500})?/.exec(written);
  const scheme = parts?.[1] ?? 'https';
  const host = parts?.[2] ?? entry.url;
  const path = (parts?.[3] ?? '').replace(/\/+$/, '');
  const asked = askedPath(path, entry.overridePath === true);
  const capabilities = entry.capabilities ?? ALL;
  const isRegistry = host === upstream || (upstream === 'docker.io' && host === HUB);
  const skipped = whySkipped(capabilities, byTag);
  return {
    role: isRegistry ? 'registry' : 'mirror',
    url: `${scheme}://${host}${asked}`,
    host,
    capabilities,
    ...(skipped === undefined ? {} : { skipped }),
    skipVerify: entry.skipVerify === true,
    authorities: entry.authorities,
    clientCertificates: entry.client,
    ...(isRegistry ? {} : { namespace: upstream }),
    notes: notesOf({ parsed: parts !== null, scheme, path, asked, overridden: entry.overridePath === true }),
  };
}

/** `/v2` is added to whatever path does not end in it, unless override_path is set. */
function askedPath(path: string, overridden: boolean): string {
  if (overridden) return path;
  return path.endsWith('/v2') ? path : `${path}/v2`;
}

function whySkipped(capabilities: readonly string[], byTag: boolean): string | undefined {
  if (!capabilities.includes('pull')) return 'it lacks the capability pull';
  return byTag && !capabilities.includes('resolve')
    ? 'it lacks the capability resolve, and the image is named by tag'
    : undefined;
}

interface Written {
  readonly parsed: boolean;
  readonly scheme: string;
  readonly path: string;
  readonly asked: string;
  readonly overridden: boolean;
}

function notesOf({ parsed, scheme, path, asked, overridden }: Written): string[] {
  return [
    ...(parsed ? [] : ['its URL does not parse']),
    ...(scheme === 'http' ? ['plain HTTP'] : []),
    ...(overridden && !/\/v2(?:\/|$)/.test(path) ? ['override_path is set and its path holds no /v2'] : []),
    ...(!overridden && path !== '' && path !== '/v2'
      ? [`/v2 is added to its path: ${asked}; override_path would leave it`]
      : []),
  ];
}

function isLocal(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
