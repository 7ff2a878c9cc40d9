import { looksSecret, REDACTED } from '../core/redact-marker.ts';

/** What is left of a registry address without scheme, user info, query and fragment. */
export interface Address {
  /** `host[:port]`, IPv6 in brackets. */
  readonly host: string;
  /** Empty, or begins with `/`. */
  readonly path: string;
}

const CONTROL = /[\u0000-\u001f\u007f]/;
const BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/;
/** Characters that Go's URL parser takes in a host; anything beyond ASCII passes as well. */
const HOST = /^[\w.~!$&'()*+,;=:[\]<>"\u0080-\uffff-]*$/;
const USER_INFO = /^[\w.:~!$&'()*+,;=%@-]*$/;
const OPTIONAL_PORT = /^(?::\d*)?$/;

/**
 * The key under which the kubelet files one entry of a docker config, or undefined when it cannot parse
 * the entry and ignores it (kubelet keyring.go Add, 1.36): scheme dropped, `/v1/` or `/v2/` at the start
 * of the path dropped, a bare `/` dropped.
 */
export function indexKey(entryHost: string): string | undefined {
  const address = parseAddress(withoutScheme(entryHost));
  if (address === undefined) return undefined;
  const path = /^\/v[12]\//.test(address.path) ? address.path.slice(3) : address.path;
  return path === '/' ? address.host : address.host + path;
}

/** Splits an address that has no scheme, with the rules of Go's `url.Parse("https://" + text)`. */
export function parseAddress(text: string): Address | undefined {
  const beforeFragment = upTo(text, '#');
  if (CONTROL.test(beforeFragment)) return undefined;
  const hierarchical = upTo(beforeFragment, '?');
  const authority = upTo(hierarchical, '/');
  const host = hostOf(authority);
  const path = unescapePath(hierarchical.slice(authority.length));
  return host === undefined || path === undefined ? undefined : { host, path };
}

/** Only these two prefixes, in lower case, count as a scheme (kubelet keyring.go Add). */
export function withoutScheme(entryHost: string): string {
  return entryHost.replace(/^https?:\/\//, '');
}

/**
 * An entry's host as written, without what could be a secret: user info, query and fragment.
 * What remains is filed under the same key, or is ignored by the kubelet as the original is. Only behind a foreign
 * scheme (`oci://`) the key may differ; such a key matches no image either way.
 */
export function safeHost(entryHost: string): string {
  if (isMisplaced(entryHost)) return REDACTED;
  const [, scheme = '', rest = ''] = /^([A-Za-z][\w+.-]{0,20}:\/\/)?([\s\S]*)$/.exec(entryHost) ?? [];
  const address = upTo(upTo(rest, '#'), '?');
  const isForeign = withoutScheme(scheme) !== '';
  const key = indexKey(entryHost);
  // Where no user info is recognised a password may stand in what looks like the path: drop all up to the last `@`.
  const upToUser = isForeign || key === undefined ? address : upTo(address, '/');
  const bare = address.slice(upToUser.lastIndexOf('@') + 1);
  if (isForeign) return scheme + bare;
  const candidates = [scheme + bare, `https://${bare}`, `${scheme}${REDACTED}@${bare}`];
  return candidates.find((candidate) => indexKey(candidate) === key) ?? `${REDACTED}@`;
}

/** Longest single word that is taken for the short name of a host; tokens are longer. */
const LONGEST_SHORT_NAME = 20;
const SHORTEST_TOKEN = 16;

/** A password that was written where the host belongs. No image is on such a host, so that nothing is lost with it. */
function isMisplaced(entryHost: string): boolean {
  return (
    !/[./:@?#\s]/.test(entryHost) && (entryHost.length > LONGEST_SHORT_NAME || looksSecret(entryHost, SHORTEST_TOKEN))
  );
}

function hostOf(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (at >= 0 && !USER_INFO.test(authority.slice(0, at))) return undefined;
  // Percent-encoding in a host is legal in corners only; no registry name has it.
  if (!HOST.test(host) || !OPTIONAL_PORT.test(portPart(host))) return undefined;
  return host.startsWith('[') && !host.includes(']') ? undefined : host;
}

function portPart(host: string): string {
  if (host.startsWith('[')) return host.slice(host.lastIndexOf(']') + 1);
  const colon = host.lastIndexOf(':');
  return colon < 0 ? '' : host.slice(colon);
}

function unescapePath(path: string): string | undefined {
  if (!path.includes('%')) return path;
  if (BAD_PERCENT.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function upTo(text: string, separator: string): string {
  const at = text.indexOf(separator);
  return at < 0 ? text : text.slice(0, at);
}
