import type { Secret } from '../../core/objects.ts';
import { lastWrittenAt } from '../../credentials/token-clock.ts';
import { type ImageReference, parseReference } from '../../image/reference.ts';
import type { Identity } from '../../sources/registry/identity.ts';
import { pullIdentities } from '../pull-identities.ts';
import { named, type PodImage } from './audit-uses.ts';

/** An image with the logins that its pods would offer; pods that differ in neither share one question. */
export interface Question {
  readonly reference: ImageReference;
  readonly identities: readonly Identity[];
  readonly uses: PodImage[];
  /** A listed secret was not seen: the real login may be another. */
  readonly incomplete: boolean;
  /** The same in a later run, while image and secrets are the same; nothing secret is in it. */
  readonly name: string;
}

/** What registries are asked about the images of running pods. */
export function questionsOf(uses: readonly PodImage[], secrets: ReadonlyMap<string, Secret>): readonly Question[] {
  const questions = new Map<string, Question>();
  for (const use of uses) {
    const parsed = parseReference(use.image);
    if (!parsed.ok || parsed.reference.domain === '') continue;
    const keys = use.pullSecrets.map((name) => `${use.namespace}/${name}`);
    const known = keys.flatMap((key) => {
      const secret = secrets.get(key);
      return secret === undefined ? [] : [{ key, secret }];
    });
    const { identities } = pullIdentities(
      known.map(({ key, secret }) => named(key, secret)),
      parsed.reference,
    );
    // Copies of one secret in many namespaces are one login. The key never leaves this function.
    const key = JSON.stringify([use.image, ...identities.map(({ login }) => login ?? null)]);
    const question = questions.get(key);
    if (question !== undefined) question.uses.push(use);
    else
      questions.set(key, {
        reference: parsed.reference,
        identities,
        uses: [use],
        incomplete: known.length < keys.length,
        name: JSON.stringify([use.image, ...known.map(({ key, secret }) => [key, lastWrittenAt(secret.metadata)])]),
      });
  }
  return [...questions.values()];
}
