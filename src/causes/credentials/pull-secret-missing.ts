import type { Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { OtherSecret } from '../../facts/other-secrets.ts';
import { defineCause } from '../define.ts';
import { failsBeside } from '../shared/fails-beside.ts';
import { namesOf } from '../shared/names.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { attachToWorkload, writeSecret } from '../shared/pull-secret-commands.ts';
import { citing, podRefusal, type Refusal, usableOffer } from '../shared/refusal.ts';
import { sharedSecret } from '../shared/shared-secret.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly missing: readonly string[];
  /** Since then it exists; the last attempt was before. */
  readonly madeAt?: string;
  readonly namespace: string | Placeholder;
  /** The same name in another namespace, or a near name in this one. */
  readonly similar?: Pick<OtherSecret, 'namespace' | 'name' | 'relation'>;
}

/** Listed names without a secret, and what shows it. */
interface Missing {
  readonly names: readonly string[];
  readonly because: readonly string[];
}

/** The kubelet's event counts only for names that the snapshot does not show to exist by now. */
function missingOf(facts: Facts): Missing {
  const gone = facts.pullSecrets.filter(({ secret }) => secret.state === 'absent');
  const found = new Set(facts.pullSecrets.filter(({ secret }) => secret.state === 'present').map(({ name }) => name));
  const told = facts.unretrievedSecrets.state === 'present' ? facts.unretrievedSecrets : undefined;
  const toldNames = (told?.value ?? []).filter((name) => !found.has(name));
  return {
    names: [...new Set([...gone.map(({ name }) => name), ...toldNames])],
    because: [
      ...gone.flatMap(({ secret }) => (secret.state === 'absent' ? secret.because : [])),
      ...(toldNames.length > 0 ? (told?.because ?? []) : []),
    ],
  };
}

/** Whether no other secret of the pod can match: the keyring says so, or there is no other. */
function nothingElse(facts: Facts, { names }: Missing): boolean {
  const offered = usableOffer(facts);
  if (offered !== undefined) return offered.length === 0;
  return facts.listedSecrets.state === 'present' && facts.listedSecrets.value.every((name) => names.includes(name));
}

function judge(facts: Facts) {
  const missing = missingOf(facts);
  if (missing.names.length === 0) return madeSince(facts) ?? fromTextAlone(facts) ?? fromUnseen(facts);
  const params = paramsOf(facts, missing);
  const found = podRefusal(facts);
  if (found === undefined) return withoutRefusal(facts, missing, params);
  const detail = detailOf(params);
  const base = { because: citing(found, missing.because), params, ...(detail === undefined ? {} : { detail }) };
  const other = usableOffer(facts)?.[0]?.secret;
  if (other !== undefined)
    return { ...base, verdict: 'possible' as const, note: `secret ${other} matches the image and is offered` };
  return { ...base, ...strength(facts, missing, found) };
}

function strength(facts: Facts, missing: Missing, found: Refusal) {
  if (found.came === 'credential') {
    return {
      verdict: 'possible' as const,
      note: 'some credential was offered and refused, from the node itself it seems',
    };
  }
  const proven = found.wantsLogin && nothingElse(facts, missing);
  return proven
    ? { verdict: 'confirmed' as const, note: 'the registry wants a login, and no other secret of the pod offers one' }
    : {
        verdict: 'likely' as const,
        note: 'the pull is refused, and a secret that the pod lists cannot be read',
        toDecide: found.wantsLogin
          ? 'whether another listed secret matches the image'
          : 'whether the repository exists, asked with a login',
      };
}

/** The kubelet writes its warning even when the pull works: it explains nothing but a refusal. */
function withoutRefusal(facts: Facts, missing: Missing, params: Params) {
  const otherwise = failsBeside(facts);
  if (otherwise === undefined) return undefined;
  return {
    verdict: 'ruled-out' as const,
    because: [otherwise.evidence, ...missing.because],
    params,
    note: `${otherwise.words}, which no credential changes`,
  };
}

/** The secret that matches now is younger than the last attempt, which had nothing to offer. */
function madeSince(facts: Facts) {
  const found = podRefusal(facts);
  const lastFailure = facts.history.state === 'present' ? facts.history.value.lastFailureAt : undefined;
  if (found?.came !== 'nothing' || lastFailure === undefined) return undefined;
  const offered = new Set((usableOffer(facts) ?? []).map(({ secret }) => secret));
  for (const { name, secret } of facts.pullSecrets) {
    const madeAt = secret.state === 'present' ? secret.value.createdAt : undefined;
    if (madeAt === undefined || !offered.has(name) || !(Date.parse(madeAt) > Date.parse(lastFailure))) continue;
    return {
      verdict: 'likely' as const,
      because: citing(found, secret.state === 'present' ? secret.because : []),
      params: { ...paramsOf(facts, { names: [name], because: [] }), madeAt },
      detail: 'made-since',
      note: 'the kubelet watches secrets and uses it at the next attempt',
      toDecide: 'the next attempt',
    };
  }
  return undefined;
}

/** Kubelets below 1.28 say nothing of a missing secret: one that was not collected may not exist. */
function fromUnseen(facts: Facts) {
  const unseen = facts.pullSecrets.filter(({ secret }) => secret.state === 'unknown').map(({ name }) => name);
  const found = podRefusal(facts);
  const first = unseen[0];
  if (first === undefined || found === undefined || found.came === 'credential') return undefined;
  if (facts.unretrievedSecrets.state === 'absent' && warns(facts)) return undefined;
  const { namespace } = namesOf(facts);
  return {
    verdict: 'possible' as const,
    because: citing(found, facts.listedSecrets.state === 'present' ? facts.listedSecrets.because : []),
    params: paramsOf(facts, { names: unseen, because: [] }),
    note: 'the pod lists it, and it was not among what was collected',
    toDecide: sh`kubectl -n ${namespace} get secret ${first}`,
  };
}

/** FailedToRetrieveImagePullSecret exists since 1.28 (kubelet_pods.go); its silence then shows that the secret is there. */
function warns({ versions }: Facts): boolean {
  return versions.state !== 'present' || (versions.value.kubeletMinor ?? 28) >= 28;
}

function fromTextAlone(facts: Facts) {
  const witness = decisiveLeaf(facts, 'secret');
  if (witness?.error.leaf.problem !== 'not-retrieved') return undefined;
  return {
    verdict: 'likely' as const,
    because: [witness.evidence],
    params: paramsOf(facts, { names: witness.error.leaf.names ?? [], because: [] }),
    note: 'the kubelet could not read the secret; it says so even when the pull works without it',
    toDecide: 'the error of the pull itself: only a refused login makes this the cause',
  };
}

function paramsOf(facts: Facts, { names }: Missing): Params {
  const all = facts.similarSecrets.state === 'present' ? facts.similarSecrets.value : [];
  const similar = all.find(({ matches }) => matches) ?? all[0];
  return { missing: names, namespace: namesOf(facts).namespace, ...(similar === undefined ? {} : { similar }) };
}

/** A secret that a manifest makes in the wrong namespace is made in the right one by changing that manifest. */
function secretMoved(
  { name, namespace: from }: { readonly name: string | Placeholder; readonly namespace?: string },
  to: string | Placeholder,
): Pick<Remedy, 'change'> {
  if (typeof to !== 'string' || typeof name !== 'string') return {};
  return { change: { kind: 'secret-namespace', name, to, ...(from === undefined ? {} : { from }) } };
}

function detailOf({ similar }: Params): string | undefined {
  if (similar?.relation === 'other-namespace') return 'other-namespace';
  return similar?.relation === 'near-name' ? 'name-typo' : undefined;
}

function firstName({ missing }: Params): string | Placeholder {
  return missing[0] ?? placeholder('secret');
}

function statement(params: Params): string {
  const { missing, namespace, similar, madeAt } = params;
  if (madeAt !== undefined)
    return `Pull secret ${words(firstName(params))} was made at ${madeAt}, after the last attempt, which had no login to offer; the next one uses it`;
  const which =
    missing.length > 1 ? `Pull secrets ${missing.join(', ')} do` : `Pull secret ${words(firstName(params))} does`;
  const near =
    similar === undefined
      ? ''
      : similar.relation === 'other-namespace'
        ? `; one of that name is in ${similar.namespace}`
        : `; there is ${similar.name}`;
  return `${which} not exist in namespace ${words(namespace)}, so nothing is offered to the registry${near}`;
}

/** Nothing is left to mend; a new pod starts without the back-off of the old one. */
function awaitAttempt(facts: Facts): Remedy {
  const { namespace, pod } = namesOf(facts);
  return {
    title: 'Wait for the next attempt, at most 5 minutes; a new pod tries at once',
    safety: 'green',
    owner: 'developer',
    commands: [sh`kubectl -n ${namespace} get pod ${pod} --watch`],
  };
}

/** The pod lists a pull secret that is not there. */
export const cause = defineCause<Params>({
  id: 'pull-secret-missing',
  link: 'credentials',
  class: 'auth',
  severity: 'high',
  title: 'A pull secret that the pod lists does not exist',
  meaning:
    'imagePullSecrets names a Secret that is not in the namespace of the pod: never made, deleted, misspelt, or made in another ' +
    'namespace. The kubelet goes on without it, the request goes out anonymously, and the registry refuses it. The warning ' +
    'FailedToRetrieveImagePullSecret appears on healthy pods as well, so it is a hint and no proof.',
  refines: ['pull-secret-not-attached', 'no-credentials', 'access-denied-or-missing'],
  shapes: [
    {
      example: 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
      from: 'kubelet 1.28',
      gives: 'first',
    },
    {
      example:
        'W1120 14:02:11.507312    1893 kubelet_pods.go:883] Unable to retrieve pull secret shop-prod/regcred for shop-prod/api-0 due to secret "regcred" not found.  The image pull may not succeed.',
      from: 'kubelet log, up to 1.27',
      gives: 'first',
    },
    {
      example:
        '"Unable to retrieve pull secret, the image pull may not succeed." pod="shop/api-0" secret="" err="secret \\"acme-pull\\" not found"',
      from: 'kubelet log 1.22 to 1.27',
      gives: 'first',
    },
  ],
  confirmedBy: [
    'the registry refused for want of a login, the listed secret is not there, and no other listed secret matches the image',
  ],
  ruledOutBy: [
    'the pull fails for another reason than a refusal',
    'another listed secret matches the image and is offered',
  ],
  special: [
    'kubelet: before 1.28 there is no event, only a line in its log.',
    'kubelet: it watches secrets; once the secret is there, the next attempt uses it and no restart is needed.',
  ],
  prevention: [
    'Let the same chart or kustomization that names the secret make it, or have an operator copy it into each namespace.',
    'Check the names in imagePullSecrets in CI: the API server accepts any, an unfilled template variable included.',
  ],
  sample: { missing: [], namespace: placeholder('namespace') },
  judge,
  statement,
  shared: ({ missing }, facts) =>
    missing.length === 0 ? undefined : sharedSecret([...missing].sort().join(', '), facts),
  remedies: (params, facts) => {
    const { namespace } = namesOf(facts);
    const { similar } = params;
    const secret = firstName(params);
    if (params.madeAt !== undefined) return [awaitAttempt(facts)];
    const rename =
      similar?.relation === 'near-name' ? attachToWorkload(facts, similar.name, params.missing[0]) : undefined;
    return [
      {
        title: 'See which pull secrets exist, by name',
        safety: 'green',
        owner: 'operator',
        commands: [
          sh`kubectl -n ${namespace} get secrets --field-selector type=kubernetes.io/dockerconfigjson`,
          `kubectl get secrets -A --field-selector type=kubernetes.io/dockerconfigjson | grep -F ${sh`${secret}`}`,
        ],
      },
      ...(rename === undefined ? [] : [rename]),
      ...(similar?.relation === 'other-namespace'
        ? [
            {
              title: `Copy ${similar.name} from ${similar.namespace}`,
              safety: 'yellow' as const,
              owner: 'operator' as const,
              commands: [
                `${sh`kubectl -n ${similar.namespace} get secret ${similar.name} -o json`} | jq '{apiVersion, kind, type, data, metadata: {name: .metadata.name}}' | ${sh`kubectl -n ${namespace} apply -f -`}`,
              ],
              ...secretMoved(similar, namespace),
            },
          ]
        : []),
      {
        title: `Make ${words(secret)}`,
        safety: 'yellow',
        owner: 'operator',
        commands: [writeSecret(facts, secret)],
        ...(similar?.relation === 'other-namespace' ? {} : secretMoved({ name: secret }, namespace)),
      },
    ];
  },
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ missing, namespace }) => [
    {
      when: 'the secret should have been made by automation (external secrets, a sync job)',
      to: 'platform team',
      collect: [
        `names: ${missing.join(', ') || 'the secret'}`,
        `namespace: ${words(namespace)}`,
        'state of the ExternalSecret or job',
      ],
    },
  ],
});
