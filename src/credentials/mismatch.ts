import { type Address, indexKey, parseAddress, safeHost } from './index-key.ts';
import { type ImageName, keyMatches, lookupName, matchKeyring, splitHost } from './keyring.ts';

export type MismatchReason =
  | 'unparsable' // the kubelet ignores the entry
  | 'scheme' // something other than lower-case http:// or https:// in front
  | 'docker-hub-slash' // https://index.docker.io/v1 without the slash at the end
  | 'docker-hub-path' // index.docker.io with a path
  | 'docker-hub-alias' // a Docker Hub name that is not a key: hub.docker.com, registry-1.docker.io, *.docker.io
  | 'port'
  | 'case' // hosts are compared as written
  | 'labels' // a wildcard over another number of dot-separated parts
  | 'ipv6' // brackets without a port are read as a character class
  | 'version-path' // /v1 or /v2 without the slash at the end
  | 'path-wildcard'
  | 'tag-in-key'
  | 'path'
  | 'host';

/** Why the kubelet does not use an entry for an image. */
export interface Mismatch {
  readonly reason: MismatchReason;
  readonly text: string;
  /** The entry that would match; missing for the few names that no entry can match. */
  readonly wouldMatch?: string;
}

/** The part of a mismatch that depends on the entry. */
type Finding = readonly [MismatchReason, string];

export const DOCKER_HUB_ENTRY = 'https://index.docker.io/v1/';
/** The registry, token and web hosts of Docker Hub; none is an alias in the keyring. */
const DOCKER_HUB_HOST = /(?:^|\.)docker\.(?:io|com)$/i;

/**
 * Why the entry of a docker config does not cover the image, or undefined when it does (alone in a keyring).
 * Follows the matching rules of kubelet keyring.go, 1.36.
 */
export function explainMismatch(entryHost: string, image: ImageName | string): Mismatch | undefined {
  const lookup = lookupName(image);
  if (matchKeyring([{ host: entryHost, secret: '' }], lookup).candidates.length > 0) return undefined;
  const [reason, text] = findReason(safeHost(entryHost), lookup);
  const wouldMatch = matchingEntry(lookup);
  return { reason, text, ...(wouldMatch === undefined ? {} : { wouldMatch }) };
}

/** `shown` is the entry's host without user info. */
function findReason(shown: string, lookup: string): Finding {
  const key = indexKey(shown);
  const entry = key === undefined ? undefined : parseAddress(key);
  const target = parseAddress(lookup);
  if (entry === undefined) return ['unparsable', `"${shown}" is not a valid host; the kubelet ignores this entry`];
  if (target === undefined) return ['host', `"${lookup}" is not a name that a key can match`];
  return (
    schemeReason(shown) ??
    dockerHubReason(shown, entry, lookup) ??
    hostReason(entry, target) ??
    pathReason(shown, entry, target)
  );
}

function schemeReason(shown: string): Finding | undefined {
  const scheme = /^([A-Za-z][\w+.-]*):\/\//.exec(shown)?.[1];
  if (scheme === undefined || scheme === 'http' || scheme === 'https') return undefined;
  return ['scheme', `"${scheme}://" is not dropped from the key; only lower-case http:// and https:// are`];
}

function dockerHubReason(shown: string, entry: Address, lookup: string): Finding | undefined {
  if (!isOnDockerHub(lookup)) return undefined;
  if (entry.host === 'index.docker.io') {
    return /^\/v[12]$/.test(entry.path)
      ? [
          'docker-hub-slash',
          `"${shown}" needs the trailing slash; without it the path stays in the key and Docker Hub is not meant`,
        ]
      : [
          'docker-hub-path',
          `"index.docker.io" stands for Docker Hub only without a path; this key has "${entry.path}"`,
        ];
  }
  const isAlias = DOCKER_HUB_HOST.test(entry.host) && entry.host !== 'docker.io';
  return isAlias ? ['docker-hub-alias', `"${entry.host}" is not a key for Docker Hub images`] : undefined;
}

function hostReason(entry: Address, target: Address): Finding | undefined {
  if (keyMatches(entry.host, target.host)) return undefined;
  const key = splitHost(entry.host);
  const image = splitHost(target.host);
  const keyName = key.labels.join('.');
  const imageName = image.labels.join('.');
  if (entry.host.startsWith('[') && key.port === '') {
    return ['ipv6', 'an IPv6 address in brackets without a port is read as a character class and matches nothing'];
  }
  if (key.port !== image.port && keyMatches(keyName, imageName)) return ['port', portText(key.port, image.port)];
  if (key.port === image.port && keyMatches(keyName.toLowerCase(), imageName.toLowerCase())) {
    return ['case', `hosts are compared as written: the key says "${entry.host}", the image "${target.host}"`];
  }
  if (/[*?[]/.test(keyName) && key.labels.length !== image.labels.length) {
    return [
      'labels',
      `"${keyName}" has ${key.labels.length} dot-separated parts, "${imageName}" has ${image.labels.length}; a wildcard does not cross dots`,
    ];
  }
  return ['host', `the key is for "${entry.host}", the image is on "${target.host}"`];
}

function portText(keyPort: string, imagePort: string): string {
  if (keyPort === '') return `the image names port ${imagePort}, the key names none`;
  if (imagePort === '') return `the key names port ${keyPort}, the image names none; a default port is not implied`;
  return `the key names port ${keyPort}, the image port ${imagePort}`;
}

function pathReason(shown: string, entry: Address, target: Address): Finding {
  if (/^\/v[12]$/.test(entry.path)) {
    return [
      'version-path',
      `"${shown}" needs the trailing slash; without it "${entry.path}" stays in the key as a path`,
    ];
  }
  if (/[*?]/.test(entry.path)) return ['path-wildcard', `wildcards work in the host only, not in "${entry.path}"`];
  if (entry.path.startsWith(`${target.path}:`) || entry.path.startsWith(`${target.path}@`)) {
    return ['tag-in-key', `the key carries a tag or digest ("${entry.path}"); images are looked up without`];
  }
  return ['path', `the key is limited to "${entry.path}", the image path is "${target.path}"`];
}

function matchingEntry(lookup: string): string | undefined {
  const host = parseAddress(lookup)?.host ?? '';
  const entry = isOnDockerHub(lookup) ? DOCKER_HUB_ENTRY : host;
  return matchKeyring([{ host: entry, secret: '' }], lookup).candidates.length > 0 ? entry : undefined;
}

/** Narrower than the keyring's own default rule, which lets Docker Hub credentials through for `localhost/…` too. */
function isOnDockerHub(lookup: string): boolean {
  return /^(?:index\.)?docker\.io\//.test(lookup);
}
