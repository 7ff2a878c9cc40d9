import type { Remedy } from '../../core/cause.ts';
import type { EvidenceId } from '../../core/evidence.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { OfferedCredential } from '../../facts/keyring.ts';
import { ecrHost, type RegistryKind } from '../../image/registry-kind.ts';
import { defineCause } from '../define.ts';
import { failsBeside } from '../shared/fails-beside.ts';
import { imageWords, namesOf } from '../shared/names.ts';
import { offsetWords, wrongClock } from '../shared/node-clock.ts';
import { nodePullRight } from '../shared/pull-right.ts';
import { writeSecret } from '../shared/pull-secret-commands.ts';
import { pullWorks } from '../shared/pull-works.ts';
import { citing, podRefusal, type Refusal, refusal, usableOffer } from '../shared/refusal.ts';
import { registryHost, registryKindOf } from '../shared/registry-of.ts';

interface Params {
  readonly host: string | Placeholder;
  readonly kind: RegistryKind | undefined;
  readonly secret?: string;
  /** When the credential ended, RFC 3339. */
  readonly endedAt?: string;
}

const ECR_LIFETIME_MS = 12 * 3_600_000;

/** Kinds of credentials that end by themselves, and soon. */
const SHORT_LIVED: ReadonlySet<string> = new Set(['aws', 'acr-token', 'oauth2accesstoken', 'gitlab-ci', 'github']);

function judge(facts: Facts) {
  const found = refusal(facts);
  if (found === undefined) return besideTheMatter(facts);
  if (found.came === 'nothing') return undefined;
  return saidSo(found, facts) ?? byOffer(found, facts) ?? byRegistry(found, facts);
}

/** The registry itself says that the token is over. */
function saidSo(found: Refusal, facts: Facts) {
  const { leaf } = found.witness.error;
  if (leaf.kind !== 'auth' || leaf.problem !== 'token-expired') return undefined;
  const over = overIn(facts);
  return {
    verdict: 'confirmed' as const,
    because: citing(found, over === undefined ? [] : offerProof(facts)),
    params: paramsOf(facts, over),
    note: 'the registry says so itself',
  };
}

/** A credential that the pod offers is over by its own date. */
function byOffer(found: Refusal, facts: Facts) {
  const offered = podRefusal(facts) === undefined ? undefined : usableOffer(facts);
  const over = offered?.find(({ expired }) => expired === true);
  if (offered === undefined) return undefined;
  if (over === undefined) return byKind(found, facts, offered);
  const all = offered.every(({ expired }) => expired === true);
  const wrong = offered.some(isOverByNodeClock(facts)) ? wrongClock(facts) : undefined;
  if (wrong !== undefined) {
    return {
      verdict: 'likely' as const,
      because: [...citing(found, offerProof(facts)), wrong.evidence],
      params: paramsOf(facts, over),
      note: `the credential is over by the time of the evidence, but the clock of the node is ${offsetWords(wrong)}`,
      toDecide: 'the date of the token against a good clock',
    };
  }
  const answered = found.came === 'credential' || found.status !== undefined;
  return {
    verdict: all && answered ? ('confirmed' as const) : ('likely' as const),
    because: citing(found, offerProof(facts)),
    params: paramsOf(facts, over),
    note: all ? 'the credential that is offered is over by its own date' : 'one of the credentials offered is over',
    ...(all && answered ? {} : { toDecide: 'a fresh token in the secret' }),
  };
}

/** Over by a clock that is ahead, and not by true time: the evidence may have been taken by that clock. */
function isOverByNodeClock(facts: Facts) {
  const ahead = Math.max(0, wrongClock(facts)?.offsetSeconds ?? 0) * 1000;
  const real = Date.parse(facts.takenAt ?? '') - ahead;
  return ({ expired, expiresAt }: OfferedCredential) => expired === true && Date.parse(expiresAt ?? '') > real;
}

/** Short-lived by its kind; its end is not to be read from it. */
function byKind(found: Refusal, facts: Facts, offered: readonly OfferedCredential[]) {
  const candidate = offered.find(({ expired, userKind }) => expired === undefined && SHORT_LIVED.has(userKind));
  if (candidate === undefined) return undefined;
  return {
    verdict: 'possible' as const,
    because: citing(found, offerProof(facts)),
    params: paramsOf(facts, candidate),
    note: 'the credential is of a kind that ends by itself; when, it does not say',
    toDecide: 'a fresh token in the secret',
  };
}

/** Nothing is known of the offer, but the registry is one whose logins end. */
function byRegistry(found: Refusal, facts: Facts) {
  const kind = registryKindOf(facts);
  if (usableOffer(facts) !== undefined || podRefusal(facts) === undefined) return undefined;
  if (found.status === 400) {
    return guess(
      found,
      facts,
      kind === 'ecr-public' ? 'likely' : 'possible',
      'the token endpoint answers 400 to a bearer that is over',
    );
  }
  if (kind !== 'ecr' || found.status !== 403) return undefined;
  const old = oldSecret(facts);
  const note = 'ECR answers 403 to a token older than 12 hours, and the HEAD request hides its words';
  return guess(found, facts, old === undefined ? 'possible' : 'likely', note, old);
}

function guess(
  found: Refusal,
  facts: Facts,
  verdict: 'likely' | 'possible',
  note: string,
  old?: { name: string; because: readonly EvidenceId[] },
) {
  return {
    verdict,
    because: citing(found, old?.because ?? []),
    params: { ...paramsOf(facts), ...(old === undefined ? {} : { secret: old.name }) },
    note,
    toDecide: 'when the pull secret was last written, or a fresh token in it',
  };
}

/** A listed secret last written more than 12 hours before the look. */
function oldSecret(facts: Facts): { name: string; because: readonly EvidenceId[] } | undefined {
  const now = Date.parse(facts.takenAt ?? '');
  for (const { name, secret } of facts.pullSecrets) {
    if (secret.state !== 'present') continue;
    const written = Date.parse(secret.value.changedAt ?? secret.value.createdAt ?? '');
    if (now - written > ECR_LIFETIME_MS) return { name, because: secret.because };
  }
  return undefined;
}

/** An expired secret catches the eye; it does not explain a failure that has nothing to do with logins. */
function besideTheMatter(facts: Facts) {
  const otherwise = failsBeside(facts);
  const over = overIn(facts);
  if (otherwise === undefined || over === undefined) return undefined;
  return {
    verdict: 'ruled-out' as const,
    because: [otherwise.evidence, ...offerProof(facts)],
    params: paramsOf(facts, over),
    note: `${otherwise.words}; the expired credential in ${over.secret} is not why`,
  };
}

function overIn(facts: Facts): OfferedCredential | undefined {
  return usableOffer(facts)?.find(({ expired }) => expired === true);
}

function offerProof(facts: Facts): readonly EvidenceId[] {
  return facts.offer.state === 'present' ? facts.offer.because : [];
}

function paramsOf(facts: Facts, credential?: OfferedCredential): Params {
  return {
    host: registryHost(facts) ?? placeholder('registry'),
    kind: registryKindOf(facts),
    ...(credential === undefined ? {} : { secret: credential.secret }),
    ...(credential?.expired === true && credential.expiresAt !== undefined ? { endedAt: credential.expiresAt } : {}),
  };
}

/** The command that makes a fresh token, by registry; it goes in as the password. */
function freshToken({ kind, host }: Params): string | undefined {
  if (kind === 'ecr')
    return sh`aws ecr get-login-password --region ${ecrHost(words(host))?.region ?? placeholder('region')}`;
  if (kind === 'ecr-public') return 'aws ecr-public get-login-password --region us-east-1';
  if (kind === 'gar' || kind === 'gcr') return 'gcloud auth print-access-token';
  if (kind === 'acr')
    return sh`az acr login --name ${words(host).split('.')[0] ?? words(host)} --expose-token --query accessToken --output tsv`;
  return undefined;
}

function remedies(params: Params, facts: Facts): readonly Remedy[] {
  const { namespace } = namesOf(facts);
  const secret = params.secret ?? placeholder('secret');
  const fresh = freshToken(params);
  return [
    {
      title: `See when ${words(secret)} was last written, and what should refresh it`,
      safety: 'green',
      owner: 'operator',
      commands: [
        `${sh`kubectl -n ${namespace} get secret ${secret} --show-managed-fields`} -o jsonpath='{.metadata.managedFields[*].time}'`,
        'kubectl get cronjobs -A',
      ],
    },
    {
      title: `Write ${words(secret)} anew with a fresh token`,
      safety: 'yellow',
      owner: 'operator',
      commands: [...(fresh === undefined ? [] : [fresh]), writeSecret(facts, secret)],
      note: 'It mends the moment only: a token that ends by itself needs something that refreshes it.',
    },
    ...nodePullRight(facts),
  ];
}

/** The login was right and is over. */
export const cause = defineCause<Params>({
  id: 'token-expired',
  link: 'authentication',
  class: 'auth',
  severity: 'high',
  title: 'The registry token in the pull secret has expired',
  meaning:
    'The pull secret holds a token that ends by itself: 12 hours at ECR, 3 at ACR, one at Google, the job at CI systems. The ' +
    'registry refuses it now, often in words that do not say why. Running pods and nodes with a cached image hide it until ' +
    'the next scale-up.',
  refines: ['bad-credentials', 'forbidden', 'access-denied-or-missing'],
  excludedByPassing: true,
  shapes: [
    {
      example:
        "Error response from daemon: pull access denied for 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api, repository does not exist or may require 'docker login': denied: Your authorization token has expired. Reauthenticate and try again.",
      from: 'cri-dockerd, ECR',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.5.0: reading manifest 1.5.0 in 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api: denied: Your authorization token has expired. Reauthenticate and try again.',
      from: 'CRI-O, ECR',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.5.0": failed to resolve reference "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.5.0": unexpected status from HEAD request to https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/shop/api/manifests/1.5.0: 403 Forbidden',
      from: 'containerd 1.7, ECR',
      gives: 'candidate',
    },
    {
      example:
        'failed to pull and unpack image "public.ecr.aws/acme/api:1.5.0": failed to resolve reference "public.ecr.aws/acme/api:1.5.0": unexpected status from HEAD request to https://public.ecr.aws/v2/acme/api/manifests/1.5.0: 403 Forbidden - Server message: denied: Your authorization token has expired. Reauthenticate and try again.',
      from: 'containerd, ECR public',
      gives: 'first',
    },
  ],
  confirmedBy: [
    'the registry says that the token has expired',
    'the date inside the offered token is past, and the registry refused it',
  ],
  ruledOutBy: [
    'the token is still running by its own date',
    'the pull fails for a reason that has nothing to do with logins',
  ],
  special: [
    'ECR: tokens end after 12 hours; containerd shows only "403 Forbidden", because HEAD carries no words.',
    'public.ecr.aws: an expired bearer is answered with 400; without a login the same pull may work.',
    'ACR: Entra tokens (user 00000000-0000-0000-0000-000000000000) end after 3 hours; service principal secrets after a year by default.',
    'GAR: oauth2accesstoken ends after an hour; a _json_key does not end, but can be revoked.',
    'GHCR: GITHUB_TOKEN ends with its workflow job. GitLab: CI_JOB_TOKEN with its job, deploy tokens at midnight UTC.',
    'Node clock: a fresh token is refused as well when the clock of the node or the refresher is wrong.',
  ],
  prevention: [
    'Let the kubelet fetch tokens itself (credential provider with the node identity) and drop the secret.',
    'Where a secret must be, refresh it at half its life and alert when the refresher fails.',
  ],
  sample: { host: placeholder('registry'), kind: undefined },
  judge,
  statement: ({ host, secret, endedAt }, facts) => {
    const what = secret === undefined ? 'The token' : `The token in pull secret ${secret}`;
    const when = endedAt === undefined ? 'has expired' : `expired at ${endedAt}`;
    return `${what} for ${words(host)} ${when}, so ${imageWords(facts)} is refused`;
  },
  remedies,
  verify: (_, facts) => pullWorks(facts),
  escalate: ({ secret }, facts) => [
    {
      when: 'something should have refreshed the token',
      to: 'owner of the refresher (CronJob, external-secrets, CI)',
      collect: [`secret: ${words(namesOf(facts).namespace)}/${secret ?? 'of the pod'}`, 'logs of the last refresh'],
    },
  ],
});
