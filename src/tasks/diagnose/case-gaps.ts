import type { Fact, Gap } from '../../core/fact.ts';
import type { Link } from '../../core/pull-chain.ts';
import { sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { SnapshotIndex } from '../../facts/snapshot-index.ts';

const CREDENTIAL_FACTS = ['listedSecrets', 'serviceAccount', 'offer', 'unretrievedSecrets'] as const;

/** Facts that decide between causes of a link: their gaps are told with the case. */
const FACTS_OF_LINK: Partial<Record<Link, readonly (keyof Facts)[]>> = {
  credentials: CREDENTIAL_FACTS,
  authentication: CREDENTIAL_FACTS,
  authorization: CREDENTIAL_FACTS,
  storage: ['disk', 'node'],
  'pull-policy': ['pullPolicy', 'imageOnNode', 'versions'],
  connection: ['siblings'],
  manifest: ['builds'],
};

/** What was wanted and not seen, and could have decided this very case. */
export function gapsOf(index: SnapshotIndex, facts: Facts): Gap[] {
  const error = facts.pullError.state === 'present' ? facts.pullError.value.decisive.error : undefined;
  const link = error === undefined ? undefined : LINK_OF_LEAF[error.leaf.kind];
  const names = link === undefined ? [] : (FACTS_OF_LINK[link] ?? []);
  const gaps = names.flatMap((name) => {
    const fact = facts[name] as Fact<unknown>;
    return fact.state === 'unknown' ? [fact.gap] : [];
  });
  const secrets =
    link === 'authorization'
      ? facts.pullSecrets.flatMap((s) => (s.secret.state === 'unknown' ? [s.secret.gap] : []))
      : [];
  return [...gaps, ...secrets, ...unlistedSecrets(index, facts)];
}

/** The link that a family of errors is about, for choosing what else would have been worth knowing. */
const LINK_OF_LEAF: Partial<Record<string, Link>> = {
  auth: 'authorization',
  http: 'authorization',
  secret: 'credentials',
  'credential-provider': 'credentials',
  'not-present': 'pull-policy',
  storage: 'storage',
  unpack: 'storage',
  dial: 'connection',
  connection: 'connection',
  timeout: 'connection',
  'not-found': 'manifest',
};

/**
 * A Secret that no pod names may be the one that was meant (not attached, or the name mistyped). Such Secrets are
 * read only when asked for, so it is told that they were not, wherever a login was wanted and none was offered.
 */
function unlistedSecrets({ snapshot, coverageOf }: SnapshotIndex, facts: Facts): Gap[] {
  const { subject, listedSecrets, pullSecrets, offer, unattachedSecrets, credentialProvider } = facts;
  const { namespace } = subject;
  if (namespace === undefined || subject.pod === undefined || listedSecrets.state !== 'present') return [];
  const isMissing = pullSecrets.some(({ secret }) => secret.state === 'absent');
  const offersNothing = offer.state === 'present' && offer.value.credentials.length === 0;
  if (!isMissing && !(wantsLogin(facts) && offersNothing)) return [];
  // Where the node's own way to a login is seen to fail, a Secret is not what was meant.
  if (unattachedSecrets.state === 'present' || credentialProvider.state === 'present') return [];
  if (coverageOf('Secret', namespace) !== undefined || coverageOf('PullSecret', namespace) !== undefined) return [];
  const wanted = `Secrets of namespace ${namespace}`;
  const tried = snapshot.gaps.find((gap) => gap.wanted === wanted);
  if (tried !== undefined) return [tried];
  const how =
    snapshot.source.kind === 'cluster'
      ? sh`pullwhy -n ${namespace} --thorough`
      : sh`kubectl get secrets -n ${namespace} --field-selector type=kubernetes.io/dockerconfigjson`;
  return [{ wanted: `${wanted} that the pod does not name`, why: 'not-collected', how }];
}

/** The registry asked who is there, or did not like the answer. */
function wantsLogin({ pullError }: Facts): boolean {
  const leaf = pullError.state === 'present' ? pullError.value.decisive.error.leaf : undefined;
  return leaf?.kind === 'auth' || (leaf?.kind === 'http' && (leaf.status === 401 || leaf.status === 403));
}
