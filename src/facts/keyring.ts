import { becauseOf, type Fact, present, unknown } from '../core/fact.ts';
import { sh } from '../core/shell.ts';
import type { AuthEntry } from '../credentials/docker-config.ts';
import { type KeyringEntry, matchKeyring } from '../credentials/keyring.ts';
import { explainMismatch, type MismatchReason } from '../credentials/mismatch.ts';
import { expiredAt } from '../credentials/token-clock.ts';
import type { ImageReference } from '../image/reference.ts';
import type { CaseContext } from './case-context.ts';
import type { Facts } from './facts.ts';
import type { ListedSecret } from './pull-secrets.ts';

/** One credential that the kubelet would hand over, in trial order. No secret values. */
export interface OfferedCredential {
  readonly secret: string;
  /** Host key as written in the secret. */
  readonly host: string;
  readonly viaDockerHubDefault: boolean;
  readonly emptyUser: boolean;
  readonly userKind: string;
  readonly expiresAt?: string;
  /** Against `takenAt`; undefined when nothing tells. */
  readonly expired?: boolean;
}

export interface CredentialOffer {
  /** Empty: the pod's secrets offer nothing for this image (node files and provider plugins may still). */
  readonly credentials: readonly OfferedCredential[];
  /** Entries that do not match, with the reason each: `key harbor.acme.example:8443 has port 8443, the image has none`. */
  readonly mismatches: readonly {
    readonly secret: string;
    readonly host: string;
    readonly why: string;
    /** `host`: another registry altogether; anything else is a slip in naming this one. */
    readonly reason?: MismatchReason;
    readonly wouldMatch?: string;
  }[];
}

interface Entry extends KeyringEntry {
  readonly auth: AuthEntry;
}

/**
 * What the kubelet offers for this image from the pod's secrets, in trial order.
 * Unknown while any listed secret is: it could hold the entry that matches.
 */
export function offerOf({ index }: CaseContext, facts: Facts): Fact<CredentialOffer> {
  const { listedSecrets, pullSecrets, reference } = facts;
  if (listedSecrets.state === 'unknown') return listedSecrets;
  if (reference.state !== 'present' || !reference.value.ok) return unknown('a registry to offer credentials to');
  const unseen = pullSecrets.find(({ secret }) => secret.state === 'unknown');
  if (unseen?.secret.state === 'unknown') return unseen.secret;
  const withheld = pullSecrets.find(isWithheld);
  if (withheld !== undefined)
    return unknown(
      `content of Secret ${withheld.name}`,
      'not-collected',
      sh`kubectl get secret ${withheld.name} -o yaml`,
    );
  const entries = pullSecrets.flatMap(entriesOf);
  const because = [...becauseOf(listedSecrets), ...pullSecrets.flatMap(({ secret }) => becauseOf(secret))];
  return present(offer(entries, reference.value.reference, index.takenAt), because);
}

function isWithheld({ secret }: ListedSecret): boolean {
  if (secret.state !== 'present') return false;
  const { problem, entries } = secret.value.decoded;
  // Hosts that are shown can be matched even where the credentials beside them are masked.
  return problem?.kind === 'data-withheld' && entries.length === 0;
}

function entriesOf({ name, secret }: ListedSecret): readonly Entry[] {
  if (secret.state !== 'present' || !secret.value.decoded.usable) return [];
  return secret.value.decoded.entries.map((auth) => ({ host: auth.host, secret: name, auth }));
}

function offer(entries: readonly Entry[], image: ImageReference, now: string | undefined): CredentialOffer {
  const { candidates, viaDockerHubDefault } = matchKeyring(entries, image);
  const matched = new Set(candidates.map(({ entry }) => entry));
  return {
    credentials: candidates.map(({ entry }) => offered(entry, viaDockerHubDefault, now)),
    mismatches: entries
      .filter((entry) => !matched.has(entry))
      .flatMap(({ host, secret }) => {
        const mismatch = explainMismatch(host, image);
        if (mismatch === undefined) return [];
        const { reason, text, wouldMatch } = mismatch;
        return [{ secret, host, why: text, reason, ...(wouldMatch === undefined ? {} : { wouldMatch }) }];
      }),
  };
}

function offered(
  { auth, secret, host }: Entry,
  viaDockerHubDefault: boolean,
  now: string | undefined,
): OfferedCredential {
  const { expiry } = auth;
  const expired = expiry === undefined || now === undefined ? undefined : expiredAt(expiry, now);
  return {
    secret,
    host,
    viaDockerHubDefault,
    emptyUser: auth.emptyUser,
    userKind: auth.userKind,
    ...(expiry?.expiresAt === undefined ? {} : { expiresAt: expiry.expiresAt }),
    ...(expired === undefined ? {} : { expired }),
  };
}
