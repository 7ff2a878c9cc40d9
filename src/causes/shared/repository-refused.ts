import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';
import { hidesMissing, refusal } from './refusal.ts';
import { registryKindOf } from './registry-of.ts';

/** Whether a refusal leaves it open that the repository does not exist. */
export interface RepositoryRefused {
  readonly witness: Witness;
  /**
   * `said`: the words themselves leave it open; `custom`: this registry always answers both alike;
   * `unsaid`: nothing is known about how this registry answers for what is missing.
   */
  readonly open: 'said' | 'custom' | 'unsaid';
}

/** The decisive message as a refusal that may hide a missing repository; undefined when it names another reason. */
export function repositoryRefused(facts: Facts): RepositoryRefused | undefined {
  const found = refusal(facts);
  if (found === undefined) return undefined;
  const { witness, came, status } = found;
  const { leaf } = witness.error;
  if (leaf.kind === 'auth') {
    if (leaf.problem === 'insufficient-scope' || leaf.problem === 'access-denied') return { witness, open: 'said' };
    // A Basic challenge, an end date or a named permission is a reason of its own.
    if (['no-credentials', 'token-expired', 'permission'].includes(leaf.problem)) return undefined;
  }
  // Who logs in is judged before what is asked: a refused login says nothing about the repository.
  if (came === 'credential' && status !== 403) return undefined;
  // Docker Hub gives everybody a token and says "denied" of what is missing: a plain 401 there is about the login.
  const custom = hidesMissing(facts) && registryKindOf(facts) !== 'docker-hub';
  return { witness, open: custom ? 'custom' : 'unsaid' };
}
