import { parseParts } from '../image/grammar.ts';

/** `docker.io/library/nginx:1.27`: the name that two spellings of one image share; the string itself when it does not parse. */
export function canonicalImage(image: string): string {
  const result = parseParts(image);
  if (!result.ok) return image;
  const { domain, path, tag, digest } = result.parts;
  if (digest !== undefined) return `${domain}/${path}@${digest}`;
  return `${domain}/${path}:${tag ?? 'latest'}`;
}

/** `docker.io/library/nginx`, without tag and digest. */
export function repositoryOf(image: string): string | undefined {
  const result = parseParts(image);
  return result.ok ? `${result.parts.domain}/${result.parts.path}` : undefined;
}

/** The registry host (with port) that the node asks for this image. */
export function hostOf(image: string): string | undefined {
  const result = parseParts(image);
  return result.ok ? result.parts.domain : undefined;
}

/** Whether two strings name the same image, whatever their spelling. */
export function sameImage(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && (a === b || canonicalImage(a) === canonicalImage(b));
}
