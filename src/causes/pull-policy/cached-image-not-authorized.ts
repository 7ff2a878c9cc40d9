import type { Judgement } from '../../core/cause.ts';
import type { EvidenceId } from '../../core/evidence.ts';
import { becauseOf } from '../../core/fact.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';
import { defineCause } from '../define.ts';
import { namesOf, nodeWords, podWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { attachToServiceAccount, attachToWorkload } from '../shared/pull-secret-commands.ts';
import { podRefusal } from '../shared/refusal.ts';
import { decisiveLeaf } from '../shared/witness.ts';

interface Params {
  readonly image: string | Placeholder;
  /** Policy Never: nothing was pulled; otherwise the kubelet pulled anew and was refused. */
  readonly never: boolean;
}

/** KubeletEnsureSecretPulledImages: alpha in 1.33, on by default since 1.35 (kubelet images/pullmanager). */
const GATE_SINCE = 33;
const ON_SINCE = 35;

/** Evidence that the image lies on the node of this pod. */
function presence(facts: Facts): readonly EvidenceId[] {
  if (facts.imageOnNode.state === 'present' && facts.imageOnNode.value.onNode) return facts.imageOnNode.because;
  if (facts.siblings.state !== 'present' || facts.subject.node === undefined) return [];
  return facts.siblings.value.sameImageWorks.filter((s) => s.node === facts.subject.node).map((s) => s.evidence);
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const never = decisiveLeaf(facts, 'not-present');
  const refused = podRefusal(facts)?.witness;
  const witness: Witness | undefined = never ?? refused;
  if (witness === undefined) return undefined;
  const minor = facts.versions.state === 'present' ? facts.versions.value.kubeletMinor : undefined;
  if (minor !== undefined && minor < GATE_SINCE) return undefined;
  const onNodeNow = presence(facts);
  if (onNodeNow.length === 0) return never === undefined ? undefined : judgeUnseen(facts, never);
  const policy = facts.pullPolicy.state === 'present' ? facts.pullPolicy.value : undefined;
  // Under Always the kubelet asks the registry every time, whatever lies on the node.
  if (never === undefined && policy === 'Always') return undefined;
  const known = minor !== undefined && minor >= ON_SINCE && (never !== undefined || policy === 'IfNotPresent');
  const image = facts.subject.image ?? witness.error.image ?? placeholder('image');
  return {
    verdict: known ? 'likely' : 'possible',
    because: [...new Set([witness.evidence, ...onNodeNow, ...(known ? becauseOf(facts.versions) : [])])],
    params: { image, never: never !== undefined },
    note: known
      ? 'the image is on the node; the kubelet checks whether this pod may use it'
      : 'the image is on the node; whether the kubelet checks credentials depends on its version and configuration',
    toDecide: onNode(facts, 'ls /var/lib/kubelet/image_manager/pulled'),
    ...(never !== undefined
      ? {
          overrules: [
            {
              said: 'the image is not present',
              because: onNodeNow,
              note: 'it is on the node, but this pod has not shown a credential for it',
            },
          ],
        }
      : {}),
  };
}

/** The words of policy Never leave it open whether the image lies on the node. */
function judgeUnseen(facts: Facts, witness: Witness): Judgement<Params> | undefined {
  if (facts.imageOnNode.state !== 'unknown') return undefined;
  const image = facts.subject.image ?? witness.error.image ?? placeholder('image');
  return {
    verdict: 'possible',
    because: [witness.evidence],
    params: { image, never: true },
    note: 'a kubelet of 1.35 or later says the same of an image that this pod may not use',
    toDecide: onNode(facts, sh`crictl inspecti ${image}`),
  };
}

/** The image is on the node, pulled with a secret that this pod does not have. */
export const cause = defineCause<Params>({
  id: 'cached-image-not-authorized',
  link: 'pull-policy',
  class: 'auth',
  severity: 'high',
  title: 'The image is on the node, but not for this pod',
  meaning:
    'Since Kubernetes 1.35 the kubelet remembers with which secret an image was pulled. A pod without that secret does not ' +
    'get the copy on the node: the kubelet pulls anew with what the pod has, and the registry refuses; under policy Never ' +
    'it says that the image is not present. Before, any pod could use what another one had pulled.',
  refines: ['pull-policy-never', 'no-credentials', 'access-denied-or-missing', 'forbidden', 'bad-credentials'],
  shapes: [
    {
      example: 'Container image "registry.acme.example/shop/api:1.5.0" is not present with pull policy of Never',
      from: 'kubelet 1.35',
      gives: 'candidate',
    },
  ],
  confirmedBy: [
    'the pull records of the node (image_manager/pulled under the kubelet root) name other credentials only',
  ],
  ruledOutBy: ['the kubelet is older than 1.33', 'the pull policy is Always', 'the image is not on the node'],
  special: [
    'Kubernetes: imagePullCredentialsVerificationPolicy of the kubelet: NeverVerify, NeverVerifyPreloadedImages (default), NeverVerifyAllowlistedImages, AlwaysVerify.',
    'Kubernetes: the records lie under image_manager/pulled in the root directory of the kubelet.',
  ],
  prevention: [
    'Give every namespace its own pull secret before the upgrade to 1.35; do not count on copies that others pulled.',
  ],
  sample: { image: placeholder('image'), never: false },
  judge,
  statement: ({ image }, facts) =>
    `The copy of ${words(image)} on ${nodeWords(facts)} is not for ${podWords(facts)}: it has shown no credential for it`,
  remedies: (_, facts) => {
    const { namespace, pod } = namesOf(facts);
    const secret = placeholder('pull secret');
    const toWorkload = attachToWorkload(facts, secret);
    return [
      {
        title: 'See which pull secrets this pod lists',
        safety: 'green',
        owner: 'developer',
        commands: [`${sh`kubectl -n ${namespace} get pod ${pod}`} -o jsonpath='{.spec.imagePullSecrets[*].name}'`],
        note: 'Compare with a pod that runs the image on the same node.',
      },
      ...(toWorkload === undefined ? [] : [toWorkload]),
      attachToServiceAccount(facts, secret),
    ];
  },
  verify: (_, facts) => [podRuns(facts)],
  escalate: () => [
    {
      when: 'the image was preloaded on purpose and should be free for all pods of the node',
      to: 'platform team (NeverVerifyAllowlistedImages in the configuration of the kubelet)',
      collect: ['version of the kubelet', 'imagePullCredentialsVerificationPolicy', 'records in image_manager/pulled'],
    },
  ],
});
