import { DOCKER_HUB, type ReferenceParts } from './grammar.ts';

/** `domain/path`, or the path alone where the domain is empty. */
export function nameOfParts({ domain, path }: ReferenceParts): string {
  return domain === '' ? path : `${domain}/${path}`;
}

/** The full normalized form with whatever tag and digest there are. */
export function formatParts(parts: ReferenceParts): string {
  return withVersion(nameOfParts(parts), parts);
}

/** The short form people know: without docker.io, and without library/ before a single name. */
export function familiarForm(parts: ReferenceParts): string {
  return withVersion(familiarName(parts), parts);
}

function familiarName(parts: ReferenceParts): string {
  if (parts.domain !== DOCKER_HUB) return nameOfParts(parts);
  const official = /^library\/([^/]+)$/.exec(parts.path)?.[1];
  return official ?? parts.path;
}

function withVersion(name: string, { tag, digest }: ReferenceParts): string {
  return name + (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}
