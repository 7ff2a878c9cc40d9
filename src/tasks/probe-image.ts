import type { ImageAnswer } from '../core/image-answer.ts';
import type { ProbeResult } from '../core/probe.ts';
import { excerpt } from '../core/redact.ts';
import { nearestTags } from '../image/near-miss.ts';
import { nearestRepositories } from '../image/near-repository.ts';
import { formatReference, type ImageReference, parseReference } from '../image/reference.ts';
import { retiredFor, retiredReplacement } from '../image/retired.ts';
import { type ProbeOptions, probe } from '../sources/registry/probe.ts';
import { askForMeant } from './probe-meant.ts';
import { targetOf } from './probe-target.ts';
import { type NamedSecret, type PullIdentities, pullIdentities } from './pull-identities.ts';

export interface ProbeImageOptions extends Omit<ProbeOptions, 'identities'> {
  /** Pull secrets in the order in which the pod lists them; undefined: none were given. */
  readonly secrets?: readonly NamedSecret[];
  /** False: no request to any registry; the reference and the secrets are still looked at. */
  readonly registry?: boolean;
}

const NEAR_TAGS = 5;
const NEAR_REPOSITORIES = 5;
const NOTHING_NEAR = { nearTags: [], nearRepositories: [] };

/** Everything that can be said of one image reference from here. */
export async function probeImage(image: string, options: ProbeImageOptions = {}): Promise<ImageAnswer> {
  const parsed = parseReference(image);
  const base = { apiVersion: 'pullwhy/v1', kind: 'ImageProbe', image: excerpt(image), ...NOTHING_NEAR } as const;
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
  const meant = asked === undefined ? undefined : await askForMeant(reference, asked, secrets ?? [], probing);
  return {
    ...base,
    reference: formatReference(reference),
    notes: parsed.notes.map(({ text, suggestion }) => ({ text, ...(suggestion === undefined ? {} : { suggestion }) })),
    ...retiredIn(reference),
    ...(secrets === undefined ? {} : { credentials: shownOffer(offer) }),
    nearTags: nearTagsOf(reference, asked),
    nearRepositories: nearRepositoriesOf(reference, asked),
    ...(meant === undefined ? {} : { meant }),
    ...(asked === undefined ? {} : { probe: asked }),
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

/** Only where the repository is missing and the registry lists its others. */
function nearRepositoriesOf({ path }: ImageReference, asked: ProbeResult | undefined): readonly string[] {
  if (asked?.outcome.kind !== 'repository-missing') return [];
  return nearestRepositories(path, asked.repositories?.names ?? [], NEAR_REPOSITORIES);
}

/** Only where the tag is missing; a list that was cut may lack the best. */
function nearTagsOf({ tag, digest }: ImageReference, asked: ProbeResult | undefined): readonly string[] {
  if (asked?.outcome.kind !== 'tag-missing' || digest !== undefined) return [];
  const names = asked.tags?.names ?? [];
  const near = nearestTags(tag ?? 'latest', names, NEAR_TAGS);
  // Nothing like it: then at least something that is there, the last listed ones.
  return near.length > 0 ? near : names.slice(-NEAR_TAGS);
}
