import { indexKey } from './index-key.ts';
import { compareKeys } from './keyring.ts';
import { type PullSecret, readPullSecret } from './secret-content.ts';

/** A credential in clear. Keep it in memory, send it to its registry only, and never print, log or store it. */
export interface RevealedCredential {
  readonly key: string;
  readonly username: string;
  readonly password: string;
}

/**
 * The user and password pairs of a pull secret in the order in which the kubelet tries them.
 * The only public function that returns secret values; for probes that ask the registry with the pod's own credentials.
 * Empty when the kubelet would not use the secret. Entries that the evidence hides are left out.
 */
export function revealCredentials(secret: PullSecret): readonly RevealedCredential[] {
  const { problem, entries } = readPullSecret(secret);
  if (problem !== undefined && problem.kind !== 'data-withheld') return [];
  return entries
    .filter((entry) => !entry.masked)
    .flatMap(({ host, username, password }) => {
      const key = indexKey(host);
      return key === undefined ? [] : [{ key, username, password }];
    })
    .sort((a, b) => compareKeys(a.key, b.key));
}
