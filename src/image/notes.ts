import { familiarForm, formatParts } from './format.ts';
import { DOCKER_HUB, parseParts, type ReferenceParts } from './grammar.ts';
import { nearestOfficialImage, nearestRegistryHost } from './near-miss.ts';
import { OFFICIAL_IMAGES } from './official-images.ts';
import { standInTag } from './placeholder.ts';
import { registryKind } from './registry-kind.ts';
import { parseTagVersion } from './tag-version.ts';
import { imageOfPage, pastedPage } from './web-pages.ts';

export type NoteKind =
  /** `MyOrg/app`: capitals make the first element a host. */
  | 'uppercase-first-element-is-host'
  /** `GHCR.IO/org/app`: credentials and aliases are compared letter by letter. */
  | 'uppercase-host'
  /** `ghrc.io/org/app`. */
  | 'host-typo'
  /** `registry.acme.example:5000`: a host alone is taken for an image name. */
  | 'host-like-single-name'
  /** No host was written, so Docker Hub is asked, and the name does not look like one of Docker Hub. */
  | 'docker-hub-assumed'
  /** `registry-1.docker.io/…`: Docker Hub under a name that credentials for docker.io do not match. */
  | 'hub-alias-host'
  | 'hub-name-typo'
  | 'tag-dropped-for-digest'
  | 'web-url-path'
  /** The version stands in the name and no tag is given. */
  | 'latest-implied'
  /** `a_b.example/app`: an underscore keeps the first element from being a host. */
  | 'empty-domain'
  /** `gcr.io/app`: this registry has no repositories without a project or owner. */
  | 'namespace-missing'
  | 'host-repeated'
  | 'image-id-as-name'
  /** `app:undefined`, `app:IMAGE_TAG`. */
  | 'placeholder-tag';

/** Something about a reference that parses but was surely or probably not meant. */
export interface ReferenceNote {
  readonly kind: NoteKind;
  /** One line for a person. */
  readonly text: string;
  /** The reference that was probably meant. */
  readonly suggestion?: string;
}

type Check = (parts: ReferenceParts, raw: string) => ReferenceNote | undefined;

const CHECKS: readonly Check[] = [
  emptyDomain,
  imageIdAsName,
  hostLikeSingleName,
  webPage,
  upperCaseHost,
  hostTypo,
  hubAlias,
  hostRepeated,
  namespaceMissing,
  hubName,
  placeholderTag,
  versionInName,
  tagDropped,
];

/** Far longer than any real reference; keeps notes short enough to print. */
const NOTED_MAX = 1024;

/** What is odd about a well-formed reference; empty for an ordinary one. */
export function notesOn(raw: string, parts: ReferenceParts): readonly ReferenceNote[] {
  if (raw.length > NOTED_MAX) return [];
  return CHECKS.map((check) => check(parts, raw)).filter((note) => note !== undefined);
}

function emptyDomain({ domain, path }: ReferenceParts): ReferenceNote | undefined {
  if (domain !== '') return undefined;
  const host = path.slice(0, path.indexOf('/'));
  return note(
    'empty-domain',
    `"${host}" has an underscore, so it is no registry host: the reference parses, but names no registry at all`,
  );
}

/** `sha256:<hex>`: an image id, read as the image "sha256" with a long tag. */
function imageIdAsName({ path, tag }: ReferenceParts): ReferenceNote | undefined {
  if (path !== 'library/sha256' || tag === undefined || !/^[0-9a-f]{64}$/.test(tag)) return undefined;
  return note(
    'image-id-as-name',
    'this is the id of a local image, read as an image named "sha256"; write name@sha256:…',
  );
}

const DEFAULT_REGISTRY_PORT = '5000';

function hostLikeSingleName(parts: ReferenceParts, raw: string): ReferenceNote | undefined {
  if (!isHostAlone(parts, raw)) return undefined;
  const { path, tag } = parts;
  const name = shortName(path);
  const port = tag === undefined ? '' : `, and "${tag}" as its tag`;
  return note(
    'host-like-single-name',
    `without a slash "${name}" is read as an image of Docker Hub${port}; if it is a registry host, the repository is missing`,
  );
}

function isHostAlone({ path, tag }: ReferenceParts, raw: string): boolean {
  const name = shortName(path);
  if (raw.includes('/') || OFFICIAL_IMAGES.has(name)) return false;
  const portOfRegistry = tag === DEFAULT_REGISTRY_PORT || (/^\d{2,5}$/.test(tag ?? '') && looksLikeRegistryName(name));
  return name === 'localhost' || name.includes('.') || portOfRegistry;
}

function webPage(parts: ReferenceParts): ReferenceNote | undefined {
  const page = pastedPage(parts);
  if (page === undefined) return undefined;
  return note('web-url-path', `this is the address of a web page of ${page.what}, not of an image`, imageOfPage(parts));
}

function upperCaseHost(parts: ReferenceParts): ReferenceNote | undefined {
  const { domain } = parts;
  const lower = domain.toLowerCase();
  if (domain === lower) return undefined;
  if (/[.:]/.test(domain)) {
    const text = `the host "${domain}" is kept in capitals: it is not treated as ${lower}, and credentials for ${lower} do not match it`;
    return note('uppercase-host', text, formatParts({ ...parts, domain: lower }));
  }
  return note(
    'uppercase-first-element-is-host',
    `"${domain}" is read as a registry host because it has capitals; an owner on Docker Hub is lower case`,
    valid(formatParts({ ...parts, domain: lower })),
  );
}

function hostTypo(parts: ReferenceParts): ReferenceNote | undefined {
  const host = nearestRegistryHost(parts.domain);
  if (host === undefined || pastedPage(parts) !== undefined) return undefined;
  return note(
    'host-typo',
    `"${parts.domain}" looks like a misspelling of ${host}`,
    valid(formatParts({ ...parts, domain: host })),
  );
}

const HUB_ALIASES: ReadonlySet<string> = new Set(['registry-1.docker.io', 'registry.hub.docker.com', 'hub.docker.io']);

function hubAlias(parts: ReferenceParts, raw: string): ReferenceNote | undefined {
  if (raw.startsWith('index.docker.io/')) {
    return note(
      'hub-alias-host',
      'index.docker.io is the old name of docker.io and is read as docker.io',
      formatParts(parts),
    );
  }
  if (!HUB_ALIASES.has(parts.domain)) return undefined;
  return note(
    'hub-alias-host',
    `${parts.domain} is not read as docker.io: mirrors and credentials for docker.io do not apply to it`,
    familiarForm({ ...parts, domain: DOCKER_HUB }),
  );
}

function hostRepeated(parts: ReferenceParts): ReferenceNote | undefined {
  const { domain, path } = parts;
  const slash = path.indexOf('/');
  const first = path.slice(0, slash);
  // Other registries may hold paths named after hosts, as pull-through caches do; Docker Hub has no such owners.
  const repeated = slash > 0 && (first === domain || (domain === DOCKER_HUB && first.includes('.')));
  if (!repeated) return undefined;
  return note(
    'host-repeated',
    `"${first}" follows the registry host ${domain}, as if a host was put before a reference that already had one`,
    valid(formatParts({ ...parts, domain: first, path: path.slice(slash + 1) })),
  );
}

/** How many elements a repository has at least, and what the first ones are. */
const NAMESPACES: ReadonlyMap<string, readonly [count: number, form: string]> = new Map([
  ['gcr', [2, 'project/image']],
  ['gar', [3, 'project/repository/image']],
  ['ghcr', [2, 'owner/image']],
  ['quay', [2, 'organization/image']],
  ['gitlab', [2, 'group/project']],
  ['ecr-public', [2, 'alias/image']],
  ['harbor', [2, 'project/image']],
]);

function namespaceMissing({ domain, path }: ReferenceParts): ReferenceNote | undefined {
  const kind = registryKind(domain);
  const [count, form] = NAMESPACES.get(kind) ?? [0, ''];
  if (path.split('/', count + 1).length >= count) return undefined;
  // Only the host name says that it is a Harbor.
  const where = kind === 'harbor' ? 'in a Harbor, as the host name suggests,' : `at ${domain}`;
  return note('namespace-missing', `repositories ${where} are written ${form}; a part is missing in "${path}"`);
}

function hubName(parts: ReferenceParts, raw: string): ReferenceNote | undefined {
  const { domain, path } = parts;
  if (domain !== DOCKER_HUB || path === 'library/sha256' || pastedPage(parts) !== undefined) return undefined;
  const meant = nearestOfficialImage(path);
  if (meant !== undefined) {
    const suggestion = familiarForm({ ...parts, path: meant.includes('/') ? meant : `library/${meant}` });
    return note('hub-name-typo', `"${shortName(path)}" is close to the well-known image ${meant}`, suggestion);
  }
  const hostWritten = raw.startsWith('docker.io/') || raw.startsWith('index.docker.io/');
  return hostWritten || isHostAlone(parts, raw) ? undefined : hubAssumed(path);
}

function hubAssumed(path: string): ReferenceNote | undefined {
  const elements = path.split('/', 3);
  const [first = '', second = ''] = elements;
  const asked = `no registry host is written, so Docker Hub is asked for ${path}`;
  if (elements.length > 2) return note('docker-hub-assumed', `${asked}, which has no names of three elements`);
  if (first === 'library') {
    const unknown = !OFFICIAL_IMAGES.has(second);
    return unknown
      ? note('docker-hub-assumed', `${asked}, and "${second}" is no official image known here`)
      : undefined;
  }
  if (!looksLikeRegistryName(first)) return undefined;
  return note('docker-hub-assumed', `${asked}; "${first}" has no dot and no port, so it is not read as a host`);
}

const REGISTRY_WORDS =
  /^(?:ghcr|gcr|quay|mcr|ecr|acr|nvcr|k8s|localhost)$|registry|registery|harbor|artifactory|nexus|(?:^|[-_])reg$|^(?:my|our|local|private)reg/;
/** Owners on Docker Hub whose names merely sound like registries. */
const REAL_OWNERS: ReadonlySet<string> = new Set(['goharbor', 'sonatype', 'distribution', 'registry', 'k8s']);

function looksLikeRegistryName(name: string): boolean {
  return REGISTRY_WORDS.test(name.slice(0, 128)) && !REAL_OWNERS.has(name);
}

function placeholderTag({ tag }: ReferenceParts): ReferenceNote | undefined {
  const explains = tag === undefined ? undefined : standInTag(tag);
  return explains === undefined ? undefined : note('placeholder-tag', `the tag "${tag}" ${explains}`);
}

/** `shop/api/1.5.0` or `shop/api-1.5.0` where `shop/api:1.5.0` was meant. */
function versionInName(parts: ReferenceParts): ReferenceNote | undefined {
  if (parts.tag !== undefined || parts.digest !== undefined) return undefined;
  const cut = Math.max(parts.path.lastIndexOf('/'), parts.path.lastIndexOf('-'));
  const version = parseTagVersion(parts.path.slice(cut + 1));
  const isVersion = cut > 0 && version !== undefined && version.numbers.length > 1 && version.variant === '';
  if (!isVersion) return undefined;
  const suggestion = familiarForm({ ...parts, path: parts.path.slice(0, cut), tag: parts.path.slice(cut + 1) });
  const text = 'no tag is given, so "latest" is asked for, while the name ends like a version';
  return note('latest-implied', text, suggestion);
}

/** containerd pulls by digest alone when both are there [pkg/reference/docker]. */
function tagDropped({ tag, digest }: ReferenceParts): ReferenceNote | undefined {
  if (tag === undefined || digest === undefined) return undefined;
  return note('tag-dropped-for-digest', `the digest decides what is pulled; the tag "${tag}" is not looked at`);
}

function shortName(path: string): string {
  return path.startsWith('library/') ? path.slice('library/'.length) : path;
}

function valid(suggestion: string): string | undefined {
  return parseParts(suggestion).ok ? suggestion : undefined;
}

function note(kind: NoteKind, text: string, suggestion?: string): ReferenceNote {
  return suggestion === undefined ? { kind, text } : { kind, text, suggestion };
}
