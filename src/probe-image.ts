import type { ImageAnswer } from './core/image-answer.ts';
import type { ProbeResult } from './core/probe.ts';
import { excerpt } from './core/redact.ts';
import { nearestTags } from './image/near-miss.ts';
import { formatReference, type ImageReference, parseReference, registryHost, repositoryOf } from './image/reference.ts';
import { isClusterLocalName, isPrivateNetworkHost } from './image/registry-kind.ts';
import { retiredFor, retiredReplacement } from './image/retired.ts';
import { type NamedSecret, type PullIdentities, pullIdentities } from './pull-identities.ts';
import { type ProbeOptions, type ProbeTarget, probe } from './sources/registry/probe.ts';

export interface ProbeImageOptions extends Omit<ProbeOptions, 'identities'> {
  /** Pull secrets in the order in which the pod lists them; undefined: none were given. */
  readonly secrets?: readonly NamedSecret[];
  /** False: no request to any registry; the reference and the secrets are still looked at. */
  readonly registry?: boolean;
}

const NEAR_TAGS = 5;

/** Everything that can be said of one image reference from here. */
export async function probeImage(image: string, options: ProbeImageOptions = {}): Promise<ImageAnswer> {
  const parsed = parseReference(image);
  const base = { apiVersion: 'pullwhy/v1', kind: 'ImageProbe', image: excerpt(image), nearTags: [] } as const;
  if (!parsed.ok) {
    const { message, hint, suggestion } = parsed.error;
    const shown = suggestion === undefined ? {} : { suggestion: excerpt(suggestion) };
    return { ...base, notes: [], problem: { message: excerpt(message), hint: excerpt(hint), ...shown } };
  }
  const { reference } = parsed;
  const { secrets, registry = true, ...probing } = options;
  const offer = pullIdentities(secrets ?? [], reference);
  const asked =
    registry && reference.domain !== '' ? await probe(targetOf(reference), { ...probing, ...offer }) : undefined;
  return {
    ...base,
    reference: formatReference(reference),
    notes: parsed.notes.map(({ text, suggestion }) => ({ text, ...(suggestion === undefined ? {} : { suggestion }) })),
    ...retiredIn(reference),
    ...(secrets === undefined ? {} : { credentials: shownOffer(offer) }),
    nearTags: nearTagsOf(reference, asked),
    ...(asked === undefined ? {} : { probe: asked }),
  };
}

/** A reference as the probe wants it: what the runtime would ask of whom. */
export function targetOf(reference: ImageReference): ProbeTarget {
  const { raw, path, tag, digest } = reference;
  return {
    image: excerpt(raw),
    repository: repositoryOf(reference),
    host: registryHost(reference),
    path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    privateName: isPrivateNetworkHost(reference.domain) || isClusterLocalName(reference.domain),
  };
}

function retiredIn(reference: ImageReference): Pick<ImageAnswer, 'retired'> {
  const retired = retiredFor(reference);
  if (retired === undefined) return {};
  const { what, state, when, now } = retired;
  const replacement = retiredReplacement(retired, reference);
  return { retired: { what, state, when, now, ...(replacement === undefined ? {} : { replacement }) } };
}

function shownOffer({ identities, unused }: PullIdentities): NonNullable<ImageAnswer['credentials']> {
  return { offered: identities.map(({ label }) => label), unused };
}

/** Only where the tag is missing; a list that was cut may lack the best. */
function nearTagsOf({ tag, digest }: ImageReference, asked: ProbeResult | undefined): readonly string[] {
  if (asked?.outcome.kind !== 'tag-missing' || digest !== undefined) return [];
  const names = asked.tags?.names ?? [];
  const near = nearestTags(tag ?? 'latest', names, NEAR_TAGS);
  // Nothing like it: then at least something that is there, the last listed ones.
  return near.length > 0 ? near : names.slice(-NEAR_TAGS);
}
