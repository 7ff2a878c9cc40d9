import { type Fact, present, unknown } from '../core/fact.ts';
import type { PullError } from '../core/pull-error.ts';
import { parseReference } from '../image/reference.ts';
import { afterPullOf } from './after-pull.ts';
import { buildsOf, otherBuildsOf } from './builds.ts';
import type { Case } from './case.ts';
import { type CaseContext, contextOf } from './case-context.ts';
import { credentialProviderOf } from './credential-provider.ts';
import { diskOf } from './disk.ts';
import type { Facts } from './facts.ts';
import { historyOf } from './history.ts';
import { inClusterRegistryOf } from './in-cluster-registry.ts';
import { offerOf } from './keyring.ts';
import { nodeOf } from './node.ts';
import { nodeClockOf } from './node-clock.ts';
import { imageOnNodeOf } from './node-image.ts';
import { similarSecretsOf, unattachedSecretsOf } from './other-secrets.ts';
import { passedLinksOf } from './passed-links.ts';
import { pullErrorOf } from './pull-error.ts';
import { pullPolicyOf } from './pull-policy.ts';
import { listedSecretsOf, pullSecretsOf, unretrievedSecretsOf } from './pull-secrets.ts';
import { referenceOf } from './reference.ts';
import { registryAnswerOf } from './registry-answer.ts';
import { runtimeLogOf } from './runtime-log.ts';
import { serviceAccountOf } from './service-account.ts';
import { siblingsOf } from './siblings.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { unusedMirrorsOf } from './unused-mirrors.ts';
import { versionsOf } from './versions.ts';
import { workloadOf } from './workload.ts';

type FamilyName = Exclude<keyof Facts, 'subject' | 'takenAt'>;
/** One fact family: reads the context, and other families through `facts`. */
type Families = { readonly [K in FamilyName]: (context: CaseContext, facts: Facts) => Facts[K] };

const FAMILIES: Families = {
  pullError: pullErrorOf,
  reference: referenceOf,
  history: historyOf,
  pullPolicy: pullPolicyOf,
  imageOnNode: imageOnNodeOf,
  serviceAccount: serviceAccountOf,
  listedSecrets: listedSecretsOf,
  pullSecrets: pullSecretsOf,
  unretrievedSecrets: unretrievedSecretsOf,
  offer: offerOf,
  unattachedSecrets: unattachedSecretsOf,
  similarSecrets: similarSecretsOf,
  credentialProvider: credentialProviderOf,
  node: nodeOf,
  versions: versionsOf,
  siblings: siblingsOf,
  inClusterRegistry: inClusterRegistryOf,
  builds: buildsOf,
  otherBuilds: otherBuildsOf,
  runtimeLog: runtimeLogOf,
  disk: diskOf,
  afterPull: afterPullOf,
  workload: workloadOf,
  registryAnswer: registryAnswerOf,
  unusedMirrors: unusedMirrorsOf,
  nodeClock: nodeClockOf,
  passedLinks: passedLinksOf,
};

const known = new WeakMap<Case, { readonly index: SnapshotIndex; readonly facts: Facts }>();

/** The facts of one case; each family is computed when first read, and kept with the case. */
export function factsFor(index: SnapshotIndex, found: Case): Facts {
  const before = known.get(found);
  if (before?.index === index) return before.facts;
  const facts = makeFacts(index, found);
  known.set(found, { index, facts });
  return facts;
}

function makeFacts(index: SnapshotIndex, found: Case): Facts {
  const context = contextOf(index, found);
  const { takenAt } = index;
  const facts = { subject: found.subject, ...(takenAt === undefined ? {} : { takenAt }) } as Facts;
  for (const name of Object.keys(FAMILIES) as FamilyName[]) defineLazily(facts, name, context);
  return facts;
}

/** The getter replaces itself by the value, so a family is computed once. */
function defineLazily(facts: Facts, name: FamilyName, context: CaseContext): void {
  Object.defineProperty(facts, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = FAMILIES[name](context, facts);
      Object.defineProperty(facts, name, { value, enumerable: true });
      return value;
    },
  });
}

const NOT_LOOKED: Fact<never> = unknown('a cluster or a bundle to look at');
const TEXT_EVIDENCE = 'text';

/** The facts of a text alone: what it says and the image that it names; all else is unknown. */
export function factsForText(error: PullError): Facts {
  const { image } = error;
  let parsed: Facts['reference'] | undefined;
  return {
    subject: { kind: 'text', ...(image === undefined ? {} : { image }), owners: [] },
    pullError: present(
      {
        decisive: { evidence: TEXT_EVIDENCE, error, from: 'text' },
        all: [{ evidence: TEXT_EVIDENCE, error, from: 'text' }],
        reasonLost: error.stage === 'backoff',
      },
      [TEXT_EVIDENCE],
    ),
    get reference() {
      parsed ??= image === undefined ? NOT_LOOKED : present(parseReference(image), [TEXT_EVIDENCE]);
      return parsed;
    },
    history: NOT_LOOKED,
    pullPolicy: NOT_LOOKED,
    imageOnNode: NOT_LOOKED,
    serviceAccount: NOT_LOOKED,
    listedSecrets: NOT_LOOKED,
    pullSecrets: [],
    unretrievedSecrets: NOT_LOOKED,
    offer: NOT_LOOKED,
    unattachedSecrets: NOT_LOOKED,
    similarSecrets: NOT_LOOKED,
    credentialProvider: NOT_LOOKED,
    node: NOT_LOOKED,
    versions: NOT_LOOKED,
    siblings: NOT_LOOKED,
    inClusterRegistry: NOT_LOOKED,
    builds: NOT_LOOKED,
    runtimeLog: NOT_LOOKED,
    disk: NOT_LOOKED,
    afterPull: NOT_LOOKED,
    workload: NOT_LOOKED,
    passedLinks: [],
  };
}
