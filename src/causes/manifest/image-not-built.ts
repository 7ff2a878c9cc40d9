import type { Judgement } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Build, Facts, Witness } from '../../facts/facts.ts';
import { DOCKER_HUB } from '../../image/grammar.ts';
import { nearestOfficialImage } from '../../image/near-miss.ts';
import { OFFICIAL_IMAGES } from '../../image/official-images.ts';
import { defineCause } from '../define.ts';
import { readBuild, rerunBuild } from '../shared/build-commands.ts';
import { changeImage } from '../shared/change-image.ts';
import { type ImageParts, imageParts } from '../shared/image-parts.ts';
import { imageWords } from '../shared/names.ts';
import { notFound } from '../shared/not-found.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { listTags } from '../shared/registry-look-up.ts';
import { repositoryRefused } from '../shared/repository-refused.ts';

interface Params {
  readonly image: string | Placeholder;
  readonly build?: BuildWords;
  /** A build of another image that pushes to the same registry; none was seen for this one. */
  readonly model?: BuildWords;
}

interface BuildWords {
  /** `Job ci/build-api-419`. */
  readonly name: string;
  readonly namespace: string;
  readonly kind: string;
  readonly object: string;
  readonly state: Build['state'];
  /** Why it did not push, when seen. */
  readonly problem?: string;
  /** Where it pushes instead. */
  readonly elsewhere?: string;
}

/** How a build explains that the image is not there. */
interface Explanation {
  readonly build: Build;
  readonly verdict: 'confirmed' | 'likely';
  readonly detail: 'build-failed' | 'build-pending' | 'build-running' | 'pushed-elsewhere';
}

const UNFINISHED: ReadonlyMap<Build['state'], Explanation['detail']> = new Map<Build['state'], Explanation['detail']>([
  ['failed', 'build-failed'],
  ['pending', 'build-pending'],
  ['running', 'build-running'],
]);

function explain(builds: readonly Build[], missing: boolean): Explanation | undefined {
  const exact = builds.filter((build) => build.match === 'exact');
  // A build of this very tag that worked pushed it: that another run failed explains nothing.
  if (exact.some((build) => build.state === 'succeeded')) return undefined;
  for (const build of exact) {
    const detail =
      build.problem === undefined ? UNFINISHED.get(build.state) : (UNFINISHED.get(build.state) ?? 'build-failed');
    if (detail === undefined) continue;
    // A running build may be a rebuild of a tag that was deleted; a failed one never pushed.
    const direct = missing && detail !== 'build-running';
    return { build, detail, verdict: direct ? 'confirmed' : 'likely' };
  }
  const elsewhere = builds.find((build) => build.match !== 'exact' && build.state === 'succeeded');
  return elsewhere === undefined ? undefined : { build: elsewhere, detail: 'pushed-elsewhere', verdict: 'likely' };
}

/** A single unknown name on Docker Hub: an image of somebody's machine that was never pushed. */
function looksLocal(parts: ImageParts | undefined): boolean {
  if (parts === undefined || !parts.implicitHost || parts.host !== DOCKER_HUB) return false;
  const name = parts.path.replace(/^library\//, '');
  return !name.includes('/') && !OFFICIAL_IMAGES.has(name) && nearestOfficialImage(name) === undefined;
}

function failure(facts: Facts): Witness | undefined {
  return notFound(facts)?.witness ?? repositoryRefused(facts)?.witness;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = failure(facts);
  if (witness === undefined) return undefined;
  const parts = imageParts(facts);
  const image = facts.subject.image ?? witness.error.image ?? placeholder('image');
  const builds = facts.builds.state === 'present' ? facts.builds.value : [];
  const explanation = explain(builds, notFound(facts) !== undefined);
  if (explanation !== undefined) {
    const { build, verdict, detail } = explanation;
    return {
      verdict,
      because: [witness.evidence, build.evidence],
      params: { image, build: wordsOf(build, detail === 'pushed-elsewhere') },
      detail,
      note: build.problem ?? `the ${build.kind} that pushes the image: ${build.state}`,
      ...(verdict === 'confirmed' ? {} : { toDecide: listTags(parts) }),
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
  if (facts.builds.state !== 'absent' || others?.state !== 'present' || notFound(facts) === undefined) return undefined;
  const [model] = others.value;
  const pulledBefore = facts.siblings.state === 'present' && facts.siblings.value.sameImageWorks.length > 0;
  if (model === undefined || facts.inClusterRegistry.state !== 'present' || pulledBefore) return undefined;
  return {
    verdict: 'likely',
    because: [...new Set([witness.evidence, ...facts.builds.because, ...others.because])],
    params: { image, model: wordsOf(model, false) },
    detail: 'no-build',
    note: 'builds that push to this registry were seen, and none pushes this image; a Job that was cleaned up would not be seen',
    toDecide: listTags(imageParts(facts)),
  };
}

function wordsOf(build: Build, elsewhere: boolean): BuildWords {
  const [destination] = build.destinations;
  return {
    name: `${build.kind} ${build.namespace}/${build.name}`,
    namespace: build.namespace,
    kind: build.kind,
    object: build.name,
    state: build.state,
    ...(build.problem === undefined ? {} : { problem: build.problem }),
    ...(elsewhere && destination !== undefined ? { elsewhere: destination } : {}),
  };
}

function statement({ image, build, model }: Params): string {
  if (model !== undefined) return `${words(image)} was never pushed: no build that was seen makes it`;
  if (build === undefined) return `${words(image)} exists only where it was built: Docker Hub does not know it`;
  if (build.elsewhere !== undefined) return `${build.name} pushes to ${build.elsewhere}, not to ${words(image)}`;
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
  ],
  ruledOutBy: ['a build that pushes this very tag succeeded'],
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
  remedies: ({ build, model }, facts) => [
    ...(model !== undefined ? newBuild(model) : build === undefined ? localRemedies() : buildRemedies(build)),
    ...(build?.elsewhere === undefined
      ? []
      : [changeImage(facts, 'Or deploy what was pushed', { repository: build.elsewhere })]),
  ],
  verify: (_, facts) => [
    { command: listTags(imageParts(facts)), expect: `the tag of ${imageWords(facts)} is listed` },
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
function newBuild({ name, namespace, kind, object }: BuildWords) {
  return [
    {
      title: `Make a build for it, as ${name} is one for another image`,
      safety: 'yellow' as const,
      owner: 'developer' as const,
      commands: [sh`kubectl -n ${namespace} get ${`${kind.toLowerCase()}/${object}`} -o yaml`],
      note: 'The command only shows the model: its source, Dockerfile and destination are to be changed. The kubelet retries by itself once the image is there.',
    },
  ];
}

function buildRemedies(build: BuildWords) {
  const again = rerunBuild(build);
  const stays = build.elsewhere === undefined;
  return [
    {
      title: `See why ${build.name} did not push`,
      safety: 'green' as const,
      owner: 'developer' as const,
      commands: readBuild(build),
    },
    {
      title: stays ? 'Mend the build and run it again' : 'Make the build push where the workload pulls',
      safety: 'yellow' as const,
      owner: 'developer' as const,
      ...(stays ? again : { commands: [] }),
    },
  ];
}

function localRemedies() {
  return [
    {
      title: 'Push the image to a registry that the nodes can reach, and name it with that registry',
      safety: 'yellow' as const,
      owner: 'developer' as const,
      commands: [
        sh`docker tag ${placeholder('local image')} ${placeholder('registry/path:tag')}`,
        sh`docker push ${placeholder('registry/path:tag')}`,
      ],
      note: 'On a local cluster load it instead (minikube image load, kind load docker-image) and do not use policy Always.',
    },
  ];
}
