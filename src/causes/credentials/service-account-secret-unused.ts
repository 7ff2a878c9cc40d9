import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { ServiceAccountFact } from '../../facts/service-account.ts';
import { defineCause } from '../define.ts';
import { imageWords, namesOf, podWords } from '../shared/names.ts';
import { attachToWorkload, recreatePods, showListed } from '../shared/pull-secret-commands.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { citing, offersNothing, podRefusal } from '../shared/refusal.ts';

/** Why the ServiceAccount's secret is not in the pod. */
type Why = 'own-list' | 'older-pod';

interface Params {
  readonly secret: string | Placeholder;
  readonly serviceAccount: string | Placeholder;
  readonly why: Why;
  readonly own: readonly string[];
}

/** A secret of the ServiceAccount that the pod does not list; `known` when its keyring is seen to match. */
function unusedOf(
  facts: Facts,
  account: ServiceAccountFact,
  own: readonly string[],
): { name: string; known: boolean } | undefined {
  const missing = account.imagePullSecrets.filter((name) => !own.includes(name));
  if (facts.unattachedSecrets.state !== 'present') {
    const name = facts.unattachedSecrets.state === 'unknown' ? missing[0] : undefined;
    return name === undefined ? undefined : { name, known: false };
  }
  const match = facts.unattachedSecrets.value.find((s) => s.matches && missing.includes(s.name));
  return match === undefined ? undefined : { name: match.name, known: true };
}

function judge(facts: Facts) {
  const found = podRefusal(facts);
  if (found === undefined || found.came === 'credential') return undefined;
  if (facts.serviceAccount.state !== 'present' || facts.listedSecrets.state === 'unknown') return undefined;
  const account = facts.serviceAccount.value;
  const own = facts.listedSecrets.state === 'present' ? facts.listedSecrets.value : [];
  const unused = unusedOf(facts, account, own);
  if (unused === undefined || (own.length > 0 && !offersNothing(facts))) return undefined;
  const why: Why = own.length > 0 ? 'own-list' : 'older-pod';
  const proven = found.wantsLogin && unused.known && (why === 'own-list' || account.changedAfterPod !== undefined);
  return {
    verdict: proven ? ('confirmed' as const) : ('likely' as const),
    because: citing(found, facts.serviceAccount.because, facts.listedSecrets.because),
    params: { secret: unused.name, serviceAccount: account.name, why, own },
    detail: why === 'own-list' ? 'pod-lists-its-own' : 'pod-is-older',
    note:
      why === 'own-list'
        ? 'the pod lists secrets of its own, so those of the ServiceAccount were not copied in'
        : `the pod lists none, so it was made before the ServiceAccount got ${unused.name}`,
    ...(proven
      ? {}
      : {
          toDecide: unused.known
            ? 'whether the repository exists, asked with this login'
            : `whether ${unused.name} is for the host of the image`,
        }),
  };
}

/** The ServiceAccount has the secret, the pod does not. */
export const cause = defineCause<Params>({
  id: 'service-account-secret-unused',
  link: 'credentials',
  class: 'auth',
  severity: 'high',
  title: "The ServiceAccount's pull secret is not in the pod",
  meaning:
    'The ServiceAccount lists a pull secret for the registry, but the kubelet reads only the pod. The API server copies the ' +
    "ServiceAccount's secrets into a pod when the pod is made, and only if the pod lists none of its own: the two lists are " +
    'never merged, and a change of the ServiceAccount does not reach pods that exist.',
  refines: ['pull-secret-not-attached', 'pull-secret-host-mismatch', 'no-credentials', 'access-denied-or-missing'],
  // No text shows it: to the kubelet and the runtime it is the same as no secret at all.
  shapes: [],
  confirmedBy: [
    'the secret of the ServiceAccount matches the image, and the pod lists others or was made before the ServiceAccount was changed',
  ],
  ruledOutBy: ['the pod lists a secret that matches the image', "the ServiceAccount's secret is for another host"],
  special: ['API server: the copy is made by the ServiceAccount admission plugin at CREATE; static pods never get it.'],
  prevention: ['Name pull secrets in one place only: on the ServiceAccount or in the pod template, not in both.'],
  sample: { secret: placeholder('secret'), serviceAccount: placeholder('service account'), why: 'own-list', own: [] },
  judge,
  shared: ({ serviceAccount }, facts) =>
    typeof serviceAccount === 'string'
      ? { kind: 'service-account', name: `${facts.subject.namespace ?? ''}/${serviceAccount}` }
      : undefined,
  statement: ({ secret, serviceAccount, why, own }, facts) =>
    why === 'own-list'
      ? `${podWords(facts)} lists its own pull secrets (${own.join(', ') || 'others'}), which hides ${words(secret)} of ServiceAccount ${words(serviceAccount)}`
      : `${podWords(facts)} was made before ServiceAccount ${words(serviceAccount)} got ${words(secret)}, and does not use it for ${imageWords(facts)}`,
  remedies: ({ secret, why }, facts) => {
    const { namespace, serviceAccount } = namesOf(facts);
    const attach = why === 'own-list' ? attachToWorkload(facts, secret) : undefined;
    return [
      {
        title: 'Compare the two lists',
        safety: 'green',
        owner: 'operator',
        commands: [
          showListed(facts),
          `${sh`kubectl -n ${namespace} get serviceaccount ${serviceAccount}`} -o jsonpath='{.imagePullSecrets[*].name}'`,
        ],
      },
      ...(attach === undefined ? [] : [attach]),
      ...(why === 'older-pod' ? [recreatePods(facts)] : []),
    ];
  },
  verify: (_, facts) => rolloutWorks(facts),
  escalate: (_, facts) => [
    {
      when: 'new pods do not get the secret either',
      to: 'platform team (admission plugins, mutating webhooks)',
      collect: [`pod: ${podWords(facts)}`, 'ServiceAccount as yaml', 'mutating webhook configurations'],
    },
  ],
});
