import type { Leaf } from '../../core/pull-error.ts';
import type { Reading, Rule } from '../rule.ts';
import type { Gives } from '../seen.ts';
import { readUrl } from '../url.ts';
import { imageOf } from '../wrappers/kubelet.ts';
import { requestGives } from '../wrappers/request.ts';

/** A registry that serves signed images only. */
const UNSIGNED: Leaf = { kind: 'signature', problem: 'missing', by: 'project policy', atRegistry: true };

/** Error codes of registries (distribution spec, and their lower-case forms in client texts), and limits. */
export const REGISTRY_LEAVES: readonly Rule[] = [
  ...code('manifest unknown', 'MANIFEST_UNKNOWN', { kind: 'not-found', what: 'manifest' }, true),
  ...code('name unknown', 'NAME_UNKNOWN', { kind: 'not-found', what: 'repository' }),
  ...code('name invalid', 'NAME_INVALID', { kind: 'reference', problem: 'format' }),
  ...code('blob unknown', 'BLOB_UNKNOWN', { kind: 'not-found', what: 'blob' }, true),
  ...code('manifest blob unknown', 'MANIFEST_BLOB_UNKNOWN', { kind: 'not-found', what: 'blob' }),
  ...code('manifest invalid', 'MANIFEST_INVALID', { kind: 'media-type', problem: 'unsupported' }),
  ...code('digest invalid', 'DIGEST_INVALID', { kind: 'reference', problem: 'digest' }),
  { like: 'toomanyrequests', gives: { pull: true, registryCode: 'TOOMANYREQUESTS' }, leaf: rateLimit, prose: true },
  { like: 'too many requests to registry', gives: { pull: true }, leaf: rateLimit },
  { like: 'too many requests', leaf: rateLimit, generic: true },
  { like: 'you have reached your pull rate limit', gives: { pull: true }, leaf: rateLimit, prose: true },
  {
    like: 'you have reached your unauthenticated pull rate limit',
    gives: { pull: true },
    leaf: rateLimit,
    prose: true,
  },
  { like: 'rate exceeded', leaf: rateLimit, generic: true },
  { like: 'rate limit', leaf: rateLimit, generic: true },
  { like: 'throttlingexception', leaf: { kind: 'rate-limit', who: 'unsaid' }, generic: true },
  { like: 'quota exceeded for quota metric', leaf: { kind: 'rate-limit', who: 'unsaid' } },
  { like: 'retry-after', leaf: { kind: 'rate-limit', who: 'unsaid' }, generic: true },
  { like: 'unknown blob', leaf: { kind: 'not-found', what: 'blob' }, prose: true },
  { like: 'status 404 while fetching image layer', leaf: { kind: 'not-found', what: 'blob' } },
  { like: 'blob not found', leaf: { kind: 'not-found', what: 'blob' } },
  { like: 'repository name not known to registry', leaf: { kind: 'not-found', what: 'repository' }, prose: true },
  {
    like: 'the repository with name {name:q} does not exist',
    leaf: { kind: 'not-found', what: 'repository' },
    prose: true,
  },
  {
    like: 'repository {image:w} not found: does not exist or no pull access',
    gives: { pull: true },
    read: image,
    leaf: { kind: 'auth', problem: 'access-denied' },
  },
  { like: 'repository {name:w} not found', leaf: { kind: 'not-found', what: 'repository' } },
  { like: 'repository not found', leaf: { kind: 'not-found', what: 'repository' } },
  { like: 'project {name:q} not found or deleted', leaf: { kind: 'retired' } },
  { like: 'project {name:q} not found', leaf: { kind: 'not-found', what: 'repository' } },
  { like: 'requested image not found', leaf: { kind: 'not-found', what: 'tag' } },
  { like: 'tag {tag:w} not found in repository {name:w}', leaf: { kind: 'not-found', what: 'tag' } },
  { like: 'tag {tag:w} not found', leaf: { kind: 'not-found', what: 'tag' } },
  { like: 'tag does not exist', leaf: { kind: 'not-found', what: 'tag' } },
  { like: 'manifest tagged by {tag:q} is not found', leaf: { kind: 'not-found', what: 'tag' } },
  // Harbor's proxy cache
  {
    like: 'resource not found: repo {name:w}, tag {tag:w} not found',
    gives: { pull: true },
    leaf: { kind: 'not-found', what: 'reference' },
  },
  {
    like: 'artifact {name:w} not found',
    leaf: ({ captures }) => ({
      kind: 'not-found',
      what: captures.name?.includes('@sha') === true ? 'digest' : 'reference',
    }),
  },
  { like: 'failed to fetch {tag:q} from request', leaf: { kind: 'not-found', what: 'manifest' } },
  {
    like: 'the named manifest is not known to the registry',
    leaf: { kind: 'not-found', what: 'manifest' },
    prose: true,
  },
  { like: 'the image requires {name:w}', leaf: { kind: 'not-found', what: 'manifest' } },
  { like: 'manifest not found', leaf: { kind: 'not-found', what: 'manifest' } },
  // dockerd's old protocol: the answer 404 to the list of a repository (docker graph/pull.go, 1.x)
  ...['image {image:w} not found', 'image {image:w}: not found'].map(
    (like): Rule => ({
      like,
      leaf: { kind: 'not-found', what: 'repository' },
      when: ({ before, captures }) => /\berror:$/i.test(before) && !isPicture(captures.image),
    }),
  ),
  {
    like: 'image {image:w} not found',
    leaf: { kind: 'not-found', what: 'reference' },
    when: ({ captures }) => !isPicture(captures.image),
  },
  { like: 'image not found', leaf: { kind: 'not-found', what: 'reference' } },
  // said of the images on the node, after the pull had failed for its own reason
  {
    like: 'no such image',
    leaf: { kind: 'absent' },
    generic: true,
    when: ({ rest }) => !/: invalid reference format/i.test(rest.slice(0, 400)),
  },
  { like: 'no such manifest', leaf: { kind: 'not-found', what: 'manifest' } },
  { like: 'content at {url:w} not found', gives: { pull: true }, read: requested, leaf: contentMissing },
  {
    like: 'could not fetch content descriptor {digest:w} ({mediaType}) from remote',
    gives: { pull: true },
    leaf: descriptorMissing,
  },
  // the code UNKNOWN and the reason phrase: Artifactory, Nexus
  {
    like: 'unknown: not found',
    gives: { pull: true },
    leaf: { kind: 'not-found', what: 'reference' },
    when: ({ before }) => before === '',
  },
  { like: 'not found', leaf: notFound, generic: true },
  {
    like: 'does not exist',
    leaf: { kind: 'not-found', what: 'reference' },
    generic: true,
    when: ({ before }) => before.includes('/'),
  },
  {
    like: 'could not resolve digest for {image:w}',
    gives: { pull: true },
    leaf: { kind: 'content', problem: 'bad-answer' },
  },
  { like: "can't talk to a v1 container registry", leaf: { kind: 'content', problem: 'bad-answer' } },
  { like: 'missing signature key', leaf: { kind: 'content', problem: 'bad-answer' } },
  { like: 'missing docker-content-digest', leaf: { kind: 'content', problem: 'bad-answer' } },
  { like: 'missing required header docker-', leaf: { kind: 'content', problem: 'bad-answer' } },
  { like: 'no docker-content-digest', leaf: { kind: 'content', problem: 'bad-answer' } },
  {
    like: 'response did not include',
    leaf: { kind: 'content', problem: 'bad-answer' },
    when: ({ rest }) => /^ ?\S{1,60} header\b/.test(rest),
  },
  // Go's HTTP client: the server leads it in a circle
  { like: 'stopped after 10 redirects', when: asked, leaf: { kind: 'content', problem: 'bad-answer' } },
  { like: 'missing or empty {name:w} header', leaf: { kind: 'content', problem: 'bad-answer' } },
  { like: 'unexpected digest in docker-content-digest header', leaf: { kind: 'content', problem: 'bad-answer' } },
  {
    like: 'container registry is deprecated and shutting down',
    gives: { pull: true },
    leaf: { kind: 'retired' },
    prose: true,
  },
  { like: 'project {name:q} has been deleted', leaf: { kind: 'retired' } },
  { like: 'repository has been deleted', leaf: { kind: 'retired' } },
  { like: 'repository {name:w} has been archived', leaf: { kind: 'retired' } },
  { like: 'registry is blocked', leaf: { kind: 'blocked', by: 'registry configuration' } },
  {
    like: 'registry {host:w} is blocked in {file:w}',
    gives: { pull: true, stage: 'signature' },
    leaf: ({ captures }) => ({ kind: 'blocked', by: captures.file || 'registries.conf' }),
  },
  {
    like: 'projectpolicyviolation',
    gives: { pull: true, registryCode: 'PROJECTPOLICYVIOLATION' },
    leaf: projectPolicy,
  },
  // Harbor before 2.0
  {
    like: 'project_policy_violation',
    gives: { pull: true, registryCode: 'PROJECTPOLICYVIOLATION' },
    leaf: projectPolicy,
  },
  // Harbor in words, where the client does not print the code
  ...['the image is not signed in', 'the image is not signed by'].map(
    (like): Rule => ({ like, gives: { pull: true }, leaf: UNSIGNED, prose: true }),
  ),
  {
    like: 'cannot be pulled due to configured policy',
    gives: { pull: true },
    leaf: { kind: 'blocked', by: 'project policy', atRegistry: true },
    prose: true,
  },
  { like: 'current image with', leaf: { kind: 'blocked', by: 'project policy', atRegistry: true }, generic: true },
  // registry.redhat.io, under the code UNSUPPORTED
  {
    like: 'this repository does not use the {tag:q} tag',
    gives: { pull: true },
    leaf: { kind: 'not-found', what: 'tag' },
    prose: true,
  },
  { like: 'artifact download request rejected', leaf: { kind: 'blocked', by: 'Xray', atRegistry: true } },
  { like: 'download blocked by xray', leaf: { kind: 'blocked', by: 'Xray', atRegistry: true } },
];

/** Web servers and page builders miss images too. */
function isPicture(name: string | undefined): boolean {
  return /\.(png|jpe?g|gif|svg|webp|ico|bmp|tiff?)[:,]?$/i.test(name ?? '');
}

/** What an error code alone says, for JSON bodies whose message says no more. */
export const CODE_LEAF: Readonly<Record<string, Leaf>> = {
  MANIFEST_UNKNOWN: { kind: 'not-found', what: 'manifest' },
  NAME_UNKNOWN: { kind: 'not-found', what: 'repository' },
  BLOB_UNKNOWN: { kind: 'not-found', what: 'blob' },
  UNAUTHORIZED: { kind: 'auth', problem: 'unauthorized' },
  DENIED: { kind: 'auth', problem: 'access-denied' },
  TOOMANYREQUESTS: { kind: 'rate-limit', who: 'unsaid' },
  PROJECTPOLICYVIOLATION: { kind: 'blocked', by: 'project policy', atRegistry: true },
};

/** The code as registries print it, and as clients turn it into words; of the words some are everyday ones. */
function code(words: string, registryCode: string, leaf: Leaf, own = false): readonly Rule[] {
  const gives = { registryCode, fallback: leaf, last: 'body' } as const;
  const ofPull = { ...gives, pull: true } as const;
  return [
    { like: words, gives: own ? ofPull : gives, prose: own },
    { like: registryCode.toLowerCase(), gives: ofPull },
  ];
}

/** Docker Hub and public ECR say whose limit it is; others do not. */
function rateLimit({ rest }: Reading): Leaf {
  const words = rest.slice(0, 400).toLowerCase();
  // Docker Hub locks an account for a while whose password was wrong again and again
  if (words.includes('failed login attempts')) return { kind: 'auth', problem: 'credentials-refused' };
  if (words.includes('unauthenticated pull rate limit')) return { kind: 'rate-limit', who: 'hub-anonymous' };
  if (words.includes('pull rate limit as') || words.includes('by upgrading'))
    return { kind: 'rate-limit', who: 'hub-account' };
  if (words.includes('hap429')) return { kind: 'rate-limit', who: 'hub-abuse' };
  if (words.includes('pull rate limit')) return { kind: 'rate-limit', who: 'hub' };
  if (words.includes('rate exceeded') || words.includes('data limit exceeded'))
    return { kind: 'rate-limit', who: 'ecr-public' };
  return { kind: 'rate-limit', who: 'unsaid' };
}

function image({ captures }: Reading): Gives {
  return imageOf(captures.image);
}

function requested({ captures, seen }: Reading): Gives {
  const url = readUrl(captures.url ?? '');
  return url === undefined ? {} : requestGives(url, seen.stage, 'GET');
}

function asked({ seen }: Reading): boolean {
  return seen.last === 'request';
}

/** Harbor's project policies: signature required, or too many vulnerabilities. */
function projectPolicy({ rest }: Reading): Leaf {
  const unsigned = /not signed/i.test(rest.slice(0, 300));
  return unsigned ? UNSIGNED : { kind: 'blocked', by: 'project policy', atRegistry: true };
}

function contentMissing({ captures }: Reading): Leaf {
  return { kind: 'not-found', what: captures.url?.includes('/manifests/') === true ? 'child-manifest' : 'blob' };
}

/** The media type tells whether a manifest of an index or a blob of an image is gone. */
function descriptorMissing({ captures }: Reading): Leaf {
  const type = captures.mediaType ?? '';
  return { kind: 'not-found', what: /manifest|index/.test(type) ? 'child-manifest' : 'blob' };
}

/** containerd answers `<reference>: not found` to any HEAD 404: tag, repository and digest look the same. */
function notFound({ before, rest, seen }: Reading): Leaf | undefined {
  if (/\bclient error\b/i.test(before) && /^ ?\(/.test(rest)) return undefined; // docker-py: the daemon's own words follow
  if (before.includes('secret') || before.includes('configmap') || before.includes('executable')) return undefined;
  if (seen.stage === 'unpack') return { kind: 'unpack', problem: 'snapshot-state' };
  if (seen.stage === 'blob') return { kind: 'not-found', what: 'blob' };
  const names = `${seen.image ?? ''} ${before}`;
  return { kind: 'not-found', what: names.includes('@sha') ? 'digest' : 'reference' };
}
