import type { Judgement } from '../../core/cause.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';
import type { ReferenceParts } from '../../image/grammar.ts';
import { type Retired, retiredFor, retiredReplacement } from '../../image/retired.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { type ImageParts, imageEvidence, imageParts } from '../shared/image-parts.ts';
import { notFound } from '../shared/not-found.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { refusal } from '../shared/refusal.ts';
import { copyImage, showManifest } from '../shared/registry-look-up.ts';
import { settle } from '../shared/registry-says.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  /** What was shut down, in words; the repository when only the registry's own message tells. */
  readonly what: string | Placeholder;
  readonly when?: string;
  /** Where the images are now, in words. */
  readonly now?: string;
  /** The same image at its new place, where the mapping is plain. */
  readonly replacement?: string;
  readonly frozen: boolean;
}

/** An error that a closed registry or repository gives: missing, refused, or its name is gone. */
function endsThere(facts: Facts): Witness | undefined {
  const named = decisive(facts);
  const nameGone = named?.error.leaf.kind === 'dns' && named.error.leaf.problem === 'no-such-host';
  if (nameGone || named?.error.leaf.kind === 'retired') return named;
  return notFound(facts)?.witness ?? refusal(facts)?.witness;
}

function referenceOf({ host, path, tag, digest }: ImageParts): ReferenceParts {
  return { domain: host, path, ...(tag !== undefined ? { tag } : {}), ...(digest !== undefined ? { digest } : {}) };
}

/** The entry for this image, unless the evidence is older than the end of the service. */
function retiredByNow(facts: Facts, parts: ImageParts): Retired | undefined {
  const retired = retiredFor(referenceOf(parts));
  const { takenAt } = facts;
  if (retired?.since !== undefined && takenAt !== undefined && Date.parse(takenAt) < Date.parse(retired.since))
    return undefined;
  return retired;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = endsThere(facts);
  if (witness === undefined) return undefined;
  const parts = imageParts(facts);
  const retired = parts === undefined ? undefined : retiredByNow(facts, parts);
  const toldSo = witness.error.leaf.kind === 'retired';
  if (retired === undefined && !toldSo) return undefined;
  const pulled = pulledElsewhere(facts);
  const params = paramsOf(parts, retired);
  if (pulled !== undefined) {
    return {
      verdict: 'ruled-out',
      because: [pulled],
      params,
      note: 'another pod pulled the same image from the registry',
    };
  }
  const likely = toldSo || retired?.state === 'gone';
  return {
    verdict: likely ? 'likely' : 'possible',
    because: [...new Set([witness.evidence, ...imageEvidence(facts)])],
    params,
    ...(retired === undefined ? {} : { detail: retired.state }),
    note: toldSo ? 'the registry itself says so' : `known to fail with: ${retired?.symptom}`,
    toDecide: showManifest(params.replacement ?? parts?.written ?? placeholder('image')),
  };
}

/** Known to be wholly gone: then a registry that has nothing, or shows nothing to strangers, is the proof. */
function isGone(facts: Facts): boolean {
  const parts = imageParts(facts);
  return parts !== undefined && retiredByNow(facts, parts)?.state === 'gone';
}

function pulledElsewhere(facts: Facts): string | undefined {
  if (facts.siblings.state !== 'present') return undefined;
  return facts.siblings.value.sameImageWorks.find((sibling) => !sibling.maybeCached)?.evidence;
}

function paramsOf(parts: ImageParts | undefined, retired: Retired | undefined): Params {
  if (parts === undefined || retired === undefined) {
    return { what: parts?.repository ?? placeholder('repository'), frozen: false };
  }
  const replacement = retiredReplacement(retired, referenceOf(parts));
  return {
    what: retired.what,
    when: retired.when,
    now: retired.now,
    ...(replacement !== undefined ? { replacement } : {}),
    frozen: retired.state === 'frozen',
  };
}

/** The registry or repository was moved, frozen or shut down by its owner. */
export const cause = defineCause<Params>({
  id: 'image-retired',
  link: 'manifest',
  class: 'config',
  severity: 'high',
  title: 'The image was moved or shut down by its publisher',
  meaning:
    'The publisher of the image closed the registry or the repository, or moved it to another place. Nodes that had ' +
    'pulled it before go on working; the failure shows with the next new node. The old reference cannot be mended, only ' +
    'replaced.',
  refines: [
    'tag-not-found',
    'digest-not-found',
    'repository-not-found',
    'access-denied-or-missing',
    'no-credentials',
    'forbidden',
    'bad-credentials',
    'dns-failure',
    'registry-host-omitted',
  ],
  shapes: [
    {
      example:
        'Failed to pull image "docker.io/bitnami/postgresql:15.4.0": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/bitnami/postgresql:15.4.0": failed to resolve image: docker.io/bitnami/postgresql:15.4.0: not found',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "gcr.io/tekton-releases/controller:v0.50.0": initializing source docker://gcr.io/tekton-releases/controller:v0.50.0: reading manifest v0.50.0 in gcr.io/tekton-releases/controller: denied: access forbidden',
      from: 'CRI-O 1.32',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "gcr.io/kubebuilder/kube-rbac-proxy:v0.13.0": rpc error: code = Unknown desc = Error response from daemon: manifest for gcr.io/kubebuilder/kube-rbac-proxy:v0.13.0 not found: manifest unknown: manifest unknown',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "k8s.gcr.io/acme-controller:v1.99.0": failed to pull and unpack image "k8s.gcr.io/acme-controller:v1.99.0": failed to resolve reference "k8s.gcr.io/acme-controller:v1.99.0": k8s.gcr.io/acme-controller:v1.99.0: not found',
      from: 'containerd 1.7',
      gives: 'candidate',
    },
  ],
  confirmedBy: ['the old place answers not found while the image is at its new one, which only a look-up can show'],
  ruledOutBy: ['another node pulled the same image since', 'the evidence is older than the end of the service'],
  special: [
    'k8s.gcr.io: frozen in April 2023; use registry.k8s.io.',
    'gcr.io: Container Registry ended in 2025; only what its owner copied to Artifact Registry still answers.',
    'docker.io/bitnami: the free versioned images were removed in September 2025; bitnamilegacy holds a frozen copy.',
  ],
  prevention: [
    'Mirror the third-party images that production needs into a registry of your own.',
    'Audit running images for registries with an announced end, before the next node needs them.',
  ],
  sample: { what: placeholder('registry or repository'), frozen: false },
  judge: (facts) =>
    settle(facts, judge(facts), {
      confirmedBy: ['repository-missing', 'missing', 'login-wanted'],
      ruledOutBy: [],
      provided: isGone,
    }),
  statement: ({ what, when, frozen }) => {
    const dated = when === undefined ? '' : ` (${when})`;
    return frozen
      ? `${capital(words(what))} gets no new tags${dated}`
      : `${capital(words(what))} can no longer be pulled${dated}`;
  },
  remedies: ({ replacement, now }, facts) => [
    {
      title: 'See whether the image exists at its new place',
      safety: 'green',
      owner: 'developer',
      commands: [showManifest(replacement ?? placeholder('new image'))],
      ...(now === undefined ? {} : { note: `Now: ${now}.` }),
    },
    changeImage(facts, 'Use the image at its new place', { repository: replacement ?? placeholder('new image') }),
    {
      title: 'Keep a copy of your own',
      safety: 'yellow',
      owner: 'operator',
      commands: [copyImage(replacement ?? placeholder('new image'), placeholder('own registry/image'))],
      note: 'A node that still runs the old image can export it: ctr -n k8s.io images export.',
    },
  ],
  verify: (_, facts) => rolloutWorks(facts),
  escalate: ({ what }) => [
    {
      when: 'the new place does not have the version in use',
      to: 'owner of the workload (upgrade), and the platform team for a copy from a node that still has it',
      collect: [`what was shut down: ${words(what)}`, 'nodes that still run the image'],
    },
  ],
});

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
