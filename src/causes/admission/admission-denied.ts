import type { Judgement, Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { namesOf } from '../shared/names.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  /** The policy or webhook, as the message names it. */
  readonly by: string | Placeholder;
  readonly workload: string | Placeholder;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisiveLeaf(facts, 'admission');
  // What the API's own validation refuses is a fault of the image string: `invalid-reference`.
  if (witness === undefined || witness.error.leaf.problem === 'validation') return undefined;
  const params = { by: witness.error.leaf.by ?? placeholder('policy'), workload: namesOf(facts).workload };
  if (OWN_TROUBLE.test(witness.error.text)) {
    const note = 'the webhook looked at the image itself, and says what went wrong there: that may be the cause';
    return { verdict: 'likely', because: [witness.evidence], params, note };
  }
  return {
    // The API server speaks for itself: the object was never stored.
    verdict: 'confirmed',
    because: [witness.evidence],
    params,
    note: 'the API server refused the pod, so no node was ever asked to pull',
  };
}

/** Words of webhooks that ask the registry, or look for signatures, before they allow an image. */
const OWN_TROUBLE =
  /x509|dial tcp|i\/o timeout|deadline exceeded|no such host|unauthorized|authentication required|(?:manifest|name)[_ ]unknown|toomanyrequests|illegal base64|signature|attestation|trust data|failed verification|failed to verify/i;

/** Names of webhooks have at least three parts (apis/admissionregistration validation); policies seldom have dots. */
function isWebhook(by: string | Placeholder): boolean {
  return typeof by === 'string' && by.split('.').length > 2;
}

function whoWords(by: string | Placeholder): string {
  return `${isWebhook(by) ? 'admission webhook' : 'policy'} ${words(by)}`;
}

function showPolicy(by: string | Placeholder): Remedy {
  const configurations = 'validatingwebhookconfigurations,mutatingwebhookconfigurations';
  return {
    title: isWebhook(by) ? 'See which webhook refuses, and whom it asks' : 'Read the policy that refuses',
    safety: 'green',
    owner: 'developer',
    commands: [
      isWebhook(by) ? `kubectl get ${configurations}` : sh`kubectl get validatingadmissionpolicy ${by} -o yaml`,
    ],
    note: 'Policy engines (Kyverno, Gatekeeper, Sigstore, Connaisseur) keep their rules in objects of their own.',
  };
}

/** A policy or webhook refuses the pod because of its image. */
export const cause = defineCause<Params>({
  id: 'admission-denied',
  link: 'admission',
  class: 'config',
  severity: 'high',
  title: 'A policy of the cluster refuses the image',
  meaning:
    'The API server, or a webhook that it asks, refuses to store the pod because of its image: a registry that is not ' +
    'allowed, a tag in place of a digest, a missing signature. No pod exists, so there is nothing in `kubectl get pods`; ' +
    'the refusal is an event of the ReplicaSet, Job or StatefulSet.',
  refines: [],
  shapes: [
    {
      example:
        "Error creating: pods \"api-5b7cd47cd8-zpnwd\" is forbidden: ValidatingAdmissionPolicy 'trusted-registries' with binding 'trusted-registries' denied request: images must come from harbor.acme.example",
      from: 'kube-apiserver 1.36',
      gives: 'first',
    },
    {
      example:
        'Error creating: admission webhook "images.policy.acme.example" denied the request: image registry.acme.example/shop/api:1.5.0 is not from an allowed registry',
      from: 'kube-apiserver 1.30',
      gives: 'first',
    },
    {
      example:
        'admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/shop-prod/api was blocked due to the following policies: require-image-digest: autogen-digest: images must be given by digest',
      from: 'Kyverno',
      gives: 'first',
    },
  ],
  confirmedBy: ['the API server reports that a policy or webhook denied the request'],
  ruledOutBy: ['the pod exists'],
  special: [
    'ValidatingAdmissionPolicy: the message names policy and binding; the rule is an expression in the policy.',
    'Sigstore, Connaisseur, Kyverno verifyImages: the webhook itself asks the registry; a registry problem there reads like a refusal.',
  ],
  prevention: [
    'Run the same policies in CI, before the manifest is applied.',
    'Let policies warn before they deny (validationActions: [Warn, Audit]).',
  ],
  sample: { by: placeholder('policy'), workload: placeholder('workload') },
  judge,
  statement: ({ by, workload }) => `No pod of ${words(workload)} is made: ${whoWords(by)} refuses its image`,
  remedies: ({ by }, facts) => [
    showPolicy(by),
    changeImage(facts, 'Use an image that the policy allows', { repository: placeholder('allowed image') }),
    {
      title: 'Or ask for an exception',
      safety: 'yellow',
      owner: 'security',
      commands: [],
      note: `The owner of ${words(by)} decides. Switching the policy off opens the cluster to any image.`,
    },
  ],
  verify: (_, facts) => rolloutWorks(facts),
  escalate: ({ by }) => [
    {
      when: 'the image should be allowed, or the webhook fails for reasons of its own',
      to: 'owner of the admission policy',
      collect: ['the whole message of the event', `the rule ${words(by)}`, 'the image reference'],
    },
  ],
});
