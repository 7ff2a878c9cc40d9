import { matchLabel } from './glob.ts';
import { type Address, indexKey, parseAddress } from './index-key.ts';

/** One entry of one pull secret, in the order of `imagePullSecrets`. */
export interface KeyringEntry {
  /** As written in the docker config. */
  readonly host: string;
  /** Name of the secret that holds it. */
  readonly secret: string;
}

/** Normalised image name: `docker.io` + `library/nginx`. The domain may be empty. */
export interface ImageName {
  readonly domain: string;
  readonly path: string;
}

export interface Candidate<E extends KeyringEntry> {
  readonly entry: E;
  /** The key that matched. */
  readonly key: string;
  /** Another entry of the same secret has the same key: the kubelet's order of the two is random (Go map). */
  readonly orderUndefined: boolean;
}

export interface KeyringMatch<E extends KeyringEntry> {
  /** Tried in this order, all of them; with at least one the kubelet never falls back to anonymous. */
  readonly candidates: readonly Candidate<E>[];
  /** No key matched directly; entries for `index.docker.io` are used because the image is on Docker Hub. */
  readonly viaDockerHubDefault: boolean;
  /** Entries whose host the kubelet cannot parse; it logs and skips them. */
  readonly ignored: readonly E[];
}

interface Keyed<E> {
  readonly entry: E;
  readonly key: string;
}

const DOCKER_HUB_KEY = 'index.docker.io';

/**
 * The credentials that the kubelet tries for an image, in its order (kubelet keyring.go Lookup, 1.36).
 * A string is taken as the lookup name itself: normalised, without tag and digest.
 */
export function matchKeyring<E extends KeyringEntry>(
  entries: readonly E[],
  image: ImageName | string,
): KeyringMatch<E> {
  const lookup = lookupName(image);
  const keyed = entries.flatMap((entry) => keyedEntry(entry));
  const ignored = entries.filter((entry) => indexKey(entry.host) === undefined);
  const direct = inTrialOrder(keyed.filter(({ key }) => keyMatches(key, lookup)));
  if (direct.length > 0) return { candidates: direct, viaDockerHubDefault: false, ignored };
  const hub = isDockerHubName(lookup) ? inTrialOrder(keyed.filter(({ key }) => key === DOCKER_HUB_KEY)) : [];
  return { candidates: hub, viaDockerHubDefault: hub.length > 0, ignored };
}

/** The name that reaches the keyring. */
export function lookupName(image: ImageName | string): string {
  if (typeof image === 'string') return image;
  return image.domain === '' ? image.path : `${image.domain}/${image.path}`;
}

/** Whether an index key covers a lookup name (kubelet keyring.go URLsMatch). */
export function keyMatches(key: string, lookup: string): boolean {
  const pattern = parseAddress(key);
  const target = parseAddress(lookup);
  if (pattern === undefined || target === undefined) return false;
  return hostMatches(pattern, target) && target.path.startsWith(pattern.path);
}

/**
 * Whether the kubelet lets `index.docker.io` credentials stand in for this name
 * (kubelet keyring.go isDefaultRegistryMatch). `localhost/app` passes too: it has no dot and no port.
 */
export function isDockerHubName(lookup: string): boolean {
  const [first = '', ...rest] = lookup.split('/');
  if (first === '') return false;
  return rest.length === 0 || first === 'docker.io' || first === DOCKER_HUB_KEY || !/[.:]/.test(first);
}

/** Host without port as labels, and the port as a string (kubelet keyring.go SplitURL over net.SplitHostPort). */
export function splitHost(host: string): { readonly labels: readonly string[]; readonly port: string } {
  const bracketed = /^\[([^[\]]*)\]:([^:[\]]*)$/.exec(host);
  const plain = /^([^:[\]]*):([^:[\]]*)$/.exec(host);
  const [, name = host, port = ''] = bracketed ?? plain ?? [];
  return { labels: name.split('.'), port };
}

function hostMatches(pattern: Address, target: Address): boolean {
  const wanted = splitHost(pattern.host);
  const actual = splitHost(target.host);
  if (wanted.port !== actual.port || wanted.labels.length !== actual.labels.length) return false;
  return wanted.labels.every((label, index) => matchLabel(label, actual.labels[index] ?? ''));
}

function keyedEntry<E extends KeyringEntry>(entry: E): readonly Keyed<E>[] {
  const key = indexKey(entry.host);
  return key === undefined ? [] : [{ entry, key }];
}

/** Reverse order of the keys, so that longer paths of one host come first; one key keeps the order of the secrets. */
function inTrialOrder<E extends KeyringEntry>(matches: readonly Keyed<E>[]): readonly Candidate<E>[] {
  const sorted = [...matches].sort((a, b) => compareKeys(a.key, b.key));
  return sorted.map(({ entry, key }) => ({
    entry,
    key,
    orderUndefined: sorted.some(
      (other) => other.entry !== entry && other.key === key && other.entry.secret === entry.secret,
    ),
  }));
}

/** Trial order of two keys: reverse byte order (hosts are ASCII, so comparing code units is the same). */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? 1 : -1;
}
