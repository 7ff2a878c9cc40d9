import type { RawEntry } from './docker-entry.ts';
import { entryHints } from './entry-hints.ts';
import { indexKey, safeHost } from './index-key.ts';
import { type PullSecret, readPullSecret } from './secret-content.ts';
import type { PullSecretFormat, SecretProblem } from './secret-problem.ts';
import { jsonKeyAccount, type TokenClock, tokenClock } from './token-clock.ts';
import { showableUser, type UserKind, userKind } from './user-kind.ts';

/** One host of a docker config, without its secret. */
export interface AuthEntry {
  /** As written, but for user info and query. */
  readonly host: string;
  /** The key in the kubelet's keyring; missing when the host does not parse and the entry is ignored. */
  readonly key?: string;
  readonly userKind: UserKind;
  /** The user name, only when it is nothing like a token. */
  readonly user?: string;
  /** Account of a Google key file. */
  readonly account?: string;
  readonly emptyUser: boolean;
  /** The evidence hides the credential; nothing can be said of it. */
  readonly masked: boolean;
  /** Fields that hold a credential which the kubelet does not read. */
  readonly ignoredFields: readonly string[];
  readonly expiry?: TokenClock;
  readonly hints: readonly string[];
}

/** What may be told of a pull secret. No password, token or `auth` value is reachable from here. */
export interface DecodedPullSecret {
  /** The kubelet takes the entries into its keyring (assumed when only the credentials are hidden). */
  readonly usable: boolean;
  readonly format: PullSecretFormat | 'none';
  readonly problem?: SecretProblem;
  /** With `usable` false: what the content would offer if the problem were solved. */
  readonly entries: readonly AuthEntry[];
  /** Fields beside `auths` that the kubelet does not read: `credsStore`, `credHelpers`. */
  readonly ignoredFields: readonly string[];
}

/** Decodes a pull secret as the kubelet does (1.36) and leaves every secret value behind. */
export function decodePullSecret(secret: PullSecret): DecodedPullSecret {
  const { format, problem, entries, ignoredFields } = readPullSecret(secret);
  const isReadable = problem === undefined || problem.kind === 'data-withheld';
  return {
    usable: isReadable && entries.length > 0,
    format,
    ...(problem === undefined ? {} : { problem }),
    entries: entries.map((entry) => authEntry(entry, secret.writtenAt)),
    ignoredFields,
  };
}

function authEntry(entry: RawEntry, writtenAt: string | undefined): AuthEntry {
  const host = safeHost(entry.host);
  const key = indexKey(host);
  const names = { host, ...(key === undefined ? {} : { key }) };
  const common = { ...names, masked: entry.masked, ignoredFields: entry.ignoredFields, hints: entryHints(entry) };
  return entry.masked || entry.problem !== undefined
    ? { ...common, userKind: 'unknown', emptyUser: false }
    : { ...common, ...credentialFacts(entry, writtenAt) };
}

function credentialFacts(entry: RawEntry, writtenAt: string | undefined) {
  const { username, password } = entry;
  const user = showableUser(username, password);
  const account = jsonKeyAccount(username, password);
  const expiry = tokenClock(username, password, writtenAt);
  return {
    userKind: userKind(username, password),
    emptyUser: username === '',
    ...(user === undefined ? {} : { user }),
    ...(account === undefined ? {} : { account }),
    ...(expiry === undefined ? {} : { expiry }),
  };
}
