import { unknown } from '../../core/fact.ts';
import type { Facts } from '../../facts/facts.ts';

const nothing = unknown('a case');

/** Facts of no case at all: for documentation, where commands show placeholders. */
export const PLACEHOLDER_FACTS: Facts = {
  subject: { kind: 'text', owners: [] },
  pullError: nothing,
  reference: nothing,
  history: nothing,
  pullPolicy: nothing,
  imageOnNode: nothing,
  serviceAccount: nothing,
  listedSecrets: nothing,
  pullSecrets: [],
  unretrievedSecrets: nothing,
  offer: nothing,
  unattachedSecrets: nothing,
  similarSecrets: nothing,
  credentialProvider: nothing,
  node: nothing,
  versions: nothing,
  siblings: nothing,
  inClusterRegistry: nothing,
  builds: nothing,
  runtimeLog: nothing,
  disk: nothing,
  afterPull: nothing,
  workload: nothing,
  passedLinks: [],
};
