import { decodePullSecret } from '../credentials/docker-config.ts';
import { type ImageName, matchKeyring } from '../credentials/keyring.ts';
import { explainMismatch } from '../credentials/mismatch.ts';
import { type RevealedCredential, revealCredentials } from '../credentials/reveal.ts';
import type { PullSecret } from '../credentials/secret-content.ts';
import type { Identity } from '../sources/registry/identity.ts';

/** A pull secret with the name that people know it by. */
export interface NamedSecret {
  /** `Secret shop-prod/regcred`, `~/.docker/config.json` */
  readonly name: string;
  readonly secret: PullSecret;
}

export interface PullIdentities {
  /** To be tried in this order; empty: the kubelet would come without a login. */
  readonly identities: readonly Identity[];
  readonly unused: readonly { readonly from: string; readonly host: string; readonly why: string }[];
}

/**
 * The credentials that the kubelet would offer for an image, in its order. Only entries that its keyring matches are
 * ever revealed, so no other registry's password can be sent by mistake.
 */
export function pullIdentities(secrets: readonly NamedSecret[], image: ImageName): PullIdentities {
  const entries = secrets.flatMap(({ name, secret }) => {
    const { usable, entries: decoded } = decodePullSecret(secret);
    return usable ? decoded.map(({ host, masked }) => ({ host, secret: name, masked })) : [];
  });
  const { candidates } = matchKeyring(entries, image);
  const matched = new Set(candidates.map(({ entry }) => entry));
  const revealed = new Map<string, RevealedCredential[]>();
  for (const { name, secret } of secrets) revealed.set(name, [...revealCredentials(secret)]);
  return {
    identities: candidates.flatMap(({ entry, key }) => identityOf(entry, key, revealed.get(entry.secret) ?? [])),
    unused: entries
      .filter((entry) => !matched.has(entry))
      .map(({ secret, host }) => ({
        from: secret,
        host,
        why: explainMismatch(host, image)?.text ?? 'another entry is used in its place',
      })),
  };
}

/** An entry without a user name counts as a match and is anonymous in effect (kubelet keyring.go). */
function identityOf(
  { host, secret, masked }: { readonly host: string; readonly secret: string; readonly masked: boolean },
  key: string,
  revealed: RevealedCredential[],
): readonly Identity[] {
  const at = masked ? -1 : revealed.findIndex((credential) => credential.key === key);
  const [credential] = at < 0 ? [] : revealed.splice(at, 1);
  if (credential === undefined) return [];
  const label = `${secret} (${host})`;
  const { username, password } = credential;
  return username === '' ? [{ label: `${label}, empty` }] : [{ label, login: { username, password } }];
}
