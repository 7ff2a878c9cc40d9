import { formatParts } from './format.ts';
import type { ReferenceParts } from './grammar.ts';
import { RETIRED, type Retired } from './retired-table.ts';
import { compareVersions, parseTagVersion } from './tag-version.ts';

export type { Retired } from './retired-table.ts';

/** The entry that covers this image; the one with the longest path where several do. */
export function retiredFor(ref: ReferenceParts): Retired | undefined {
  const domain = ref.domain.toLowerCase();
  let best: Retired | undefined;
  for (const entry of RETIRED) {
    if (covers(entry, domain, ref) && prefixLength(entry) >= prefixLength(best)) best = entry;
  }
  return best;
}

/** The same image at its new place, where the mapping is plain; that it exists there is not known. */
export function retiredReplacement(retired: Retired, ref: ReferenceParts): string | undefined {
  const mapping = retired.replacement;
  const prefix = retired.match.pathPrefix ?? '';
  if (mapping === undefined) return undefined;
  const rest = ref.path.slice(prefix.length);
  return formatParts({ ...ref, domain: mapping.domain, path: mapping.pathPrefix + rest });
}

function covers({ match }: Retired, domain: string, { path, tag }: ReferenceParts): boolean {
  if (!matchesDomain(match.domain, domain) || !matchesPrefix(match.pathPrefix ?? '', path)) return false;
  return match.versionsBelow === undefined || isBelow(tag, match.versionsBelow);
}

function matchesDomain(pattern: string, domain: string): boolean {
  return pattern.startsWith('*.') ? domain.endsWith(pattern.slice(1)) : domain === pattern;
}

/** A prefix that ends in a letter names one repository and what lies below it. */
function matchesPrefix(prefix: string, path: string): boolean {
  if (!path.startsWith(prefix)) return false;
  const next = path.charAt(prefix.length);
  return /[/-]$|^$/.test(prefix) || next === '' || next === '/';
}

function isBelow(tag: string | undefined, limit: string): boolean {
  const version = tag === undefined ? undefined : parseTagVersion(tag);
  const bound = parseTagVersion(limit);
  return version !== undefined && bound !== undefined && compareVersions(version, bound) < 0;
}

function prefixLength(entry: Retired | undefined): number {
  return entry?.match.pathPrefix?.length ?? 0;
}
