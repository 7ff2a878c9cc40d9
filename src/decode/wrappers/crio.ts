import type { Reading, Rule } from '../rule.ts';
import type { Gives } from '../seen.ts';
import { isHost } from '../url.ts';
import { imageOf } from './kubelet.ts';

/**
 * Layers of the containers/image library: CRI-O, podman, buildah and skopeo. Before 2022 most began with "Error".
 * containers/image docker/*.go, copy/*.go, signature/*.go; cri-o server/image_pull.go.
 */
export const CONTAINERS_IMAGE_WRAPPERS: readonly Rule[] = [
  { like: 'unable to pull image or oci artifact: pull image err', gives: crio('pull') },
  // CRI-O 1.33 took everything for an artifact first
  { like: 'unable to try pulling possible oci artifact', gives: crio('pull') },
  { like: 'unable to pull oci artifact', gives: crio('pull') },
  { like: 'copy artifact', when: ({ seen }) => seen.pull === true },
  {
    like: 'unable to copy from source docker://{image:w}',
    gives: { runtime: 'podman', pull: true, stage: 'pull' },
    read: image,
  },
  { like: 'unable to pull image', gives: { pull: true, stage: 'pull' } },
  // the Kubernetes plugin of Jenkins
  { like: 'unable to pull docker image {image:q}', gives: { pull: true, stage: 'pull' }, read: image },
  { like: 'unable to pull {image:w}', when: names, gives: { pull: true, stage: 'pull' }, read: image },
  { like: 'trying to pull {image:w}', gives: { runtime: 'podman', pull: true, stage: 'pull' }, read: image },
  ...withError('initializing source docker://{image:w}', { ...crio('resolve') }),
  ...withError('initializing image from source docker://{image:w}', { ...crio('manifest') }),
  ...withError('reading manifest {tag:w} in {image:w}', { ...crio('manifest') }, manifestOf),
  ...withError('determining manifest mime type for docker://{image:w}', { ...crio('manifest') }),
  ...withError('choosing an image from manifest list docker://{image:w}', { ...crio('manifest') }),
  ...withError('choosing image instance', { ...crio('manifest') }),
  ...withError('fetching target platform image selected from image index', { ...crio('manifest') }),
  { like: 'pinging container registry {host:w}', gives: crio('resolve'), read: host },
  { like: 'error pinging docker registry {host:w}', gives: crio('resolve'), read: host },
  { like: 'pinging docker registry returned', gives: crio('resolve') },
  { like: 'error pinging repository', gives: crio('resolve') },
  ...withError('requesting bearer token', { ...crio('authorize') }),
  ...withError('requesting bear token', { ...crio('authorize') }),
  { like: 'unable to retrieve auth token', gives: crio('authorize') },
  { like: 'error listing repository tags', gives: crio('resolve') },
  // oc adm
  {
    like: 'unable to retrieve source image {image:w} manifest {digest:w}',
    gives: { pull: true, stage: 'manifest' },
    read: image,
  },
  { like: 'copying system image from manifest list', gives: { ...crio('pull'), part: true } },
  { like: 'copying image from manifest list', gives: { ...crio('pull'), part: true } },
  { like: 'copying image {part:w} from manifest list', gives: { ...crio('pull'), part: true } },
  ...withError('parsing image configuration', { ...crio('blob') }),
  ...withError('fetching blob', { ...crio('blob') }),
  ...withError('reading blob {digest:w}', { ...crio('blob') }),
  ...withError('writing blob', { ...crio('blob') }),
  ...withError('storing blob to file {path:q}', { ...crio('blob') }),
  { like: 'happened during read', gives: crio('blob') },
  { like: 'adding layer with blob {digest:q}', gives: unpacking() },
  ...withError('committing the finished image', unpacking()),
  ...withError('committing image', unpacking()).map((rule) => ({ ...rule, when: alone })),
  { like: 'while applying layer', gives: unpacking() },
  ...withError('reading layer {layer:q} for blob {digest:q}', unpacking()),
  ...withError('creating layer with id {id:q}', unpacking()),
  { like: 'parsing reference {image:q}', gives: { pull: true, stage: 'reference' }, read: image },
  {
    like: 'loading registries configuration',
    gives: { pull: true, stage: 'resolve', fallback: { kind: 'mirror', problem: 'other' } },
  },
];

function withError(
  like: string,
  gives: Gives,
  read: Rule['read'] = like.includes('{image') ? image : undefined,
): readonly Rule[] {
  return [like, `error ${like}`].map((words) => ({ like: words, gives, ...(read === undefined ? {} : { read }) }));
}

/** `unable to pull secrets or …` pulls something else. */
function names({ captures, rest }: Reading): boolean {
  return /[/:.]/.test(captures.image ?? '') || /^\W*$|^:/.test(rest);
}

/** Databases commit images too, and say where. */
function alone({ rest }: Reading): boolean {
  return /^\W*$|^:/.test(rest);
}

function crio(stage: NonNullable<Gives['stage']>): Gives {
  return { runtime: 'cri-o', pull: true, stage };
}

function unpacking(): Gives {
  return { runtime: 'cri-o', pull: true, stage: 'unpack', fallback: { kind: 'unpack', problem: 'extract' } };
}

function image({ captures }: { captures: Readonly<Record<string, string>> }): ReturnType<typeof imageOf> {
  const name = captures.image?.replace(/\.\.\.$/, '');
  return imageOf(name);
}

/**
 * The library prints the tag, or the digest, apart from the name. A digest that is asked for of an image named otherwise
 * is one that its index lists.
 */
function manifestOf({ captures, seen }: Reading): Gives {
  const { tag = '', image: name = '' } = captures;
  const isDigest = /^sha\d{3}:[0-9a-f]+$/.test(tag);
  if (isDigest && seen.image !== undefined && !seen.image.includes('@')) return { ...image({ captures }), part: true };
  if (isDigest) return imageOf(`${name}@${tag}`);
  return imageOf(/^\w[\w.-]*$/.test(tag) && name !== '' ? `${name}:${tag}` : name);
}

function host({ captures }: { captures: Readonly<Record<string, string>> }): Gives {
  const name = captures.host ?? '';
  return isHost(name) ? { host: name.toLowerCase() } : {};
}
