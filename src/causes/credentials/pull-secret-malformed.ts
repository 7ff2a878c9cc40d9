import type { EvidenceId } from '../../core/evidence.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { SecretProblemKind } from '../../credentials/secret-problem.ts';
import type { Facts } from '../../facts/facts.ts';
import type { PullSecretFact } from '../../facts/pull-secrets.ts';
import { defineCause } from '../define.ts';
import { imageWords, namesOf, podWords } from '../shared/names.ts';
import { showListed, writeSecret } from '../shared/pull-secret-commands.ts';
import { pullWorks } from '../shared/pull-works.ts';
import { citing, offersNothing, podRefusal } from '../shared/refusal.ts';
import { sharedSecret } from '../shared/shared-secret.ts';
import { decisive, decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly secret: string | Placeholder;
  /** The kubelet cannot read it and pulls nothing for the pod; else it finds no host in it and goes on. */
  readonly breaksPod: boolean;
  /** What is wrong with it, for a sentence. */
  readonly why?: string;
}

interface Broken {
  readonly secret: PullSecretFact;
  readonly kind: SecretProblemKind;
  readonly note: string;
  readonly breaksPod: boolean;
  readonly kubeletText: string | undefined;
  readonly because: readonly EvidenceId[];
}

/** Listed secrets that are of the right type and cannot be used for what they hold. */
function brokenSecrets(facts: Facts): readonly Broken[] {
  return facts.pullSecrets.flatMap(({ secret }) => {
    if (secret.state !== 'present') return [];
    const { problem } = secret.value.decoded;
    if (problem === undefined || problem.kind === 'wrong-type' || problem.kind === 'data-withheld') return [];
    const { kind, note, breaksPod, kubeletText } = problem;
    return [{ secret: secret.value, kind, note, breaksPod, kubeletText, because: secret.because }];
  });
}

function judge(facts: Facts) {
  return fromKubelet(facts) ?? withoutHosts(facts);
}

/** The kubelet says that it cannot read a secret; the decoded ones tell which. */
function fromKubelet(facts: Facts) {
  const witness = decisiveLeaf(facts, 'secret');
  if (witness?.error.leaf.problem !== 'malformed') return undefined;
  const broken = brokenSecrets(facts).filter(({ breaksPod }) => breaksPod);
  const culprit =
    broken.find(({ kubeletText }) => kubeletText !== undefined && witness.error.text.includes(kubeletText)) ??
    broken[0];
  const listed = facts.listedSecrets.state === 'present' ? facts.listedSecrets.value : [];
  const only = listed.length === 1 ? listed[0] : undefined;
  return {
    // On a pod these words have one meaning; in a loose text another program may have written them.
    verdict: culprit !== undefined || witness.from !== 'text' ? ('confirmed' as const) : ('likely' as const),
    because: [witness.evidence, ...(culprit?.because ?? [])],
    params: {
      secret: culprit?.secret.name ?? witness.error.leaf.names?.[0] ?? only ?? placeholder('secret'),
      breaksPod: true,
      ...(culprit === undefined ? {} : { why: culprit.note }),
    },
    ...(culprit === undefined ? {} : { detail: culprit.kind }),
    note: culprit === undefined ? 'the kubelet cannot read one of the pull secrets' : culprit.note,
    ...(culprit === undefined ? { toDecide: 'which of the listed secrets does not decode' } : {}),
  };
}

/** A secret in which the kubelet finds no host fails silently, as if there were none. */
function withoutHosts(facts: Facts) {
  const found = podRefusal(facts);
  const empty = brokenSecrets(facts)[0];
  if (found === undefined || found.came === 'credential' || empty === undefined || !offersNothing(facts))
    return undefined;
  return {
    verdict: found.wantsLogin ? ('confirmed' as const) : ('likely' as const),
    because: citing(found, empty.because),
    params: { secret: empty.secret.name, breaksPod: empty.breaksPod, why: empty.note },
    detail: empty.kind,
    note: empty.note,
    ...(found.wantsLogin ? {} : { toDecide: 'whether the login in it can pull the image, once it is written right' }),
    overrules: [
      {
        said: decisive(facts)?.error.text ?? '',
        because: empty.because,
        note: 'a pull secret is listed and exists, but the kubelet finds nothing usable in it',
      },
    ],
  };
}

/** A pull secret that the kubelet cannot decode. */
export const cause = defineCause<Params>({
  id: 'pull-secret-malformed',
  link: 'credentials',
  class: 'auth',
  severity: 'high',
  title: 'A pull secret of the pod is malformed',
  meaning:
    'The content of a listed pull secret does not decode: `auth` is not base64 of user:password, a value has the wrong JSON ' +
    'type, or the level "auths" is missing. One unreadable secret stops every pull of the pod, public images and other ' +
    'registries included, and before any registry is asked; one without "auths" is passed over silently. The API server ' +
    'checks only that the content is JSON.',
  refines: ['pull-secret-host-mismatch', 'no-credentials', 'access-denied-or-missing', 'bad-credentials'],
  shapes: [
    { example: 'Error: illegal base64 data at input byte 5', from: 'kubelet 1.36, event', gives: 'first' },
    {
      example:
        'Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"api\\" with unable to parse auth field, must be formatted as base64(username:password)',
      from: 'kubelet 1.33 log',
      gives: 'first',
    },
    {
      example: 'Failed to pull image "registry.acme.example/shop/api:1.5.0": illegal base64 data at input byte 4',
      from: 'kubelet up to 1.32',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": json: cannot unmarshal number into Go struct field dockerConfigEntryWithAuth.auths.password of type string',
      from: 'kubelet up to 1.32',
      gives: 'first',
    },
  ],
  confirmedBy: [
    'the kubelet reports the decoding error for the pod',
    'a listed secret does not decode by the rules of the kubelet',
  ],
  ruledOutBy: ['all listed secrets decode, and the error is of another kind'],
  special: [
    'kubelet 1.33 and later: the text is the waiting reason itself, without ErrImagePull and without back-off.',
    'kubelet: the broken secret need not be that of the image; each listed one is read before any pull.',
    'Docker Desktop: "credsStore" with an empty "auths" holds no login; the kubelet does not read credential helpers.',
  ],
  prevention: [
    'Let `kubectl create secret docker-registry` write the content instead of templates and echo | base64 (a newline ends up inside).',
    'Validate generated pull secrets in CI: each auth decodes to user:password.',
  ],
  sample: { secret: placeholder('secret'), breaksPod: true },
  judge,
  shared: ({ secret }, facts) => sharedSecret(secret, facts),
  statement: ({ secret, breaksPod, why }, facts) => {
    const reason = why === undefined ? '' : ` (${why})`;
    return breaksPod
      ? `Pull secret ${words(secret)} does not decode${reason}, so the kubelet pulls nothing for ${podWords(facts)}`
      : `Pull secret ${words(secret)} offers no login for ${imageWords(facts)}${reason}`;
  },
  remedies: ({ secret, why }, facts) => {
    const { namespace } = namesOf(facts);
    return [
      {
        title: `See the layout of ${words(secret)} without its values`,
        safety: 'green',
        owner: 'operator',
        commands: [
          ...(typeof secret === 'string' ? [] : [showListed(facts)]),
          `${sh`kubectl -n ${namespace} get secret ${secret}`} -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq 'walk(if type == "object" or type == "array" then . else type end)'`,
        ],
        ...(why === undefined ? {} : { note: why }),
      },
      {
        title: `Write ${words(secret)} anew`,
        safety: 'yellow',
        owner: 'operator',
        commands: [writeSecret(facts, secret)],
        note: 'It replaces all entries of the secret. The next sync of the pod uses it; no restart is needed.',
      },
    ];
  },
  verify: (_, facts) => pullWorks(facts),
  escalate: ({ secret }) => [
    {
      when: 'the secret is generated and comes back broken',
      to: 'owner of the automation that writes it',
      collect: [`secret: ${words(secret)}`, 'template that makes it'],
    },
  ],
});
