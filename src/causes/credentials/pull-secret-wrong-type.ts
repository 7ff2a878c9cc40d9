import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import { matchKeyring } from '../../credentials/keyring.ts';
import type { Facts } from '../../facts/facts.ts';
import type { PullSecretFact } from '../../facts/pull-secrets.ts';
import { defineCause } from '../define.ts';
import { failsBeside } from '../shared/fails-beside.ts';
import { imageParts } from '../shared/image-parts.ts';
import { imageWords, namesOf } from '../shared/names.ts';
import { writeSecret } from '../shared/pull-secret-commands.ts';
import { pullWorks } from '../shared/pull-works.ts';
import { citing, podRefusal, type Refusal, usableOffer } from '../shared/refusal.ts';
import { sharedSecret } from '../shared/shared-secret.ts';

interface Params {
  readonly secret: string | Placeholder;
  readonly type: string;
  /** The content is a docker config; only the type is wrong. */
  readonly rightContent: boolean;
  /** The key that the docker config stands under, when the type's own key is not there. */
  readonly underKey?: string;
}

/** A listed secret whose type makes the kubelet pass over it. */
interface WrongType {
  readonly secret: PullSecretFact;
  readonly because: readonly string[];
  /** Its content would match the image; undefined when the content is not known to be a docker config. */
  readonly wouldMatch: boolean | undefined;
}

function wrongTypes(facts: Facts): readonly WrongType[] {
  return facts.pullSecrets.flatMap(({ secret }) => {
    if (secret.state !== 'present' || secret.value.decoded.problem?.kind !== 'wrong-type') return [];
    return [{ secret: secret.value, because: secret.because, wouldMatch: wouldMatch(secret.value, facts) }];
  });
}

function wouldMatch({ name, decoded }: PullSecretFact, facts: Facts): boolean | undefined {
  const image = imageParts(facts);
  if (image === undefined || decoded.entries.length === 0) return undefined;
  const entries = decoded.entries.map(({ host }) => ({ host, secret: name }));
  return matchKeyring(entries, { domain: image.host, path: image.path }).candidates.length > 0;
}

function judge(facts: Facts) {
  const wrong = wrongTypes(facts);
  const first = wrong.find((w) => w.wouldMatch === true) ?? wrong.find((w) => w.wouldMatch === undefined);
  if (first === undefined) return undefined;
  const params = {
    secret: first.secret.name,
    type: first.secret.type ?? 'Opaque',
    rightContent: first.wouldMatch === true,
    ...keyOf(first.secret),
  };
  const found = podRefusal(facts);
  if (found === undefined) return besideTheMatter(facts, first, params);
  return { because: citing(found, first.because), params, ...strength(facts, first, found) };
}

function keyOf({ decoded }: PullSecretFact): { readonly underKey?: string } {
  const key = decoded.problem?.underKey;
  return key === undefined ? {} : { underKey: key };
}

/** The type's own key must hold the content, or the API server refuses the secret. */
function dataFilter(underKey: string | undefined): string {
  return underKey === undefined
    ? 'data'
    : `data: (.data | with_entries(select(.key == ${JSON.stringify(underKey)}) | .key |= ".dockerconfigjson"))`;
}

function strength(facts: Facts, { wouldMatch: matches, secret }: WrongType, found: Refusal) {
  const offered = usableOffer(facts);
  if (found.came === 'credential' || (offered?.length ?? 0) > 0) {
    return {
      verdict: 'possible' as const,
      note: 'another credential was offered and refused; this secret was passed over',
    };
  }
  if (matches === true && found.wantsLogin && offered !== undefined) {
    return {
      verdict: 'confirmed' as const,
      note: 'its content matches the image, and the kubelet ignores it for its type',
    };
  }
  if (found.wantsLogin && offered !== undefined && facts.pullSecrets.length === 1) {
    return {
      verdict: 'confirmed' as const,
      note: 'it is the only secret that the pod lists, and the kubelet ignores it for its type',
    };
  }
  return {
    verdict: 'likely' as const,
    note: secret.decoded.problem?.note ?? 'the kubelet ignores secrets of this type, without an event',
    toDecide:
      matches === true ? 'whether the login in it can pull the image' : `which registry hosts ${secret.name} holds`,
  };
}

function besideTheMatter(facts: Facts, wrong: WrongType, params: Params) {
  const otherwise = failsBeside(facts);
  if (otherwise === undefined) return undefined;
  return {
    verdict: 'ruled-out' as const,
    because: [otherwise.evidence, ...wrong.because],
    params,
    note: `${otherwise.words}, which no credential changes`,
  };
}

/** The kubelet passes over a pull secret because of its type. */
export const cause = defineCause<Params>({
  id: 'pull-secret-wrong-type',
  link: 'credentials',
  class: 'auth',
  severity: 'high',
  title: 'The kubelet ignores the pull secret because of its type',
  meaning:
    'The pod lists the secret and it exists, but its type is not kubernetes.io/dockerconfigjson (or kubernetes.io/dockercfg), ' +
    'most often Opaque. The kubelet passes over it without an event, even when its content is right, and the pull goes out ' +
    'without a login.',
  refines: ['pull-secret-host-mismatch', 'no-credentials', 'access-denied-or-missing'],
  // No text shows it: to the kubelet and the runtime it is the same as no secret at all.
  shapes: [],
  confirmedBy: ['the listed secret has another type, its content matches the image, and the registry wants a login'],
  ruledOutBy: [
    'another listed secret matches and is offered',
    'the pull fails for a reason that has nothing to do with logins',
  ],
  special: [
    'kubelet: the type decides which key is read: .dockerconfigjson with {"auths": …}, or .dockercfg with the bare map of hosts.',
    'kubectl: `create secret generic --from-file` makes Opaque; `create secret docker-registry` makes the right type.',
    'External Secrets, Helm: the type has to be set in the template, the default is Opaque.',
  ],
  prevention: [
    'Make pull secrets with `kubectl create secret docker-registry`, or check the type of generated ones in CI.',
  ],
  sample: { secret: placeholder('secret'), type: 'Opaque', rightContent: true },
  judge,
  shared: ({ secret }, facts) => sharedSecret(secret, facts),
  statement: ({ secret, type }, facts) =>
    `Pull secret ${words(secret)} has type ${type}, so the kubelet ignores it and offers nothing for ${imageWords(facts)}`,
  remedies: ({ secret, rightContent, underKey }, facts) => {
    const { namespace } = namesOf(facts);
    return [
      {
        title: `See type and keys of ${words(secret)}`,
        safety: 'green',
        owner: 'operator',
        commands: [`${sh`kubectl -n ${namespace} get secret ${secret} -o json`} | jq '{type, keys: (.data | keys)}'`],
      },
      rightContent
        ? {
            title: `Replace ${words(secret)} with the same content and the right type`,
            safety: 'yellow',
            owner: 'operator',
            commands: [
              `${sh`kubectl -n ${namespace} get secret ${secret} -o json`} | ${sh`jq ${`{apiVersion, kind, ${dataFilter(underKey)}, type: "kubernetes.io/dockerconfigjson", metadata: {name: .metadata.name, labels: .metadata.labels}}`}`} | ${sh`kubectl -n ${namespace} replace --force -f -`}`,
            ],
            note: 'The type of a secret cannot be changed: this deletes and makes it anew. Whatever generates it must set the type, or it comes back.',
          }
        : {
            title: `Make ${words(secret)} anew with the right type`,
            safety: 'yellow',
            owner: 'operator',
            commands: [writeSecret(facts, secret)],
            note: 'The type of a secret cannot be changed. Keep a copy if something else reads it.',
          },
    ];
  },
  verify: (_, facts) => pullWorks(facts),
  escalate: ({ secret }) => [
    {
      when: 'the secret is generated and comes back with the wrong type',
      to: 'owner of the automation that writes it',
      collect: [`secret: ${words(secret)}`, 'its ownerReferences and managedFields'],
    },
  ],
});
