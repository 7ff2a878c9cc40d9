import type { Reading, Rule } from '../rule.ts';
import { imageOf } from './kubelet.ts';

/**
 * Layers of containerd: the client pull (1.x, 2.0, and 2.1+ with local pull), the transfer service (2.1+),
 * nerdctl, ctr, buildkit and the ECS agent, which use its libraries.
 * containerd client/pull.go, core/transfer/local/pull.go, core/remotes/docker.
 */
export const CONTAINERD_WRAPPERS: readonly Rule[] = [
  {
    like: 'failed to pull and unpack image {image:q}',
    gives: { runtime: 'containerd', pull: true, stage: 'pull' },
    read: image,
  },
  {
    like: 'failed to resolve reference {image:q}',
    gives: { runtime: 'containerd', pull: true, stage: 'resolve' },
    read: image,
  },
  {
    like: 'failed to resolve image {image:q}',
    gives: { runtime: 'containerd', pull: true, stage: 'resolve' },
    read: image,
  },
  // Knative, of the digest that it looks up for a revision
  { like: 'unable to fetch image {image:q}', gives: { pull: true, stage: 'resolve' }, read: image },
  { like: 'failed to resolve image to digest', gives: { pull: true, stage: 'resolve' } },
  { like: 'failed to resolve ref {image:w}', gives: { pull: true, stage: 'resolve' }, read: image },
  { like: 'failed to resolve source metadata for {image:w}', gives: { pull: true, stage: 'resolve' }, read: image },
  { like: 'pull image manifest has been retried', gives: { pull: true, stage: 'resolve' } },
  { like: 'ref pull has been retried', gives: { pull: true, stage: 'pull' } },
  { like: 'inspect image has been retried', gives: { pull: true, stage: 'resolve' } },
  { like: 'cannotpullcontainererror', gives: { pull: true, stage: 'pull' } },
  { like: 'cannotpullimagemanifesterror', gives: { pull: true, stage: 'resolve' } },
  { like: 'pullimage {image:q} failed', gives: { runtime: 'containerd', pull: true, stage: 'pull' }, read: image },
  {
    like: 'trying next host - response was http.statusnotfound',
    gives: tried(),
    leaf: { kind: 'not-found', what: 'reference' },
  },
  { like: 'trying next host', gives: tried() },
  { like: 'fetch failed', gives: tried() },
  { like: 'fetch response received', gives: tried() },
  { like: 'agent pull image err', gives: { pull: true, stage: 'pull' } },
  { like: 'kata runtime pullimage err', gives: { pull: true, stage: 'pull' } },
  { like: 'no available registry endpoint', gives: { pull: true, stage: 'resolve' } },
  { like: 'failed to authorize', gives: { pull: true, stage: 'authorize' } },
  { like: 'failed to fetch anonymous token', gives: { pull: true, stage: 'authorize', token: 'anonymous' } },
  { like: 'failed to fetch oauth token', gives: { pull: true, stage: 'authorize', token: 'oauth' } },
  {
    like: 'pulling from host {host:w} failed with status code [{what}]',
    gives: { runtime: 'containerd', pull: true, last: 'status' },
    read: ({ captures }) => ({
      ...(captures.host === undefined ? {} : { host: captures.host.toLowerCase() }),
      stage: captures.what?.startsWith('blobs') === true ? 'blob' : 'resolve',
    }),
  },
  { like: 'failed to copy', when: notAFile, gives: { pull: true, stage: 'blob' } },
  { like: 'httpreadseeker', gives: { runtime: 'containerd', pull: true, stage: 'blob' } },
  { like: 'httpreaderseeker', gives: { runtime: 'containerd', pull: true, stage: 'blob' } },
  { like: 'failed open' },
  // stargz-snapshotter and soci-snapshotter, which fetch layers by themselves (fs/remote/resolver.go)
  { like: 'failed to resolve layer {digest:q} from {image:q}', gives: lazily(), read: image },
  {
    like: 'failed to redirect (host {host:q}, ref:{image:q}, digest:{digest:q})',
    gives: lazily(),
    read: ({ captures }) => ({
      ...imageOf(captures.image),
      ...(captures.host === undefined ? {} : { host: captures.host.toLowerCase() }),
    }),
  },
  { like: 'failed commit on ref {ref:q}', gives: { runtime: 'containerd', pull: true, stage: 'blob' } },
  { like: 'get image config descriptor', gives: { pull: true, stage: 'manifest' } },
  { like: 'failed to get image config descriptor', gives: { pull: true, stage: 'manifest' } },
  {
    like: 'failed to unpack image on snapshotter {name:w}',
    gives: { runtime: 'containerd', pull: true, stage: 'unpack' },
  },
  { like: 'error unpacking image', gives: { runtime: 'containerd', pull: true, stage: 'unpack' } },
  {
    like: 'failed to extract layer',
    when: ofImage,
    gives: { pull: true, stage: 'unpack', fallback: { kind: 'unpack', problem: 'extract' } },
  },
  {
    like: 'apply failure, attempting cleanup',
    gives: { pull: true, stage: 'unpack', fallback: { kind: 'unpack', problem: 'extract' } },
  },
  { like: 'apply layer error for {image:q}', gives: { pull: true, stage: 'unpack' }, read: image },
  { like: 'failed to mount {path:w}', when: ({ seen }) => seen.pull === true, gives: { stage: 'unpack' } },
  { like: 'mount callback failed on {path:w}', gives: { pull: true, stage: 'unpack' } },
  {
    like: 'failed to prepare extraction snapshot {key:q}',
    gives: preparing(),
  },
  { like: 'failed to prepare extraction', gives: preparing() },
  // core/unpack, after three attempts
  { like: 'unable to prepare extraction snapshot', gives: preparing() },
  {
    like: 'failed to stat snapshot {key:w}',
    gives: { pull: true, stage: 'unpack', fallback: { kind: 'unpack', problem: 'snapshot-state' } },
  },
];

function lazily() {
  return { runtime: 'containerd', pull: true, stage: 'blob' } as const;
}

function preparing() {
  return { pull: true, stage: 'unpack', fallback: { kind: 'unpack', problem: 'snapshot-prepare' } } as const;
}

function tried() {
  return { runtime: 'containerd', pull: true, stage: 'resolve' } as const;
}

function image({ captures }: { captures: Readonly<Record<string, string>> }): ReturnType<typeof imageOf> {
  return imageOf(captures.image);
}

/** Any program copies files, and names them; containerd copies between a connection and its content store. */
function notAFile({ rest, seen }: Reading): boolean {
  return seen.pull === true || (/^:|^\W*$/.test(rest) && !/^: ?(?:[a-z]{4,8} )?["']?(?:\/|[a-z]:\\)/i.test(rest));
}

/** containerd names the layer by its digest or its media type; images of other kinds have layers too. */
function ofImage({ rest, seen }: Reading): boolean {
  return seen.pull === true || /^ (?:sha\d|\(|["<])|^["'`]|^\W*$/.test(rest);
}
