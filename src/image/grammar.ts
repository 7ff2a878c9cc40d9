/**
 * The grammar of an image reference and Docker's normalization of it
 * (distribution/reference 0.6.0: reference.go, regexp.go, normalize.go), written as single forward scans.
 *
 * Each `…Fault` function answers with the index of the first character that breaks its rule, or -1, so that
 * the same rule both decides and points.
 */

import {
  firstNot,
  isAlphanumeric,
  isDigit,
  isHexDigit,
  isLetter,
  isLowerAlphanumeric,
  isLowerHexDigit,
  isWordCharacter,
} from './ascii.ts';

/** What a well-formed reference is made of, after normalization. */
export interface ReferenceParts {
  /** `docker.io`, `registry.acme.example:5000`; empty when the host has an underscore (see notes). */
  readonly domain: string;
  /** `library/nginx`, `shop/api`. */
  readonly path: string;
  readonly tag?: string;
  /** `sha256:<hex>`. */
  readonly digest?: string;
}

/** The kind of refusal; the library itself only has texts. */
export type ReferenceProblem = 'format' | 'uppercase' | 'too-long' | 'image-id' | 'digest' | 'whitespace' | 'empty';

/** A refusal with the library's own text. */
export interface Refusal {
  readonly ok: false;
  readonly problem: ReferenceProblem;
  readonly message: string;
}

export type PartsResult = { readonly ok: true; readonly parts: ReferenceParts } | Refusal;

/** Docker Hub's name in references; the registry itself answers at `registry-1.docker.io`. */
export const DOCKER_HUB = 'docker.io';
const LEGACY_DOCKER_HUB = 'index.docker.io';
const OFFICIAL_PREFIX = 'library/';

/** The longest path that the library accepts. */
export const PATH_MAX = 255;
const TAG_MAX = 128;
const DIGEST_HEX_MIN = 32;
const IMAGE_ID_LENGTH = 64;

/** Hex digits per registered algorithm (go-digest 1.0.0; the kubelet registers these three). */
export const DIGEST_HEX_LENGTH: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

const INVALID_FORMAT = 'invalid reference format';

/** Parses and normalizes like ParseNormalizedNamed; the message of a refusal is that function's text. */
export function parseParts(raw: string): PartsResult {
  if (raw.length === IMAGE_ID_LENGTH && isLowerHex(raw)) {
    return refusal('image-id', `invalid repository name (${raw}), cannot specify 64-byte hexadecimal strings`);
  }
  const { domain, remainder } = normalize(raw);
  const colon = remainder.indexOf(':');
  const remote = colon < 0 ? remainder : remainder.slice(0, colon);
  if (goLowerCase(remote) !== remote) {
    return refusal('uppercase', `${INVALID_FORMAT}: repository name (${remote}) must be lowercase`);
  }
  const full = `${domain}/${remainder}`;
  const parts = matchReference(full);
  if (parts === undefined) return refuseUnmatched(full);
  if (parts.path.length > PATH_MAX) {
    return refusal('too-long', `repository name must not be more than ${PATH_MAX} characters`);
  }
  const digestMessage = parts.digest === undefined ? undefined : digestRefusal(parts.digest);
  return digestMessage === undefined ? { ok: true, parts } : refusal('digest', digestMessage);
}

/** Whether the first element of a name with a slash is taken as a registry host (splitDockerDomain). */
export function isHostElement(element: string): boolean {
  return element === 'localhost' || element.includes('.') || element.includes(':') || goLowerCase(element) !== element;
}

/** First fault of `host[:port]`. */
export function domainFault(domain: string): number {
  const hostEnd = domain.startsWith('[') ? domain.indexOf(']') + 1 : indexOrEnd(domain, ':');
  const hostFault = domain.startsWith('[') ? ipv6Fault(domain, hostEnd) : hostNameFault(domain, hostEnd);
  if (hostFault >= 0 || hostEnd === domain.length) return hostFault;
  if (domain[hostEnd] !== ':') return hostEnd;
  if (hostEnd + 1 === domain.length) return hostEnd;
  return firstNot(domain, hostEnd + 1, isDigit);
}

/** First fault of a repository path: lower-case words joined by `.`, `_`, `__` or dashes, elements by `/`. */
export function pathFault(path: string): number {
  if (path === '') return 0;
  let at = 0;
  while (at < path.length) {
    if (isLowerAlphanumeric(path.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const end = separatorEnd(path, at);
    if (end === at || at === 0) return at;
    if (end === path.length || !isLowerAlphanumeric(path.charCodeAt(end))) return faultAfterSeparator(path, at, end);
    at = end;
  }
  return -1;
}

/** Two separators in a row are the fault of the first, unless the second opens a new element. */
function faultAfterSeparator(path: string, at: number, end: number): number {
  const next = path.charAt(end);
  const opensElement = path[at] === '/' && next !== '/';
  const isForeign = separatorEnd(path, end) === end;
  return next !== '' && (opensElement || isForeign) ? end : at;
}

/** First fault of a tag: a word character, then at most 127 of word characters, dots and dashes. */
export function tagFault(tag: string): number {
  if (tag === '' || !isWordCharacter(tag.charCodeAt(0))) return 0;
  const fault = firstNot(tag, 1, isTagCharacter);
  if (fault >= 0 && fault < TAG_MAX) return fault;
  return tag.length > TAG_MAX ? TAG_MAX : fault;
}

/** First fault of `algorithm:hex` as the grammar sees it; the length for an algorithm is judged later. */
export function digestFault(digest: string): number {
  const colon = digest.indexOf(':');
  const algorithmEnd = colon < 0 ? digest.length : colon;
  for (let at = 0, first = true; at < algorithmEnd; at += 1) {
    const code = digest.charCodeAt(at);
    if (isLetter(code)) first = false;
    else if (first) return at;
    else if ('-_+.'.includes(digest.charAt(at)) && at + 1 < algorithmEnd) first = true;
    else if (!isDigit(code)) return at;
  }
  if (colon <= 0) return algorithmEnd;
  const hexFault = firstNot(digest, colon + 1, isHexDigit);
  if (hexFault >= 0) return hexFault;
  return digest.length - colon - 1 < DIGEST_HEX_MIN ? digest.length : -1;
}

/** Lower-casing rune by rune as Go does; only U+0130 differs, which JavaScript turns into two characters. */
export function goLowerCase(text: string): string {
  return text.replaceAll('\u0130', 'i').toLowerCase();
}

function normalize(raw: string): { readonly domain: string; readonly remainder: string } {
  const slash = raw.indexOf('/');
  if (slash < 0) return { domain: DOCKER_HUB, remainder: OFFICIAL_PREFIX + raw };
  const first = raw.slice(0, slash);
  if (!isHostElement(first)) return { domain: DOCKER_HUB, remainder: raw };
  const domain = first === LEGACY_DOCKER_HUB ? DOCKER_HUB : first;
  const rest = raw.slice(slash + 1);
  const official = domain === DOCKER_HUB && !rest.includes('/');
  return { domain, remainder: official ? OFFICIAL_PREFIX + rest : rest };
}

function matchReference(full: string): ReferenceParts | undefined {
  const at = full.indexOf('@');
  const beforeDigest = at < 0 ? full : full.slice(0, at);
  const colon = beforeDigest.indexOf(':', beforeDigest.lastIndexOf('/') + 1);
  const name = matchName(colon < 0 ? beforeDigest : beforeDigest.slice(0, colon));
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1);
  const digest = at < 0 ? undefined : full.slice(at + 1);
  if (name === undefined) return undefined;
  if (tag !== undefined && tagFault(tag) >= 0) return undefined;
  if (digest !== undefined && digestFault(digest) >= 0) return undefined;
  return { ...name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** A first element that is no valid host may still be a path element: then the domain is empty. */
function matchName(name: string): { readonly domain: string; readonly path: string } | undefined {
  const slash = name.indexOf('/');
  const domain = name.slice(0, slash);
  const path = name.slice(slash + 1);
  if (domainFault(domain) < 0 && pathFault(path) < 0) return { domain, path };
  return pathFault(name) < 0 ? { domain: '', path: name } : undefined;
}

function refuseUnmatched(full: string): Refusal {
  const lower = goLowerCase(full);
  const matchesInLowerCase = lower !== full && matchReference(lower) !== undefined;
  return matchesInLowerCase
    ? refusal('uppercase', 'repository name must be lowercase')
    : refusal('format', INVALID_FORMAT);
}

/** go-digest 1.0.0 Validate: algorithm, then length, then lower-case hex. */
function digestRefusal(digest: string): string | undefined {
  const colon = digest.indexOf(':');
  const algorithm = digest.slice(0, colon);
  const hex = digest.slice(colon + 1);
  const length = DIGEST_HEX_LENGTH.get(algorithm);
  if (length === undefined) {
    return algorithm === algorithm.toLowerCase() ? 'unsupported digest algorithm' : 'invalid checksum digest format';
  }
  if (hex.length !== length) return 'invalid checksum digest length';
  return isLowerHex(hex) ? undefined : 'invalid checksum digest format';
}

function hostNameFault(domain: string, end: number): number {
  if (end === 0) return 0;
  for (let at = 0; at < end; at += 1) {
    const char = domain.charAt(at);
    if (isAlphanumeric(domain.charCodeAt(at))) continue;
    const insideLabels = at > 0 && at + 1 < end && domain[at - 1] !== '.' && domain[at + 1] !== '.';
    if ((char === '.' || char === '-') && insideLabels) continue;
    return at;
  }
  return -1;
}

function ipv6Fault(domain: string, end: number): number {
  if (end <= 2) return 0;
  for (let at = 1; at < end - 1; at += 1) {
    const code = domain.charCodeAt(at);
    if (!isHexDigit(code) && code !== COLON) return at;
  }
  return -1;
}

/** End of the separator that starts at `at`; `at` itself when none does. */
function separatorEnd(path: string, at: number): number {
  const char = path[at];
  if (char === '/' || char === '.') return at + 1;
  if (char === '_') return path[at + 1] === '_' ? at + 2 : at + 1;
  let end = at;
  while (path[end] === '-') end += 1;
  return end;
}

function refusal(problem: ReferenceProblem, message: string): Refusal {
  return { ok: false, problem, message };
}

function indexOrEnd(text: string, char: string): number {
  const index = text.indexOf(char);
  return index < 0 ? text.length : index;
}

const COLON = 0x3a;
const DOT = 0x2e;
const DASH = 0x2d;

function isLowerHex(text: string): boolean {
  return firstNot(text, 0, isLowerHexDigit) < 0;
}

function isTagCharacter(code: number): boolean {
  return isWordCharacter(code) || code === DOT || code === DASH;
}
