import type { Judgement } from '../../core/cause.ts';
import { becauseOf } from '../../core/fact.ts';
import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';
import type { NoteKind } from '../../image/notes.ts';
import type { ReferenceError as GrammarError } from '../../image/reference.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { namesOf } from '../shared/names.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { referenceNote } from '../shared/reference-note.ts';
import { decisive, decisiveLeaf } from '../shared/witness.ts';

type Problem = Extract<Leaf, { kind: 'reference' }>['problem'];

interface Params {
  /** The string as written, made visible: blanks and line ends would not be seen. */
  readonly shown: string | Placeholder;
  readonly problem: Problem | 'host';
  /** What is wrong and where, from the grammar. */
  readonly hint?: string;
  readonly suggestion?: string;
}

const WORDS: Record<Params['problem'], string> = {
  format: 'does not parse as an image reference',
  uppercase: 'has capitals in the repository name, which must be lower case',
  'too-long': 'is longer than a repository name may be',
  'image-id': 'is an image id, not a name',
  digest: 'has a malformed digest',
  'tag-and-digest': 'has both a tag and a digest, and the program that was asked takes one of them',
  whitespace: 'has blanks or line ends in it',
  empty: 'is empty',
  incomplete: 'is not the full name that this client asks for: host, path, and a tag or digest',
  host: 'names another host than was meant',
};

/** Slips that parse, and send the pull to a host that does not exist. */
const HOST_SLIPS: readonly NoteKind[] = [
  'uppercase-first-element-is-host',
  'host-typo',
  'empty-domain',
  'web-url-path',
];

/** Longer strings are cut: they come from anywhere. */
const SHOWN_MAX = 60;

/** What a terminal may not show, or show as something else. */
const INVISIBLE = /[^\x20-\x7e]/gu;

function escaped(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

function shown(image: string | undefined): string | Placeholder {
  if (image === undefined) return placeholder('image');
  const visible = JSON.stringify(image.slice(0, SHOWN_MAX * 2)).replace(INVISIBLE, escaped);
  return visible.length > SHOWN_MAX ? `${visible.slice(0, SHOWN_MAX)}…"` : visible;
}

function grammarError(facts: Facts): GrammarError | undefined {
  return facts.reference.state === 'present' && !facts.reference.value.ok ? facts.reference.value.error : undefined;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = refusedString(facts);
  const error = grammarError(facts);
  const image = facts.subject.image ?? decisive(facts)?.error.image;
  if (witness === undefined) return judgeLost(facts, error, image) ?? judgeHost(facts, image);
  const problem =
    error?.problem ?? (witness.error.leaf.kind === 'reference' ? witness.error.leaf.problem : 'whitespace');
  return {
    // The kubelet or the API server parsed the string and refused it: nothing else is involved.
    verdict: 'confirmed',
    because: [...new Set([witness.evidence, ...becauseOf(facts.reference)])],
    params: { shown: shown(image), problem, ...helpOf(error) },
    detail: problem,
    note: error?.hint ?? 'the string was refused before any registry was asked',
  };
}

/** The kubelet could not parse the string, or the API refused it (the only rule that it has is about blanks). */
function refusedString(facts: Facts): Witness | undefined {
  const admission = decisiveLeaf(facts, 'admission');
  return decisiveLeaf(facts, 'reference') ?? (admission?.error.leaf.problem === 'validation' ? admission : undefined);
}

/** The reason of the failure is lost, but the string as stored does not parse. */
function judgeLost(
  facts: Facts,
  error: GrammarError | undefined,
  image: string | undefined,
): Judgement<Params> | undefined {
  const witness = decisive(facts);
  // Whoever got as far as a registry or the node's image store had parsed the string.
  if (witness?.error.leaf.kind !== 'absent' || error === undefined || facts.subject.kind === 'text') return undefined;
  return {
    verdict: 'likely',
    because: [...new Set([witness.evidence, ...becauseOf(facts.reference)])],
    params: { shown: shown(image), problem: error.problem, ...helpOf(error) },
    detail: error.problem,
    note: error.hint,
    toDecide: showImages(facts),
  };
}

function showImages(facts: Facts): string {
  const { namespace, pod } = namesOf(facts);
  return `${sh`kubectl -n ${namespace} get pod ${pod}`} -o jsonpath='{.spec.containers[*].image}'`;
}

/** A name that cannot be resolved, in a reference whose host looks like a slip. */
function judgeHost(facts: Facts, image: string | undefined): Judgement<Params> | undefined {
  const witness = decisiveLeaf(facts, 'dns');
  const slip = witness === undefined ? undefined : referenceNote(facts, HOST_SLIPS);
  if (witness === undefined || slip === undefined) return undefined;
  const { suggestion } = slip;
  return {
    verdict: 'possible',
    because: [...new Set([witness.evidence, ...becauseOf(facts.reference)])],
    params: {
      shown: shown(image),
      problem: 'host',
      hint: slip.text,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
    detail: 'wrong-host',
    note: slip.text,
    toDecide: 'whether this is the registry that was meant',
  };
}

function helpOf(error: GrammarError | undefined): Pick<Params, 'hint' | 'suggestion'> {
  if (error === undefined) return {};
  const { hint, suggestion } = error;
  return { hint, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** The image string is no image reference, or not to the host that was meant. */
export const cause = defineCause<Params>({
  id: 'invalid-reference',
  link: 'reference',
  class: 'config',
  severity: 'high',
  title: 'The image name is not valid',
  meaning:
    'The image string of the pod does not parse as an image reference, so no registry was ever asked: a scheme in front, ' +
    'capitals in the path, an empty or double tag, a template variable that was never filled in, a blank or line end at ' +
    'the edge, or a digest that was cut short.',
  refines: ['dns-failure'],
  shapes: [
    {
      example:
        'Failed to apply default image tag "https://registry.acme.example/shop/api:1.5.0": couldn\'t parse image name "https://registry.acme.example/shop/api:1.5.0": invalid reference format',
      from: 'kubelet 1.36',
      gives: 'first',
    },
    {
      example:
        'Failed to apply default image tag "registry.acme.example/Shop/API:1.5.0": couldn\'t parse image name "registry.acme.example/Shop/API:1.5.0": invalid reference format: repository name (Shop/API) must be lowercase',
      from: 'kubelet 1.36',
      gives: 'first',
    },
    {
      example:
        'Failed to apply default image tag "registry.acme.example/shop/api:{{ .Values.tag }}": couldn\'t parse image reference "registry.acme.example/shop/api:{{ .Values.tag }}": invalid reference format',
      from: 'kubelet 1.24',
      gives: 'first',
    },
  ],
  confirmedBy: ['the kubelet or the API server refuses the image string'],
  ruledOutBy: ['the runtime asked a registry for the image'],
  special: [
    'Kubernetes: Deployments accept blanks around the image; the ReplicaSet then cannot make pods (FailedCreate).',
    'Kubernetes: expands $(NAME) in command, args and env, never in image.',
    'Docker rules: the first element is a host only with a dot, a colon, a capital, or as "localhost".',
  ],
  prevention: [
    'Render manifests strictly: fail when a variable has no value.',
    'Check image references in CI, before the manifest is applied.',
  ],
  sample: { shown: placeholder('image'), problem: 'format' },
  judge,
  statement: ({ shown: image, problem, suggestion }) => {
    const meant = suggestion === undefined || suggestion.length > SHOWN_MAX ? '' : `; did you mean ${suggestion}?`;
    return `Image ${words(image)} ${WORDS[problem]}${meant}`;
  },
  remedies: ({ hint, suggestion }, facts) => [
    changeImage(facts, 'Correct the image string', { repository: suggestion ?? placeholder('image') }, hint),
  ],
  verify: (_, facts) => rolloutWorks(facts),
  escalate: (_, facts) => [
    {
      when: 'the string is right in the source and wrong in the cluster',
      to: 'owner of the templates or of the admission webhook that rewrites images',
      collect: ['the rendered manifest', `the image as stored in ${words(namesOf(facts).workload)}`],
    },
  ],
});
