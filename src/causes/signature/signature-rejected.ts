import type { Judgement, Remedy } from '../../core/cause.ts';
import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { imageParts } from '../shared/image-parts.ts';
import { nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { decisiveLeaf } from '../shared/witness.ts';

type Problem = Extract<Leaf, { kind: 'signature' }>['problem'];

interface Params {
  readonly image: string | Placeholder;
  readonly problem: Problem;
  /** The verifier plugin or policy file, when the text names it. */
  readonly by?: string;
  /** The registry that serves signed images only; absent when the node checks. */
  readonly registry?: string | Placeholder;
}

const NOTES: Record<Problem, string> = {
  missing: 'the policy of the node demands a signature, and the runtime found none',
  rejected: 'the policy of the node rejects the image or its signatures',
  verifier: 'the verifier of the node blocked the pull',
  error: 'the signature could not be verified; the reason may lie beside the signature',
};

const AT_REGISTRY_NOTE = 'a policy of the registry demands a signature, and the registry found none';

function judge(facts: Facts): Judgement<Params> | undefined {
  const image = imageParts(facts)?.written ?? placeholder('image');
  const witness = decisiveLeaf(facts, 'signature');
  if (witness === undefined) return judgeAdmission(facts, image);
  const { problem, by, atRegistry } = witness.error.leaf;
  const registry = witness.error.host ?? imageParts(facts)?.host ?? placeholder('registry');
  const direct = problem !== 'error';
  return {
    verdict: direct ? 'confirmed' : 'likely',
    because: [witness.evidence],
    params: { image, problem, ...(by !== undefined ? { by } : {}), ...(atRegistry === true ? { registry } : {}) },
    detail: problem,
    note: atRegistry === true ? AT_REGISTRY_NOTE : NOTES[problem],
    ...(direct ? {} : { toDecide: sh`cosign tree ${image}` }),
  };
}

const ABOUT_SIGNATURES = /signature|attestation|trust data|failed verification|failed to verify|cosign/i;

/** A webhook of the cluster looked for a signature before any node did. */
function judgeAdmission(facts: Facts, image: Params['image']): Judgement<Params> | undefined {
  const denied = decisiveLeaf(facts, 'admission');
  if (denied === undefined || !ABOUT_SIGNATURES.test(denied.error.text)) return undefined;
  const { by } = denied.error.leaf;
  return {
    verdict: 'possible',
    because: [denied.evidence],
    params: { image, problem: 'rejected', ...(by === undefined ? {} : { by }) },
    note: 'the refusal of the webhook speaks of signatures',
    toDecide: sh`cosign tree ${image}`,
  };
}

function statement({ image, problem, by, registry }: Params, facts: Facts): string {
  const who =
    registry === undefined
      ? by === undefined
        ? `the signature policy of ${nodeWords(facts)}`
        : `${by} on ${nodeWords(facts)}`
      : `a policy of ${words(registry)}`;
  if (problem === 'missing') return `${words(image)} is not signed, and ${who} demands a signature`;
  if (problem === 'error') return `The signature of ${words(image)} could not be verified by ${who}`;
  return `${words(image)} is rejected by ${who}`;
}

const READ_REGISTRY_POLICY: Remedy = {
  title: 'Read in the registry which signatures its policy accepts',
  safety: 'green',
  owner: 'developer',
  commands: [],
  note: 'Harbor: the configuration of the project names Cosign or Notation.',
};

function readNodePolicy(facts: Facts): Remedy {
  return {
    title: 'Read the policy of the node',
    safety: 'green',
    owner: 'operator',
    commands: [onNode(facts, 'cat /etc/containers/policy.json')],
    note: 'CRI-O and Podman. containerd: the bin_dir of io.containerd.image-verifier.v1.bindir in its configuration.',
  };
}

/** The node's signature policy or verifier, or a policy of the registry, does not accept the image. */
export const cause = defineCause<Params>({
  id: 'signature-rejected',
  link: 'signature',
  class: 'config',
  severity: 'high',
  title: 'The signature policy rejects the image',
  meaning:
    'The node checks signatures before it uses an image, and this one is unsigned, signed with another key or identity, ' +
    'or not covered by any rule that accepts it. The registry and the credentials are fine. ' +
    'Harbor can demand a signature as well: then it serves no image without one.',
  refines: ['registry-blocked'],
  shapes: [
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists',
      from: 'CRI-O 1.28',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": copying system image from manifest list: Source image rejected: Running image docker://registry.acme.example/shop/api:1.5.0 is rejected by policy.',
      from: 'CRI-O 1.27',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": rpc error: code = Unknown desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": image verifier acme-cosign blocked pull of registry.acme.example/shop/api:1.5.0 with digest sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9 for reason: no matching signatures',
      from: 'containerd 2.0',
      gives: 'first',
    },
    {
      example:
        'copying system image from manifest list: Source image rejected: cryptographic signature verification failed: invalid signature when validating ASN.1 encoded signature',
      from: 'CRI-O, sigstore',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime reports that its policy or verifier rejected the image'],
  ruledOutBy: ['the layers of the image are already being downloaded'],
  special: [
    'CRI-O: /etc/containers/policy.json, or <signature_policy_dir>/<namespace>.json for one namespace.',
    'containerd: verifier plugins are programs in the bin_dir of the image verifier; the reason is what the program printed.',
    'Harbor: the deployment security of the project; it refuses any client, the node has no part in it.',
    'Keys: a rule that points at a key file fails every image when that file is missing.',
  ],
  prevention: [
    'Sign in the pipeline that pushes, and verify there with the policy of the nodes.',
    'Roll out new keys to the nodes before signing with them.',
  ],
  sample: { image: placeholder('image'), problem: 'rejected' },
  judge,
  statement,
  remedies: ({ image, registry }, facts) => [
    {
      title: 'See which signatures the image has',
      safety: 'green',
      owner: 'developer',
      commands: [sh`cosign tree ${image}`],
    },
    registry === undefined ? readNodePolicy(facts) : READ_REGISTRY_POLICY,
    {
      title: 'Sign the image with the key or identity that the policy names',
      safety: 'yellow',
      owner: 'developer',
      commands: [sh`cosign sign --key ${placeholder('key')} ${placeholder('image@digest')}`],
    },
    changeImage(facts, 'Or deploy a version that is signed', { repository: placeholder('signed image') }),
    {
      title: registry === undefined ? 'Loosen the policy of the node' : 'Loosen the policy of the registry',
      safety: 'red',
      owner: 'security',
      commands: [],
      note: 'This lets unsigned images run: only by decision of whoever owns the policy.',
    },
  ],
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ image }) => [
    {
      when: `${words(image)} is signed as the policy demands, and is still rejected`,
      to: 'security team (owner of the signature policy)',
      collect: [
        'the digest of the image',
        'output of cosign tree',
        'the policy file or verifier configuration of the node',
      ],
    },
  ],
});
