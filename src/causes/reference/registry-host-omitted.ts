import type { Judgement } from '../../core/cause.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { DOCKER_HUB } from '../../image/grammar.ts';
import { nearestOfficialImage } from '../../image/near-miss.ts';
import { OFFICIAL_IMAGES, POPULAR_REPOSITORIES } from '../../image/official-images.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { type ImageParts, imageParts } from '../shared/image-parts.ts';
import { type MeantRegistry, meantRegistry } from '../shared/meant-registry.ts';
import { notFound } from '../shared/not-found.ts';
import { rolloutWorks } from '../shared/pull-works.ts';
import { referenceNote } from '../shared/reference-note.ts';
import { listTags } from '../shared/registry-look-up.ts';
import { repositoryRefused } from '../shared/repository-refused.ts';

interface Params {
  readonly image: string | Placeholder;
  /** `library/api`: what Docker Hub was asked for. */
  readonly path: string | Placeholder;
  /** The registry that was probably meant. */
  readonly meant?: string;
}

const POPULAR_OWNERS: ReadonlySet<string> = new Set(
  POPULAR_REPOSITORIES.map((name) => name.slice(0, name.indexOf('/'))),
);

/** Names that belong to Docker Hub, or nearly do: no host is missing there. */
function belongsToHub(path: string): boolean {
  const name = path.replace(/^library\//, '');
  const [owner = ''] = name.split('/');
  return OFFICIAL_IMAGES.has(name) || POPULAR_OWNERS.has(owner) || nearestOfficialImage(path) !== undefined;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const parts = imageParts(facts);
  if (parts === undefined || !parts.implicitHost || parts.host !== DOCKER_HUB) return undefined;
  const refused = repositoryRefused(facts)?.witness;
  // Docker Hub refuses what it does not know; "not found" is a missing tag, or the word of a mirror.
  const witness = refused ?? notFound(facts)?.witness;
  if (witness === undefined) return undefined;
  const meant = meantRegistry(facts, parts);
  if (meant !== undefined && (meant.strong || refused !== undefined)) {
    return judgeMeant(
      witness.evidence,
      parts,
      meant,
      meant.strong && !OFFICIAL_IMAGES.has(parts.path.replace(/^library\//, '')),
    );
  }
  if (refused === undefined || belongsToHub(parts.path)) return undefined;
  return {
    verdict: 'possible',
    because: [witness.evidence],
    params: { image: parts.written, path: parts.path },
    note:
      referenceNote(facts, ['docker-hub-assumed', 'host-like-single-name'])?.text ??
      'no registry is written, so Docker Hub was asked',
    toDecide: `whether ${parts.written} belongs to a registry of your own: the other images of the namespace, and the log of the build`,
  };
}

function judgeMeant(evidence: string, parts: ImageParts, meant: MeantRegistry, likely: boolean): Judgement<Params> {
  return {
    verdict: likely ? 'likely' : 'possible',
    because: [...new Set([evidence, ...meant.because])],
    params: { image: parts.written, path: parts.path, meant: meant.host },
    note: meant.note,
    toDecide: listTags({
      ...parts,
      host: meant.host,
      path: shortPath(parts),
      repository: `${meant.host}/${shortPath(parts)}`,
    }),
    ...(likely
      ? {
          overrules: [
            {
              said: 'access denied, or authorization required',
              because: meant.because,
              note: `Docker Hub says so, which was asked only because the image names no registry; ${meant.note}`,
            },
          ],
        }
      : {}),
  };
}

/** The path as written: `library/` is Docker Hub's own addition. */
function shortPath(parts: ImageParts): string {
  return parts.path.replace(/^library\//, '');
}

/** An image of a private registry, written without that registry. */
export const cause = defineCause<Params>({
  id: 'registry-host-omitted',
  link: 'reference',
  class: 'config',
  severity: 'high',
  title: 'The registry host is missing from the image name',
  meaning:
    'The image is written without a registry host, so the node asks Docker Hub, where it does not exist or belongs to ' +
    'somebody else. Docker Hub answers "access denied", which sends people to look for credentials; what is missing is ' +
    'the host of the registry that was meant.',
  refines: [
    'access-denied-or-missing',
    'repository-not-found',
    'no-credentials',
    'pull-secret-host-mismatch',
    'tag-not-found',
  ],
  shapes: [
    {
      example:
        'Failed to pull image "payments-team/api:1.5.0": failed to pull and unpack image "docker.io/payments-team/api:1.5.0": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
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
  confirmedBy: ['the image exists under the registry host that was meant, which only a look-up there can show'],
  ruledOutBy: ['the image is written with a registry host', 'Docker Hub lists tags for it'],
  special: [
    'Docker Hub: official images have one name (library/…), all others two; a name of three elements is not one of its own.',
    'Docker rules: "myregistry/app" is an owner on Docker Hub; a host needs a dot, a port, or the name localhost.',
    'containerd: the message shows the full name docker.io/…, which tells where it asked.',
  ],
  prevention: [
    'Write every image with its registry host; let CI or an admission policy refuse others.',
    'Keep the host in one variable of the templates, and fail the rendering when it is empty.',
  ],
  sample: { image: placeholder('image'), path: placeholder('path') },
  judge,
  statement: ({ image, meant }) =>
    meant === undefined
      ? `${words(image)} names no registry, so Docker Hub is asked, which does not have it`
      : `${words(image)} names no registry, so Docker Hub is asked in place of ${meant}`,
  remedies: ({ meant }, facts) => {
    const parts = imageParts(facts);
    const repository =
      meant === undefined || parts === undefined ? placeholder('registry/path') : `${meant}/${shortPath(parts)}`;
    const version = parts?.digest ?? parts?.tag ?? placeholder('tag');
    return [
      changeImage(facts, 'Write the image with its registry host', {
        repository,
        version: { separator: parts?.digest === undefined ? ':' : '@', value: version },
      }),
    ];
  },
  verify: (_, facts) => rolloutWorks(facts),
  escalate: ({ image }) => [
    {
      when: 'nobody knows which registry was meant',
      to: 'owner of the workload',
      collect: [`where ${words(image)} is built and pushed`, 'the registries that the namespace has pull secrets for'],
    },
  ],
});
