import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { OtherSecret } from '../../facts/other-secrets.ts';
import { defineCause } from '../define.ts';
import { imageWords, podWords } from '../shared/names.ts';
import {
  attachToServiceAccount,
  attachToWorkload,
  recreatePods,
  showHosts,
  showListed,
} from '../shared/pull-secret-commands.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { citing, offersNothing, podRefusal } from '../shared/refusal.ts';

interface Params {
  readonly secret: string | Placeholder;
  readonly listsNone: boolean;
}

/** A secret of the pod's namespace that would match, and that its ServiceAccount does not list either. */
function unattached(facts: Facts): OtherSecret | undefined {
  if (facts.unattachedSecrets.state !== 'present') return undefined;
  const ofAccount = facts.serviceAccount.state === 'present' ? facts.serviceAccount.value.imagePullSecrets : [];
  return facts.unattachedSecrets.value.find(
    (s) => s.matches && s.relation === 'same-namespace' && !ofAccount.includes(s.name),
  );
}

function judge(facts: Facts) {
  const found = podRefusal(facts);
  const secret = unattached(facts);
  if (found === undefined || found.came === 'credential' || secret === undefined) return undefined;
  if (facts.listedSecrets.state === 'unknown') return undefined;
  const listsNone = facts.listedSecrets.state === 'absent' || facts.listedSecrets.value.length === 0;
  if (!listsNone && !offersNothing(facts)) return undefined;
  return {
    verdict: found.wantsLogin ? ('confirmed' as const) : ('likely' as const),
    because: citing(found, [secret.evidence], facts.listedSecrets.because),
    params: { secret: secret.name, listsNone },
    note: `secret ${secret.name} matches the image, and neither the pod nor its ServiceAccount lists it`,
    ...(found.wantsLogin ? {} : { toDecide: `whether the login in ${secret.name} can pull the image` }),
  };
}

/** The right secret lies in the namespace and nothing refers to it. */
export const cause = defineCause<Params>({
  id: 'pull-secret-not-attached',
  link: 'credentials',
  class: 'auth',
  severity: 'high',
  title: 'The right pull secret exists, but the pod does not list it',
  meaning:
    'A secret in the namespace holds a login for the registry of the image, but the kubelet uses only those that the pod itself ' +
    'lists in imagePullSecrets. Neither the pod template nor the ServiceAccount names it, so the request goes out anonymously.',
  refines: ['no-credentials', 'access-denied-or-missing'],
  // No text shows it: to the kubelet and the runtime it is the same as no secret at all.
  shapes: [],
  confirmedBy: ['the registry wants a login, the pod offers none, and a secret of the namespace matches the image'],
  ruledOutBy: ['the pod lists a secret that matches', 'the text says that a credential was refused'],
  special: ['kubelet: secrets of the namespace are never searched; only names in the pod count.'],
  prevention: ['Put the pull secret on the ServiceAccount of the namespace, so that templates need not name it.'],
  sample: { secret: placeholder('secret'), listsNone: true },
  judge,
  statement: ({ secret, listsNone }, facts) =>
    `Secret ${words(secret)} would open ${imageWords(facts)}, but ${podWords(facts)} ${listsNone ? 'lists no pull secret' : 'does not list it'}`,
  remedies: ({ secret }, facts) => {
    const attach = attachToWorkload(facts, secret);
    return [
      {
        title: 'Compare what the pod lists with the hosts in the secret',
        safety: 'green',
        owner: 'operator',
        commands: [showListed(facts), showHosts(facts, secret)],
      },
      ...(attach === undefined ? [] : [attach]),
      attachToServiceAccount(facts, secret),
      ...(attach === undefined ? [recreatePods(facts)] : []),
    ];
  },
  verify: (_, facts) => rolloutWorks(facts),
  escalate: (_, facts) => [
    {
      when: 'the manifest is generated and its owner is not known',
      to: 'team that owns the workload',
      collect: [`pod: ${podWords(facts)}`, 'chart or repository of the manifest'],
    },
  ],
});
