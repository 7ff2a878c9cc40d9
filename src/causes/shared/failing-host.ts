import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { knownBlobHost, registryKind } from '../../image/registry-kind.ts';
import { WELL_KNOWN_HOSTS } from '../../image/well-known-hosts.ts';
import { imageParts } from './image-parts.ts';

/** What the failing host is to the image: its registry, or one of the hosts that a pull also passes. */
export type HostRole = 'registry' | 'mirror' | 'token' | 'blob' | 'unknown';

/** Docker Hub answers under several names; all of them are "the registry" of a docker.io image. */
const DOCKER_HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** Registries that people run themselves: their certificates, addresses and uptime are their own. */
const SELF_HOSTED = new Set(['other', 'harbor', 'artifactory', 'gitlab']);

const ROLE_WORDS: Record<HostRole, string> = {
  registry: 'the registry',
  mirror: 'the mirror',
  token: 'the token server',
  blob: 'the layer store',
  unknown: 'the registry',
};

/** The host that the image itself names: `registry.acme.example:5000`. */
export function imageHost(facts: Facts): string | undefined {
  return imageParts(facts)?.host;
}

/** The host that failed, else the image's own registry. */
export function failingHost(facts: Facts, error: PullError): string | Placeholder {
  return error.host ?? imageHost(facts) ?? placeholder('registry');
}

/** The registry that the pull was meant for: the image's, else the one that the request names. */
export function meantHost(facts: Facts, { request }: PullError): string | Placeholder {
  const asked = /^https?:\/\/([^/?#]{1,260})/i.exec(request?.url ?? '')?.[1];
  return imageHost(facts) ?? asked ?? placeholder('registry');
}

/** Whether two hosts are one: case, the default port and the names of Docker Hub aside. */
export function sameHost(a: string, b: string): boolean {
  const bare = (host: string) => host.toLowerCase().replace(/:443$/, '');
  return bare(a) === bare(b) || (DOCKER_HUB_HOSTS.has(bare(a)) && DOCKER_HUB_HOSTS.has(bare(b)));
}

/** Whether the failing host is known to be another one than the image's registry. */
export function isOtherHost(facts: Facts, error: PullError): boolean {
  const registry = imageHost(facts);
  if (registry === undefined || error.host === undefined) return false;
  // what a resolver is asked for is a name without its port
  const named = error.leaf.kind === 'dns' ? withoutPort(registry) : registry;
  return !sameHost(String(named), error.host);
}

/** The part that the failing host plays in this pull, judged by the stage and its distance from the image's host. */
export function hostRole(facts: Facts, error: PullError): HostRole {
  if (imageHost(facts) === undefined || error.host === undefined) return 'unknown';
  if (!isOtherHost(facts, error)) return 'registry';
  if (error.stage === 'authorize') return 'token';
  if (error.mirrorOf !== undefined) return 'mirror';
  if (error.stage === 'blob') return 'blob';
  // Registries also hand manifests to hosts of their own, which nobody configured as mirrors.
  if (knownBlobHost(error.host) !== undefined) return 'unknown';
  if (leftTheApi(error)) return 'unknown';
  return error.stage === 'resolve' || error.stage === 'manifest' ? 'mirror' : 'unknown';
}

/** The request went to a page outside of any registry API: sent on there, not configured. */
function leftTheApi({ request }: PullError): boolean {
  return request !== undefined && !/\/v[12](?:\/|$)|\/manifests\//.test(request.url);
}

/** `the token server auth.acme.example`, for a sentence. */
export function hostWords(role: HostRole, host: string | Placeholder): string {
  const name = typeof host === 'string' ? host : undefined;
  if (role === 'registry' || role === 'unknown') return name ?? ROLE_WORDS.registry;
  return name === undefined ? ROLE_WORDS[role] : `${ROLE_WORDS[role]} ${name}`;
}

/** A managed registry on the public internet: its certificate, name and address are not ours to break. */
export function isPublicRegistry(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = String(withoutPort(host)).toLowerCase();
  return WELL_KNOWN_HOSTS.includes(name) || !SELF_HOSTED.has(registryKind(name)) || knownBlobHost(name) !== undefined;
}

/** Surely not a Service of this cluster: seen to be outside, or a managed registry. */
export function isOutsideCluster(facts: Facts, error: PullError): boolean {
  return facts.inClusterRegistry.state === 'absent' || isPublicRegistry(error.host ?? imageHost(facts));
}

/** `host:port` for tools that want a port; 443 unless written. */
export function withPort(host: string | Placeholder): string | Placeholder {
  return typeof host === 'string' && !/:\d+$/.test(host) ? `${host}:443` : host;
}

/** The host without its port. */
export function withoutPort(host: string | Placeholder): string | Placeholder {
  return typeof host === 'string' ? host.replace(/:\d+$/, '') : host;
}
