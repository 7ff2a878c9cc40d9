import type { Judgement, Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Build } from '../../facts/builds.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';
import { DOCKER_HUB } from '../../image/grammar.ts';
import { nearestOfficialImage } from '../../image/near-miss.ts';
import { OFFICIAL_IMAGES } from '../../image/official-images.ts';
import { defineCause } from '../define.ts';
import { awaitBuild, type BuildNames, buildEnded, readBuild, rerunBuild } from '../shared/build-commands.ts';
import { type BuildStory, buildStory, registryHas, registryLacks } from '../shared/build-story.ts';
import { changeImage } from '../shared/change-image.ts';
import { type ImageParts, imageParts } from '../shared/image-parts.ts';
import { notFound } from '../shared/not-found.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { listTagsOf, tagListed } from '../shared/registry-look-up.ts';
import { repositoryRefused } from '../shared/repository-refused.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly image: string | Placeholder;
  readonly build?: BuildWords;
  /** A build of another image that pushes to the same registry; none was seen for this one. */
  readonly model?: BuildWords;
}

interface BuildWords extends BuildNames {
  /** `Job ci/build-api-419`. */
  readonly name: string;
  readonly state: Build['state'];
  readonly detail?: BuildStory['detail'];
  /** Why it did not push, when seen. */
  readonly problem?: string;
  /** Where it pushes instead. */
  readonly elsewhere?: string;
}

/** A single unknown name on Docker Hub: an image of somebody's machine that was never pushed. */
function looksLocal(parts: ImageParts | undefined): boolean {
  if (parts === undefined || !parts.implicitHost || parts.host !== DOCKER_HUB) return false;
  const name = parts.path.replace(/^library\//, '');
  return !name.includes('/') && !OFFICIAL_IMAGES.has(name) && nearestOfficialImage(name) === undefined;
}

/** What says that the image is missing: the node's own message, or the registry where that is lost. */
function failure(facts: Facts): Witness | undefined {
  return (
    notFound(facts)?.witness ??
    repositoryRefused(facts)?.witness ??
    (registryLacks(facts) === undefined ? undefined : decisive(facts))
  );
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = failure(facts);
  if (witness === undefined) return undefined;
  const parts = imageParts(facts);
  const image = facts.subject.image ?? witness.error.image ?? placeholder('image');
  const has = registryHas(facts);
  if (has !== undefined) {
    const note = 'the registry, asked from here, has it';
    return { verdict: 'ruled-out', because: has, params: { image }, note };
  }
  const story = buildStory(facts);
  if (story !== undefined) {
    const { build, verdict, detail, note } = story;
    return {
      verdict,
      because: [
        ...new Set([
          witness.evidence,
          build.evidence,
          ...(build.problemFrom === undefined ? [] : [build.problemFrom]),
          ...story.because,
        ]),
      ],
      params: { image, build: wordsOf(build, detail) },
      detail,
      note,
      toDecide: listTagsOf(facts),
    };
  }
  const unbuilt = judgeUnbuilt(facts, witness, image);
  if (unbuilt !== undefined) return unbuilt;
  if (!looksLocal(parts)) return undefined;
  return {
    verdict: 'possible',
    because: [witness.evidence],
    params: { image },
    detail: 'never-pushed',
    note: 'a name without a registry that Docker Hub does not know is often an image of the machine that built it',
    toDecide:
      'whether the image was ever pushed, and where to: the log of the build, or `docker image ls` where it was built',
  };
}

/** A registry inside the cluster, filled by builds of the cluster, and none of them makes this image. */
function judgeUnbuilt(facts: Facts, witness: Witness, image: string | Placeholder): Judgement<Params> | undefined {
  const others = facts.otherBuilds;
  const lacks = registryLacks(facts);
  const missing = notFound(facts) !== undefined || lacks !== undefined;
  if (facts.builds.state !== 'absent' || others?.state !== 'present' || !missing) return undefined;
  const [model] = others.value;
  const pulledBefore = facts.siblings.state === 'present' && facts.siblings.value.sameImageWorks.length > 0;
  if (model === undefined || facts.inClusterRegistry.state !== 'present' || pulledBefore) return undefined;
  const sure = facts.registryAnswer?.state === 'present' && facts.registryAnswer.value.outcome === 'repository-missing';
  const said = sure && facts.registryAnswer?.state === 'present' ? `${facts.registryAnswer.value.said}; ` : '';
  const confirmed = sure && !mayBeLost(facts);
  return {
    verdict: confirmed ? 'confirmed' : 'likely',
    because: [...new Set([witness.evidence, ...(lacks ?? []), ...facts.builds.because, ...others.because])],
    params: { image, model: wordsOf(model) },
    detail: 'no-build',
    note: `${said}builds that push to this registry were seen, and none pushes this image${confirmed ? '' : '; a Job that was cleaned up would not be seen'}`,
    ...(confirmed ? {} : { toDecide: listTagsOf(facts) }),
  };
}

/** The registry keeps its images in its pod, and that is younger than the workload: it may have had this one before. */
function mayBeLost({ inClusterRegistry, workload }: Facts): boolean {
  if (inClusterRegistry.state !== 'present') return false;
  const { storage, backendSince } = inClusterRegistry.value;
  if (storage?.kind !== 'pod' || backendSince === undefined) return false;
  const created = workload.state === 'present' ? workload.value.createdAt : undefined;
  return created === undefined || Date.parse(created) < Date.parse(backendSince);
}

function wordsOf(build: Build, detail?: BuildStory['detail']): BuildWords {
  const [destination] = build.destinations;
  const where = build.namespace === '' ? build.name : `${build.namespace}/${build.name}`;
  return {
    name: `${build.kind} ${where}`,
    namespace: build.namespace === '' ? placeholder('namespace') : build.namespace,
    kind: build.kind,
    object: build.name,
    state: build.state,
    ...(build.path === undefined ? {} : { path: build.path }),
    ...(build.manager === undefined ? {} : { manager: build.manager }),
    ...(build.ci === undefined ? {} : { ci: build.ci }),
    ...(detail === undefined ? {} : { detail }),
    ...(build.problem === undefined ? {} : { problem: build.problem }),
    ...(detail === 'pushed-elsewhere' && destination !== undefined ? { elsewhere: destination } : {}),
  };
}

function statement({ image, build, model }: Params): string {
  if (model !== undefined) return `${words(image)} was never pushed: no build that was seen makes it`;
  if (build === undefined) return `${words(image)} exists only where it was built: Docker Hub does not know it`;
  if (build.elsewhere !== undefined) return `${build.name} pushes to ${build.elsewhere}, not to ${words(image)}`;
  switch (build.detail) {
    case 'cleaned':
      return `${build.name} pushed ${words(image)}, and the registry no longer has it`;
    case 'lost-with-registry':
      return `${build.name} pushed ${words(image)}, and it was lost when the pod of the registry was replaced`;
    case 'not-pushed':
      return `${words(image)} was never pushed: ${build.name} is told not to push`;
    case 'build-not-run':
      return `${words(image)} was never pushed: ${build.name} stands in ${build.path ?? 'a file'} only, not in the cluster`;
    default:
      return unfinishedStatement(image, build);
  }
}

function unfinishedStatement(image: Params['image'], build: BuildWords): string {
  if (build.state === 'running') return `${words(image)} is not pushed yet: ${build.name} is still running`;
  if (build.problem !== undefined) return `${words(image)} was never pushed: ${build.name}: ${build.problem}`;
  if (build.state === 'pending') return `${words(image)} was never pushed: ${build.name} has not run`;
  return `${words(image)} was never pushed: ${build.name} failed`;
}

/** Nothing pushed the image: its build failed, has not run, or pushed to another place. */
export const cause = defineCause<Params>({
  id: 'image-not-built',
  link: 'manifest',
  class: 'config',
  severity: 'high',
  title: 'The image was never pushed',
  meaning:
    'The registry cannot have the image, because what should have pushed it did not: the build failed, could not start, ' +
    'is still running, pushed to another place, or there was none and the image exists on the machine of its author only.',
  refines: [
    'tag-not-found',
    'digest-not-found',
    'repository-not-found',
    'access-denied-or-missing',
    'registry-host-omitted',
  ],
  shapes: [
    {
      example:
        'Failed to pull image "shopapp:dev": failed to pull and unpack image "docker.io/library/shopapp:dev": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
    {
      example:
        'Failed to pull image "shopapp:dev": rpc error: code = Unknown desc = Error response from daemon: pull access denied for shopapp, repository does not exist or may require \'docker login\': denied: requested access to the resource is denied',
      from: 'cri-dockerd',
      gives: 'candidate',
    },
  ],
  confirmedBy: [
    'the registry does not find the tag, and the one build that pushes this very tag failed or has not run',
    'a registry of the cluster lists what it has, and neither the image nor a build of it is there',
    'the build succeeded, and the pod in which the registry keeps its images is younger than the push',
  ],
  ruledOutBy: [
    'the registry has the image',
    'a build that pushes this very tag succeeded, and nothing shows that the tag went',
  ],
  special: [
    'Kaniko, Buildah, BuildKit as Jobs: the destination is an argument of the container (`--destination`, `--tag`, `--output`).',
    'minikube, kind, k3d: an image of the host is not one of the node; load it (`minikube image load`, `kind load docker-image`, `k3d image import`).',
  ],
  prevention: [
    'Let the step that deploys wait for the step that pushes.',
    'Write the reference that was pushed, with its digest, into the manifest from the build itself.',
  ],
  sample: { image: placeholder('image') },
  judge,
  statement,
  remedies: ({ image, build, model }, facts) => [
    ...(model !== undefined ? newBuild(image, model) : build === undefined ? localRemedies() : buildRemedies(build)),
    ...(build?.elsewhere === undefined
      ? []
      : [changeImage(facts, 'Or deploy what was pushed', { repository: build.elsewhere })]),
  ],
  verify: ({ build }, facts) => [
    ...(build === undefined ? [] : buildEnded(build)),
    { command: listTagsOf(facts), expect: tagListed(facts) },
    ...rolloutWorks(facts),
  ],
  escalate: ({ build }) => [
    {
      when: 'the build fails for reasons of its own',
      to: 'owner of the build pipeline',
      collect: [build === undefined ? 'log of the build' : `log and events of ${build.name}`],
    },
  ],
});

/** What pushes the other images is the model for what this one lacks. */
function newBuild(image: Params['image'], model: BuildWords): Remedy[] {
  const show =
    model.path === undefined
      ? sh`kubectl -n ${model.namespace} get ${`${model.kind.toLowerCase()}/${model.object}`} -o yaml`
      : sh`cat ${model.path}`;
  return [
    {
      title: `Make a build for it, as ${model.name} is one for another image`,
      safety: 'yellow',
      owner: 'developer',
      commands: [show],
      note: `The command only shows the model: its name, source and Dockerfile are to be changed, and its destination to ${words(image)}. The kubelet retries by itself once the image is there.`,
      change: { kind: 'build', image: String(words(image)), model: model.object },
    },
  ];
}

function buildRemedies(build: BuildWords): Remedy[] {
  switch (build.detail) {
    case 'build-not-run':
      return [runWritten(build)];
    case 'cleaned':
    case 'lost-with-registry':
      return [
        {
          title: `Run ${build.name} again: it pushed the image before`,
          safety: 'yellow',
          owner: 'developer',
          ...rerunBuild(build),
        },
      ];
    case 'build-running':
      return [waitForBuild(build)];
    case 'pushed-elsewhere':
      return [seeBuild(build, `See what ${build.name} pushed`), moveBuild(build)];
    case 'build-pending':
      return [seeBuild(build, `See why ${build.name} has not run`), mendBuild(build)];
    default:
      return [seeBuild(build, `See why ${build.name} did not push`), mendBuild(build)];
  }
}

/** Deleting it now would throw away what it has done. */
function waitForBuild(build: BuildWords): Remedy {
  return {
    title: `Wait for ${build.name}, and see how it gets on`,
    safety: 'green',
    owner: 'developer',
    commands: awaitBuild(build),
    note: 'The kubelet retries by itself once the image is there, at most 5 minutes later.',
  };
}

function seeBuild(build: BuildWords, title: string): Remedy {
  return { title, safety: 'green', owner: 'developer', commands: readBuild(build) };
}

function mendBuild(build: BuildWords): Remedy {
  return { title: 'Mend the build and run it again', safety: 'yellow', owner: 'developer', ...rerunBuild(build) };
}

/** Its file names the place; where else it is to push, the reader decides. */
function moveBuild({ elsewhere, object }: BuildWords): Remedy {
  return {
    title: 'Make the build push where the workload pulls',
    safety: 'yellow',
    owner: 'developer',
    commands: [],
    ...(elsewhere === undefined ? {} : { change: { kind: 'build' as const, image: elsewhere, model: object } }),
  };
}

function runWritten(build: BuildWords): Remedy {
  return {
    title: `Run ${build.name}, which builds it`,
    safety: 'yellow',
    owner: 'developer',
    commands: [sh`kubectl -n ${build.namespace} apply -f ${build.path ?? placeholder('file')}`],
    note: 'In the folder of the checkout. Where a tool applies that file, let it sync instead. The kubelet retries by itself once the image is there.',
  };
}

function localRemedies(): Remedy[] {
  return [
    {
      title: 'Push the image to a registry that the nodes can reach, and name it with that registry',
      safety: 'yellow',
      owner: 'developer',
      commands: [
        sh`docker tag ${placeholder('local image')} ${placeholder('registry/path:tag')}`,
        sh`docker push ${placeholder('registry/path:tag')}`,
      ],
      note: 'On a local cluster load it instead (minikube image load, kind load docker-image) and do not use policy Always.',
    },
  ];
}
