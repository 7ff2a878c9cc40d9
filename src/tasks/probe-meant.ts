import type { ImageAnswer } from '../core/image-answer.ts';
import type { ProbeOutcomeKind, ProbeResult } from '../core/probe.ts';
import { nearestOfficialImage, nearestRegistryHost } from '../image/near-miss.ts';
import { formatReference, type ImageReference, parseReference } from '../image/reference.ts';
import { type ProbeOptions, probe } from '../sources/registry/probe.ts';
import { targetOf } from './probe-target.ts';
import { type NamedSecret, pullIdentities } from './pull-identities.ts';

/** Answers with which the name may be the mistake. */
const DOUBTFUL: ReadonlySet<ProbeOutcomeKind> = new Set([
  'unreachable',
  'tls-failed',
  'not-a-registry',
  'repository-missing',
  'missing',
  'login-wanted',
  'server-error',
  'not-asked',
]);

/**
 * Where a name is a slip away from a well-known registry or image (`ghrc.io`, `ngnix`): is the same tag there? Only
 * secrets that match the right name go there.
 */
export async function askForMeant(
  reference: ImageReference,
  { outcome }: ProbeResult,
  secrets: readonly NamedSecret[],
  options: Omit<ProbeOptions, 'identities'>,
): Promise<ImageAnswer['meant']> {
  const parsed = DOUBTFUL.has(outcome.kind) ? parseReference(meantBy(reference) ?? '') : undefined;
  if (parsed?.ok !== true) return undefined;
  const { identities } = pullIdentities(secrets, parsed.reference);
  const asked = await probe(targetOf(parsed.reference), { ...options, identities, content: false, userNamed: false });
  return {
    image: formatReference(parsed.reference),
    found: asked.outcome.kind === 'pullable',
    said: asked.outcome.said,
  };
}

/** The whole reference with the right name in it. */
function meantBy({ domain, path, tag, digest }: ImageReference): string | undefined {
  const rest = `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  if (domain === 'docker.io') {
    const image = nearestOfficialImage(path);
    return image === undefined ? undefined : `docker.io/${image}${rest}`;
  }
  const host = nearestRegistryHost(domain);
  return host === undefined ? undefined : `${host}/${path}${rest}`;
}
