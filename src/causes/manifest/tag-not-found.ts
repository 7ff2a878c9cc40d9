import type { Judgement, Overruled } from '../../core/cause.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { ReferenceNote } from '../../image/notes.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { type ImageParts, imageParts } from '../shared/image-parts.ts';
import { notFound } from '../shared/not-found.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { referenceNote } from '../shared/reference-note.ts';
import { listTagsOf } from '../shared/registry-look-up.ts';
import { settle } from '../shared/registry-says.ts';
import { otherTagInUse, sameRepository } from '../shared/same-repository.ts';

interface Params {
  readonly repository: string | Placeholder;
  readonly tag: string | Placeholder;
  /** Nothing but the name is written, so the kubelet asks for `latest`. */
  readonly implicitLatest: boolean;
  /** The image was pulled before, so the tag did exist. */
  readonly existedBefore: boolean;
  /** Another tag of the repository. */
  readonly otherTag?: { readonly name: string; readonly from: 'registry' | 'cluster' };
}

function paramsOf(facts: Facts, parts: ImageParts | undefined): Params {
  const otherTag = parts === undefined ? undefined : otherTagFor(facts, parts);
  return {
    repository: parts?.repository ?? placeholder('repository'),
    tag: parts?.tag ?? placeholder('tag'),
    implicitLatest: parts?.implicitLatest ?? false,
    existedBefore: wasPulledBefore(facts),
    ...(otherTag !== undefined ? { otherTag } : {}),
  };
}

/** The registry's own list is surer than what happens to run. */
function otherTagFor(facts: Facts, parts: ImageParts): Params['otherTag'] {
  const answer = facts.registryAnswer?.state === 'present' ? facts.registryAnswer.value : undefined;
  const listed = answer?.nearTags[0];
  if (listed !== undefined) return { name: listed, from: 'registry' };
  const used = otherTagInUse(facts, parts);
  return used === undefined ? undefined : { name: used, from: 'cluster' };
}

function wasPulledBefore(facts: Facts): boolean {
  const pulled = facts.history.state === 'present' && facts.history.value.succeededAt !== undefined;
  return pulled || (facts.siblings.state === 'present' && facts.siblings.value.sameImageWorks.length > 0);
}

/** Pods that run the image seem to prove that it can be pulled; they pulled it before, or never here. */
function overruled(facts: Facts): readonly Overruled[] {
  const running = facts.siblings.state === 'present' ? facts.siblings.value.sameImageWorks : [];
  const [first] = running;
  if (first === undefined) return [];
  return [
    {
      said: `${first.namespace}/${first.pod} runs the same image`,
      because: running.map((sibling) => sibling.evidence),
      note: 'it runs from the copy on its node, pulled earlier; that proves nothing about the registry now',
    },
  ];
}

/** Another node pulled the very image after this pull had begun to fail. */
function pulledSince(facts: Facts): readonly string[] {
  const since = facts.history.state === 'present' ? facts.history.value.firstFailureAt : undefined;
  if (since === undefined || facts.siblings.state !== 'present') return [];
  return facts.siblings.value.sameImageWorks
    .filter((s) => !s.maybeCached && s.at !== undefined && Date.parse(s.at) > Date.parse(since))
    .map((s) => s.evidence);
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const missing = notFound(facts);
  if (missing === undefined || !['reference', 'manifest', 'tag'].includes(missing.what)) return undefined;
  const parts = imageParts(facts);
  if (parts?.digest !== undefined) return undefined;
  const params = paramsOf(facts, parts);
  const because = [missing.witness.evidence];
  const elsewhere = pulledSince(facts);
  if (elsewhere.length > 0) {
    return {
      verdict: 'possible',
      because: [...because, ...elsewhere],
      params,
      note: 'another node pulled the same image after this pull had begun to fail: the nodes ask different hosts, or the registry is replicating',
      toDecide: listTagsOf(facts),
    };
  }
  const siblings = parts === undefined ? [] : sameRepository(facts, parts);
  const overrules = overruled(facts);
  const slip = referenceNote(facts, ['placeholder-tag', 'latest-implied']);
  return {
    verdict: 'likely',
    because: [...because, ...siblings.map((sibling) => sibling.evidence)],
    params,
    ...detailOf(params, slip),
    note: slip?.text ?? noteFor(missing.what, siblings.length > 0),
    toDecide: listTagsOf(facts),
    ...(overrules.length > 0 ? { overrules } : {}),
  };
}

function detailOf(params: Params, slip: ReferenceNote | undefined): { readonly detail?: string } {
  if (slip?.kind === 'placeholder-tag') return { detail: 'placeholder-tag' };
  if (params.existedBefore) return { detail: 'tag-deleted' };
  return params.implicitLatest ? { detail: 'latest-missing' } : {};
}

function noteOnTag({ name, from }: NonNullable<Params['otherTag']>): string {
  if (from === 'registry')
    return `${name} is the nearest tag that the registry lists; whether it is meant is for you to say.`;
  return `${name} runs elsewhere in this cluster; make sure that it still can be pulled.`;
}

function noteFor(what: string, repositoryInUse: boolean): string {
  if (what === 'tag') return 'the registry knows the repository and misses the tag';
  if (repositoryInUse) return 'other images of the repository run in this cluster';
  return 'the answer is the same for a missing tag and a missing repository';
}

/** The repository is there, the tag is not. */
export const cause = defineCause<Params>({
  id: 'tag-not-found',
  link: 'manifest',
  class: 'config',
  severity: 'high',
  title: 'The tag does not exist in the registry',
  meaning:
    'The registry answers, but it has no manifest under this tag: the tag was mistyped, was never pushed, was deleted by ' +
    'a retention rule, or exists in another registry only. A request that is answered with a bare 404 cannot tell a ' +
    'missing tag from a missing repository; listing the tags can.',
  refines: [],
  shapes: [
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: registry.acme.example/shop/api:1.5.0: not found',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": rpc error: code = NotFound desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": registry.acme.example/shop/api:1.5.0: not found',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": initializing source docker://registry.acme.example/shop/api:1.5.0: reading manifest 1.5.0 in registry.acme.example/shop/api: manifest unknown',
      from: 'CRI-O 1.32',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": rpc error: code = Unknown desc = Error response from daemon: manifest for registry.acme.example/shop/api:1.5.0 not found: manifest unknown: manifest unknown',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['a list of the tags, read with the credentials of the pod, does not hold the tag'],
  ruledOutBy: ['the registry that the node asks returns a manifest for the tag'],
  special: [
    'containerd: resolves by HEAD; a missing tag, repository and digest all read `<image>: not found`.',
    'CRI-O: shows the code of the registry: `manifest unknown` is the tag, `name unknown` the repository. Some registries answer the first for both.',
    'ECR: names the repository and the tag in the answer to GET only; lifecycle policies delete tags without a trace in the cluster.',
    'Docker Hub: a missing repository reads `pull access denied`, so a plain `not found` there is a missing tag.',
  ],
  prevention: [
    'Deploy tags that the build wrote into the manifest itself, and make the rollout wait for the push.',
    'Exclude tags that are deployed from retention rules, or deploy by digest.',
    'Do not rely on latest: name a version.',
  ],
  sample: {
    repository: placeholder('repository'),
    tag: placeholder('tag'),
    implicitLatest: false,
    existedBefore: false,
  },
  judge: (facts) =>
    settle(facts, judge(facts), {
      confirmedBy: ['tag-missing'],
      ruledOutBy: ['repository-missing', 'platform-missing', 'not-an-image', 'blob-missing'],
      params: (seen) => paramsOf(seen, imageParts(seen)),
    }),
  statement: ({ repository, tag, implicitLatest, existedBefore }) => {
    if (existedBefore)
      return `Tag ${words(tag)} is no longer in ${words(repository)}: it was pulled before and is gone now`;
    if (implicitLatest) return `No tag is written, so ${words(tag)} is asked for, and ${words(repository)} has none`;
    return `Tag ${words(tag)} does not exist in ${words(repository)}`;
  },
  remedies: ({ repository, otherTag }, facts) => [
    { title: 'See which tags exist', safety: 'green', owner: 'developer', commands: [listTagsOf(facts)] },
    changeImage(
      facts,
      'Deploy a tag that exists',
      { repository, version: { separator: ':', value: otherTag?.name ?? placeholder('existing tag') } },
      otherTag === undefined ? undefined : noteOnTag(otherTag),
    ),
    {
      title: 'Or push the missing tag',
      safety: 'yellow',
      owner: 'developer',
      commands: [],
      note: 'Rerun the build that should have made it; the kubelet retries by itself, at most 5 minutes later.',
    },
  ],
  verify: (_, facts) => rolloutWorks(facts),
  escalate: ({ repository }) => [
    {
      when: `the tag is listed in ${words(repository)}, yet nodes are told that it is not`,
      to: 'registry team (replication, mirror or cache in between)',
      collect: ['the list of tags', 'runtime log of the node with the hosts tried', 'mirror configuration of the node'],
    },
  ],
});
